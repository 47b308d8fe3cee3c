with context as (
    select
        {{ as_of_date() }} as as_of_date,
        cast(year({{ as_of_date() }}) as bigint) as this_year
),

-- The as-of year, with its own plan or, as long as there is none, with the definitions of the latest one before it (of
-- the first one where none is before it); and the latest plan of an earlier year.
in_view as (
    select
        context.this_year as plan_year,
        coalesce(
            max(case when plan.plan_year <= context.this_year then plan.plan_year end), min(plan.plan_year)
        ) as defining_year
    from context
    cross join {{ ref('dim_work_plan') }} as plan
    group by context.this_year
    union
    select
        max(plan.plan_year) as plan_year,
        max(plan.plan_year) as defining_year
    from context
    inner join {{ ref('dim_work_plan') }} as plan on context.this_year > plan.plan_year
    having count(*) > 0
),

dated as (
    select
        in_view.plan_year,
        in_view.defining_year,
        in_view.plan_year = in_view.defining_year as is_planned,
        plan.deadline,
        make_date(cast(in_view.plan_year as int) - 1, 12, 31) as opening_date,
        make_date(cast(in_view.plan_year as int), 1, 1) as first_date,
        least(context.as_of_date, make_date(cast(in_view.plan_year as int), 12, 31)) as plan_date,
        context.as_of_date
    from in_view
    cross join context
    inner join {{ ref('dim_work_plan') }} as plan on in_view.defining_year = plan.plan_year
)

select
    dated.plan_year,
    dated.defining_year,
    dated.is_planned,
    -- Screens keep the closed plan until the new year has its own.
    dated.plan_year = coalesce(
        max(case when dated.is_planned then dated.plan_year end) over (), dated.plan_year
    ) as is_shown,
    dated.plan_year = year(dated.as_of_date) as is_this_year,
    dated.is_planned and dated.as_of_date > dated.deadline as is_ended,
    dated.opening_date,
    dated.first_date,
    dated.plan_date,
    dated.as_of_date,
    cast(dayofyear(dated.plan_date) as double)
    / dayofyear(make_date(cast(dated.plan_year as int), 12, 31)) as year_share,
    target.target_id,
    target.target_grain,
    target.zone_class,
    -- Without a plan nothing is to be reached: what is done is counted.
    case when dated.is_planned then target.comparison else 'track' end as comparison,
    case
        when not dated.is_planned and target.roll_up = 'share_of_zones' then 'sum'
        else target.roll_up
    end as roll_up,
    case when dated.is_planned then target.target_value end as target_value,
    case when dated.is_planned then target.target_upper end as target_upper,
    target.unit
from dated
inner join {{ ref('dim_target') }} as target on dated.defining_year = target.plan_year
