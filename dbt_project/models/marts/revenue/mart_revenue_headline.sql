-- The plan year that the screens show, by its latest stated month; and the as-of year as long as it is another one.
with stated as (
    select *
    from {{ ref('fct_indicator_to_date') }}
    where indicator_code = 'main_business_revenue' and scope_type = 'province' and is_latest
),

goal as (
    select *
    from {{ ref('fct_target_attainment') }}
    where target_id = 'T00' and scope_type = 'province' and is_shown
)

select
    goal.plan_year,
    {{ shown_plan_label('goal', 'plan') }} as plan_label,
    goal.target_id,
    shown.business_month,
    case when shown.business_month is null then '暂无数据' else {{ month_label('shown.business_month') }} end
        as month_label,
    {{ yi('shown.reported_value') }} as revenue_ytd_yi,
    {{ yi('shown.carried_value') }} as carried_yi,
    coalesce(shown.zone_count, 0) as zone_count,
    coalesce(shown.reported_zone_count, 0) as reported_zone_count,
    case when shown.business_month is null then '暂无数据' else {{ coverage_label('shown') }} end as coverage_label,
    shown.growth_ratio,
    case when shown.business_month is null then '暂无数据' else {{ growth_label('shown') }} end as growth_label,
    coalesce(shown.comparable_zone_count, 0) as comparable_zone_count,
    {{ yi('shown.last_year_value') }} as last_year_ytd_yi,
    case
        when shown.last_year_value is null then '暂无数据'
        else concat_ws(' ', {{ format_number(yi('shown.last_year_value'), 1) }}, '亿元')
    end as last_year_label,
    {{ yi('pace.needed_yuan') }} as needed_yi,
    case
        when pace.needed_yuan is null then '暂无数据'
        else concat_ws(' ', {{ format_number(yi('pace.needed_yuan'), 1) }}, '亿元')
    end as needed_label,
    case
        when goal.is_this_year then '—'
        when now.business_month is null
            then concat_ws('', cast(year({{ as_of_date() }}) as varchar), '年 暂无数据')
        else concat_ws(
            '',
            {{ month_label('now.business_month') }}, '累计 ', {{ format_number(yi('now.reported_value'), 1) }},
            ' 亿元，同比 ', {{ growth_label('now') }}, '，', {{ coverage_label('now') }}
        )
    end as new_year_label
from goal
left join {{ ref('dim_work_plan') }} as plan on goal.plan_year = plan.plan_year
left join stated as shown on goal.plan_year = shown.business_year
left join stated as now on now.business_year = year({{ as_of_date() }})
left join {{ ref('fct_revenue_pace') }} as pace on shown.business_month = pace.business_month
