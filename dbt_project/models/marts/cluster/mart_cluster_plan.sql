select
    plan.plan_id,
    plan.plan_name,
    plan.plan_kind,
    plan.is_innovative,
    plan.zone_id,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    coalesce(zone.level_label, '未登记') as level_label,
    zone.city_code,
    zone.city_name,
    plan.cluster_industry,
    concat_ws('', cast(plan.first_year as varchar), '-', cast(plan.last_year as varchar), '年') as period_label,
    {{ yi('plan.planned_revenue_yuan') }} as planned_revenue_yi,
    {{ yi('plan.least_revenue_yuan') }} as least_revenue_yi,
    plan.is_large_enough,
    plan.drafted_date,
    plan.issued_date,
    plan.document_no,
    plan.is_in_force,
    case
        when plan.is_in_force then '已出台'
        when plan.issued_date <= {{ as_of_date() }} then '已到期'
        else '编制中'
    end as state_label,
    case
        when plan.issued_date <= {{ as_of_date() }} then {{ days_between('plan.drafted_date', 'plan.issued_date') }}
        else {{ days_between('plan.drafted_date', as_of_date()) }}
    end as drafting_day_count,
    cast(1 as bigint) as plan_count
from {{ ref('fct_cluster_plan') }} as plan
left join {{ ref('dim_zone') }} as zone on plan.zone_id = zone.zone_id and zone.is_current
where plan.is_current
