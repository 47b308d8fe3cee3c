with months as (
    select
        zone_id,
        pollutant_code,
        business_month,
        sum(cast(mass_kg as decimal(24, 6))) as mass_kg,
        count(distinct outlet_id) as outlet_count,
        sum(valid_hour_count) as valid_hour_count,
        sum(expected_hour_count) as expected_hour_count
    from {{ ref('fct_emission_month') }}
    where zone_id is not null
    group by zone_id, pollutant_code, business_month
)

select
    months.zone_id,
    coalesce(zone.short_name, months.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    months.pollutant_code,
    coalesce(pollutant.pollutant_name, months.pollutant_code) as pollutant_name,
    case pollutant.medium when 'water' then '废水' when 'gas' then '废气' end as medium_label,
    months.business_month,
    {{ month_label('months.business_month') }} as month_label,
    months.outlet_count,
    cast(months.mass_kg as double) as mass_kg,
    cast(earlier.mass_kg as double) as year_ago_mass_kg,
    {{ safe_div('months.mass_kg - earlier.mass_kg', 'earlier.mass_kg') }} as growth_ratio,
    {{ safe_div('months.valid_hour_count', 'months.expected_hour_count') }} as valid_hour_ratio
from months
left join months as earlier
    on
        months.zone_id = earlier.zone_id
        and months.pollutant_code = earlier.pollutant_code
        and {{ add_months('months.business_month', -12) }} = earlier.business_month
left join {{ ref('dim_pollutant') }} as pollutant on months.pollutant_code = pollutant.pollutant_code
left join {{ ref('dim_zone') }} as zone on months.zone_id = zone.zone_id and zone.is_current
where
    months.business_month <= {{ as_of_date() }}
    and months.business_month > {{ add_months(as_of_date(), -24) }}
