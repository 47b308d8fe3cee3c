with plan as (
    select distinct
        plan_year,
        year_share,
        opening_date,
        {{ add_months('first_date', -12) }} as first_date,
        {{ add_months('plan_date', -12) }} as same_date
    from {{ ref('int_plan_target') }}
),

moment as (
    select
        plan_year,
        first_date,
        same_date as moment_date,
        false as is_year_end
    from plan
    union all
    select
        plan_year,
        first_date,
        opening_date as moment_date,
        true as is_year_end
    from plan
),

project as (
    select
        moment.plan_year,
        moment.is_year_end,
        coalesce(least(fact.reserved_date, fact.signed_date) <= moment.moment_date, false)
        and coalesce(fact.signed_date >= moment.first_date, true)
        and not (fact.is_ended and coalesce(fact.ended_date, fact.known_from) < moment.first_date) as is_in_reserve,
        coalesce(fact.signed_date >= moment.first_date and fact.signed_date <= moment.moment_date, false)
            as is_signed,
        coalesce(fact.started_date >= moment.first_date and fact.started_date <= moment.moment_date, false)
            as is_started
    from {{ ref('fct_project') }} as fact
    cross join moment
    where fact.kind_code = 'industrial'
),

cohort as (
    select
        plan_year,
        is_year_end,
        'T03a' as target_id,
        count(*) filter (where is_signed) as done_count,
        count(*) filter (where is_in_reserve) as cohort_count
    from project
    group by plan_year, is_year_end
    union all
    select
        plan_year,
        is_year_end,
        'T03c' as target_id,
        count(*) filter (where is_signed and is_started) as done_count,
        count(*) filter (where is_signed) as cohort_count
    from project
    group by plan_year, is_year_end
    union all
    select
        moment.plan_year,
        moment.is_year_end,
        'T03d' as target_id,
        count(*) filter (where fact.closed_date <= moment.moment_date) as done_count,
        count(*) as cohort_count
    from {{ ref('fct_project_problem') }} as fact
    inner join moment
        on
            fact.opened_date <= moment.moment_date
            and coalesce(fact.closed_date >= moment.first_date, true)
    where fact.is_current
    group by moment.plan_year, moment.is_year_end
),

ratios as (
    select
        plan_year,
        target_id,
        max(case when not is_year_end then {{ safe_div('done_count', 'cohort_count') }} end) as same_day_ratio,
        max(case when is_year_end then {{ safe_div('done_count', 'cohort_count') }} end) as year_end_ratio
    from cohort
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
        when ratios.year_end_ratio > 0
            then least({{ safe_div('coalesce(ratios.same_day_ratio, 0)', 'ratios.year_end_ratio') }}, 1)
        else {{ rounded('plan.year_share', 6) }}
    end as needed_share
from plan
cross join target
left join ratios on plan.plan_year = ratios.plan_year and target.target_id = ratios.target_id
