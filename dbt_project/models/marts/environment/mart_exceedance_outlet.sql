with outlet_name as (
    {{ outlet_names() }}
),

enterprise_name as (
    {{ enterprise_names() }}
),

days as (
    select
        outlet_id,
        pollutant_code,
        max(zone_id) as zone_id,
        max(uscc) as uscc,
        count(*) as judged_day_count,
        count(distinct business_date) as covered_day_count,
        count(*) filter (where is_exceeding) as exceeding_day_count,
        max(exceedance_multiple) as worst_multiple,
        max(case when is_exceeding then business_date end) as last_exceeding_date,
        max_by(limit_upper, business_date) as limit_upper,
        max_by(limit_lower, business_date) as limit_lower
    from {{ ref('fct_pollution_day') }}
    where
        is_exceeding is not null
        and outlet_id is not null
        and business_date >= {{ add_days(as_of_date(), -29) }}
        and business_date <= {{ as_of_date() }}
    group by outlet_id, pollutant_code
),

hours as (
    select
        outlet_id,
        pollutant_code,
        count(*) as exceeding_hour_count
    from {{ ref('fct_exceedance_hour') }}
    where business_date >= {{ add_days(as_of_date(), -29) }} and business_date <= {{ as_of_date() }}
    group by outlet_id, pollutant_code
)

select
    days.outlet_id,
    coalesce(outlet_name.outlet_name, days.outlet_id) as outlet_name,
    days.pollutant_code,
    coalesce(pollutant.pollutant_name, days.pollutant_code) as pollutant_name,
    pollutant.unit,
    days.uscc,
    coalesce(enterprise_name.enterprise_name, days.uscc) as enterprise_name,
    days.zone_id,
    coalesce(zone.short_name, days.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    days.judged_day_count,
    days.exceeding_day_count,
    coalesce(hours.exceeding_hour_count, 0) as exceeding_hour_count,
    {{ safe_div('days.judged_day_count - days.exceeding_day_count', 'days.judged_day_count') }} as compliance_ratio,
    {{ day_coverage_label('days.covered_day_count', 30) }} as coverage_label,
    days.worst_multiple,
    days.last_exceeding_date,
    days.limit_upper,
    days.limit_lower
from days
left join hours on days.outlet_id = hours.outlet_id and days.pollutant_code = hours.pollutant_code
left join outlet_name on days.outlet_id = outlet_name.outlet_id
left join enterprise_name on days.uscc = enterprise_name.uscc
left join {{ ref('dim_pollutant') }} as pollutant on days.pollutant_code = pollutant.pollutant_code
left join {{ ref('dim_zone') }} as zone on days.zone_id = zone.zone_id and zone.is_current
