with region as (
    select
        region_code,
        region_name
    from {{ ref('dim_region') }}
    where region_level = 'city' and is_current
)

select
    fact.scope_type,
    fact.scope_code,
    case fact.scope_type
        when 'province' then '全省'
        when 'city' then region.region_name
        else coalesce(zone.short_name, concat_ws(' ', '未登记开发区', fact.scope_code))
    end as scope_name,
    case fact.scope_type
        when 'province' then '360000'
        when 'city' then fact.scope_code
        else coalesce(zone.city_code, '360000')
    end as city_code,
    fact.indicator_code,
    coalesce(indicator.indicator_name, fact.indicator_code) as indicator_name,
    fact.business_month,
    {{ month_label('fact.business_month') }} as month_label,
    case fact.unit when 'yuan' then '亿元' when 'kwh' then '亿千瓦时' else '万人' end as unit_label,
    {{ rounded("fact.reported_value / case when fact.unit = 'persons' then 10000 else 100000000 end", 4) }}
        as reported_value,
    {{ rounded("fact.month_value / case when fact.unit = 'persons' then 10000 else 100000000 end", 4) }} as month_value,
    fact.growth_ratio,
    fact.month_growth_ratio,
    {{ growth_label('fact') }} as growth_label,
    fact.caliber,
    fact.is_caliber_break,
    fact.zone_count,
    fact.reported_zone_count,
    fact.carried_zone_count,
    {{ coverage_label('fact') }} as coverage_label,
    fact.comparable_zone_count,
    fact.negative_zone_count
from {{ ref('fct_indicator_to_date') }} as fact
left join {{ ref('dim_indicator') }} as indicator
    on fact.indicator_code = indicator.indicator_code and fact.caliber = indicator.caliber
left join region on fact.scope_type = 'city' and fact.scope_code = region.region_code
left join {{ ref('dim_zone') }} as zone
    on fact.scope_type = 'zone' and fact.scope_code = zone.zone_id and zone.is_current
where fact.business_year >= year({{ as_of_date() }}) - 1 and fact.reported_value is not null
