-- Milestones due this year or left open before it, and how many of them were done by the end of each month.
with months as (
    {{ months_of_year() }}
),

milestone as (
    select
        fact.milestone_code,
        fact.planned_date,
        fact.done_date,
        fact.is_done
    from {{ ref('fct_reform_milestone') }} as fact
    where
        fact.is_current
        and year(fact.planned_date) <= year({{ as_of_date() }})
        and (
            year(fact.planned_date) = year({{ as_of_date() }})
            or coalesce(fact.done_date > {{ last_year_end() }}, true)
        )
),

counted as (
    select
        months.business_month,
        months.month_label,
        months.month_number,
        months.is_begun,
        kind.milestone_code,
        kind.target_id,
        kind.kind_label,
        kind.kind_order,
        count(milestone.milestone_code) as total_count,
        count(milestone.milestone_code) filter (where milestone.planned_date <= months.last_date) as due_count,
        count(milestone.milestone_code) filter (
            where milestone.is_done and milestone.done_date <= months.until_date
        ) as done_count,
        count(milestone.milestone_code) filter (
            where milestone.is_done and milestone.done_date <= {{ last_year_end() }}
        ) as year_start_count
    from months
    cross join {{ ref('dim_reform_kind') }} as kind
    left join milestone on kind.milestone_code = milestone.milestone_code
    group by
        months.business_month, months.month_label, months.month_number, months.is_begun, kind.milestone_code,
        kind.target_id, kind.kind_label, kind.kind_order
)

select
    milestone_code,
    business_month,
    month_label,
    target_id,
    kind_label,
    kind_order,
    case when total_count > 0 then cast(total_count as bigint) end as total_count,
    case when total_count > 0 then cast(due_count as bigint) end as due_count,
    case when total_count > 0 and is_begun then cast(done_count as bigint) end as done_count,
    case when is_begun then {{ safe_div('done_count', 'total_count') }} end as done_ratio,
    {{ rising_share('year_start_count', 'total_count', 'month_number') }} as pace_ratio
from counted
