with target as (
    {{ planned_targets() }}
),

-- The plan that the as-of year is measured by: its own, else the latest before it, else the first.
defining as (
    select
        coalesce(max(case when plan_year <= year({{ as_of_date() }}) then plan_year end), min(plan_year)) as plan_year
    from {{ ref('dim_work_plan') }}
)

select
    target.plan_year,
    target.target_id,
    target.work_item,
    target.area,
    target.title_zh,
    target.title_en,
    target.metric,
    target.grain as target_grain,
    target.zone_class,
    target.comparison,
    target.roll_up,
    target.target_value,
    target.target_upper,
    target.unit,
    unit.unit_label,
    unit.divisor as unit_divisor,
    unit.digits as unit_digits,
    target.period,
    plan.deadline,
    target.kind,
    target.lead_department,
    target.beside_label,
    target.plan_year = defining.plan_year as is_current
from target
cross join defining
inner join {{ ref('dim_work_plan') }} as plan on target.plan_year = plan.plan_year
inner join {{ ref('unit') }} as unit on target.unit = unit.unit
