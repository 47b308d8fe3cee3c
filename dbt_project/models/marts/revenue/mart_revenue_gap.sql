select
    fact.plan_year,
    fact.scope_code as zone_id,
    coalesce(zone.short_name, concat_ws(' ', '未登记开发区', fact.scope_code)) as zone_name,
    coalesce(zone.city_code, '360000') as city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    case
        when fact.forecast_yuan is null then '本年未报'
        when fact.target_yuan is null then '上年无数'
        when fact.contribution_yuan > 0 then '缺口'
        else '超额'
    end as kind_label,
    {{ yi('fact.target_yuan') }} as target_yi,
    {{ yi('fact.forecast_yuan') }} as forecast_yi,
    {{ yi('fact.contribution_yuan') }} as contribution_yi,
    fact.contribution_rank,
    fact.shortfall_ratio,
    {{ safe_div(
        'sum(greatest(fact.contribution_yuan, 0)) over (
            order by fact.contribution_yuan desc nulls last, fact.scope_code rows between unbounded preceding and current row
        )',
        'sum(greatest(fact.contribution_yuan, 0)) over ()'
    ) }} as cumulative_shortfall_ratio,
    {{ yi('sum(fact.contribution_yuan) over ()') }} as province_gap_yi
from {{ ref('fct_revenue_forecast') }} as fact
left join {{ ref('dim_zone') }} as zone on fact.scope_code = zone.zone_id and zone.is_current
where fact.is_shown and fact.scope_type = 'zone'
