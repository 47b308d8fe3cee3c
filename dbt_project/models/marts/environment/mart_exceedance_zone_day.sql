with exceeding_hours as (
    select
        zone_id,
        business_date,
        count(*) as exceeding_hour_count
    from {{ ref('fct_exceedance_hour') }}
    where business_date >= {{ add_days(as_of_date(), -59) }} and business_date <= {{ as_of_date() }}
    group by zone_id, business_date
),

judged as (
    select
        zone_id,
        business_date,
        count(distinct outlet_id) as outlet_count,
        count(distinct outlet_id) filter (where is_exceeding) as exceeding_outlet_count,
        count(*) as monitored_count,
        count(*) filter (where is_exceeding) as exceedance_count,
        max(exceedance_multiple) as worst_multiple
    from {{ ref('fct_pollution_day') }}
    where
        is_exceeding is not null
        and zone_id is not null
        and business_date >= {{ add_days(as_of_date(), -59) }}
        and business_date <= {{ as_of_date() }}
    group by zone_id, business_date
)

select
    judged.zone_id,
    coalesce(zone.short_name, judged.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    judged.business_date,
    judged.outlet_count,
    judged.exceeding_outlet_count,
    judged.monitored_count,
    judged.exceedance_count,
    coalesce(exceeding_hours.exceeding_hour_count, 0) as exceeding_hour_count,
    {{ safe_div('judged.monitored_count - judged.exceedance_count', 'judged.monitored_count') }} as compliance_ratio,
    judged.worst_multiple
from judged
left join exceeding_hours
    on judged.zone_id = exceeding_hours.zone_id and judged.business_date = exceeding_hours.business_date
left join {{ ref('dim_zone') }} as zone on judged.zone_id = zone.zone_id and zone.is_current
