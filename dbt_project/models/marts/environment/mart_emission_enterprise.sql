with enterprise_name as (
    {{ enterprise_names() }}
),

sums as (
    select
        uscc,
        pollutant_code,
        max_by(zone_id, business_month) as zone_id,
        count(distinct outlet_id) as outlet_count,
        sum(cast(mass_kg as decimal(24, 6))) as mass_kg,
        sum(valid_hour_count) as valid_hour_count,
        sum(expected_hour_count) as expected_hour_count
    from {{ ref('fct_emission_month') }}
    where
        uscc is not null
        and business_month > {{ last_year_end() }}
        and business_month <= {{ as_of_date() }}
    group by uscc, pollutant_code
)

select
    sums.uscc,
    coalesce(enterprise_name.enterprise_name, sums.uscc) as enterprise_name,
    sums.zone_id,
    coalesce(zone.short_name, sums.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    sums.pollutant_code,
    coalesce(pollutant.pollutant_name, sums.pollutant_code) as pollutant_name,
    sums.outlet_count,
    cast(sums.mass_kg as double) as mass_kg,
    {{ rounded('
        cast(sums.mass_kg as double)
        / nullif(cast(sum(sums.mass_kg) over (partition by sums.pollutant_code) as double), 0)
    ', 6) }} as province_share_ratio,
    rank() over (partition by sums.pollutant_code order by sums.mass_kg desc nulls last) as rank_number,
    {{ safe_div('sums.valid_hour_count', 'sums.expected_hour_count') }} as valid_hour_ratio
from sums
left join enterprise_name on sums.uscc = enterprise_name.uscc
left join {{ ref('dim_pollutant') }} as pollutant on sums.pollutant_code = pollutant.pollutant_code
left join {{ ref('dim_zone') }} as zone on sums.zone_id = zone.zone_id and zone.is_current
