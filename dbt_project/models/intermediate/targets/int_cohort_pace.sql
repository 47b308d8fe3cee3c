with plan as (
    select distinct
        plan_year,
        year_share,
        opening_date as last_date,
        {{ add_months('first_date', -12) }} as first_date,
        {{ add_months('plan_date', -12) }} as same_date
    from {{ ref('int_plan_target') }}
),

project as (
    select
        plan.plan_year,
        plan.first_date,
        plan.last_date,
        least(fact.reserved_date, fact.signed_date) as reserved_date,
        fact.signed_date,
        fact.started_date,
        fact.is_ended and coalesce(fact.ended_date, fact.known_from) < plan.first_date as is_lost_before
    from {{ ref('fct_project') }} as fact
    cross join plan
    where fact.kind_code = 'industrial'
),

problem as (
    select
        plan.plan_year,
        plan.first_date,
        plan.last_date,
        fact.opened_date,
        fact.closed_date
    from {{ ref('fct_project_problem') }} as fact
    inner join plan
        on
            fact.opened_date <= plan.last_date
            and coalesce(fact.closed_date >= plan.first_date, true)
    where fact.is_current
),

-- Whoever came into last year's cohort, and whoever was done, on that day.
step as (
    select
        plan_year,
        'T03a' as target_id,
        greatest(reserved_date, first_date) as step_date,
        1 as joined_count,
        0 as done_count
    from project
    where
        reserved_date <= last_date
        and coalesce(signed_date >= first_date, true)
        and not is_lost_before
    union all
    select
        plan_year,
        'T03a' as target_id,
        signed_date as step_date,
        0 as joined_count,
        1 as done_count
    from project
    where signed_date >= first_date and signed_date <= last_date and not is_lost_before
    union all
    select
        plan_year,
        'T03c' as target_id,
        signed_date as step_date,
        1 as joined_count,
        0 as done_count
    from project
    where signed_date >= first_date and signed_date <= last_date
    union all
    select
        plan_year,
        'T03c' as target_id,
        greatest(signed_date, started_date) as step_date,
        0 as joined_count,
        1 as done_count
    from project
    where
        signed_date >= first_date
        and signed_date <= last_date
        and started_date >= first_date
        and started_date <= last_date
    union all
    select
        plan_year,
        'T03d' as target_id,
        greatest(opened_date, first_date) as step_date,
        1 as joined_count,
        0 as done_count
    from problem
    union all
    select
        plan_year,
        'T03d' as target_id,
        closed_date as step_date,
        0 as joined_count,
        1 as done_count
    from problem
    where closed_date <= last_date
),

day_step as (
    select
        plan_year,
        target_id,
        step_date,
        sum(joined_count) as joined_count,
        sum(done_count) as done_count
    from step
    group by plan_year, target_id, step_date
),

reached as (
    select
        day_step.plan_year,
        day_step.target_id,
        day_step.step_date,
        plan.same_date,
        {{ safe_div(
            'sum(day_step.done_count) over (
                partition by day_step.plan_year, day_step.target_id order by day_step.step_date nulls last
            )',
            'sum(day_step.joined_count) over (
                partition by day_step.plan_year, day_step.target_id order by day_step.step_date nulls last
            )'
        ) }} as done_ratio
    from day_step
    inner join plan on day_step.plan_year = plan.plan_year
),

-- What is needed never falls again: the least that last year's cohort had from the same day on, since chance makes
-- much of the first few.
ratios as (
    select
        plan_year,
        target_id,
        least(
            coalesce(max_by(done_ratio, step_date) filter (where step_date <= same_date), 0),
            min(done_ratio) filter (where step_date > same_date)
        ) as needed_ratio,
        max_by(done_ratio, step_date) as year_end_ratio
    from reached
    group by plan_year, target_id
),

target as (
    select 'T03a' as target_id
    union all
    select 'T03c' as target_id
    union all
    select 'T03d' as target_id
)

select
    plan.plan_year,
    target.target_id,
    ratios.year_end_ratio as last_year_ratio,
    case
        when ratios.year_end_ratio > 0 then {{ safe_div('ratios.needed_ratio', 'ratios.year_end_ratio') }}
        else {{ rounded('plan.year_share', 6) }}
    end as needed_share
from plan
cross join target
left join ratios on plan.plan_year = ratios.plan_year and target.target_id = ratios.target_id
