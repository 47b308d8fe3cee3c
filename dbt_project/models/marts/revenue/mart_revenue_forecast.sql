select
    fact.plan_year,
    fact.is_shown,
    fact.scope_type,
    fact.scope_code,
    case fact.scope_type
        when 'province' then '全省'
        when 'city' then region.region_name
        else coalesce(zone.short_name, concat_ws(' ', '未登记开发区', fact.scope_code))
    end as scope_name,
    case fact.scope_type when 'province' then '省' when 'city' then '设区市' else coalesce(zone.level_label, '未登记') end
        as level_label,
    case fact.scope_type
        when 'province' then '360000'
        when 'city' then fact.scope_code
        else coalesce(zone.city_code, '360000')
    end as city_code,
    fact.as_of_date,
    fact.base_month,
    case when fact.base_month is null then '暂无数据' else {{ month_label('fact.base_month') }} end as base_month_label,
    {{ yi('fact.ytd_yuan') }} as ytd_yi,
    {{ yi('fact.forecast_yuan') }} as forecast_yi,
    {{ yi('fact.low_yuan') }} as low_yi,
    {{ yi('fact.high_yuan') }} as high_yi,
    {{ yi('fact.target_yuan') }} as target_yi,
    {{ yi('fact.gap_yuan') }} as gap_yi,
    case fact.outlook
        when 'reached' then '预计完成'
        when 'missed' then '预计有缺口'
        when 'open' then '尚难判断'
        else '暂无数据'
    end as outlook_label,
    {{ yi('fact.last_year_yuan') }} as last_year_yi,
    {{ yi('fact.average_month_yuan') }} as average_month_yi,
    {{ yi('fact.needed_month_yuan') }} as needed_month_yi,
    fact.needed_growth_ratio,
    {{ yi('fact.contribution_yuan') }} as contribution_yi,
    fact.shortfall_ratio,
    fact.contribution_rank,
    fact.zone_count,
    fact.reported_zone_count,
    {{ yi('fact.carried_yuan') }} as carried_yi,
    fact.forecast_zone_count
from {{ ref('fct_revenue_forecast') }} as fact
left join {{ ref('dim_region') }} as region
    on
        fact.scope_type = 'city'
        and fact.scope_code = region.region_code
        and region.region_level = 'city'
        and region.is_current
left join {{ ref('dim_zone') }} as zone
    on fact.scope_type = 'zone' and fact.scope_code = zone.zone_id and zone.is_current
