with project_zone as (
    select
        zone_id,
        true as is_current
    from {{ ref('fct_project') }}
),

scoped as (
    {{ scoped_zones(['project_zone']) }}
),

-- Industrial projects by the year in which they entered the reserve, and all of them together.
cohort as (
    select
        project.*,
        cast(year(project.reserved_date) as varchar) as cohort_label
    from {{ ref('fct_project') }} as project
    where project.kind_code = 'industrial'
    union all
    select
        project.*,
        '全部' as cohort_label
    from {{ ref('fct_project') }} as project
    where project.kind_code = 'industrial'
),

step as (
    select distinct
        phase_order,
        project_phase,
        project_stage
    from {{ ref('fct_project') }}
    where phase_order between 1 and 7
),

passed as (
    select
        cohort.zone_id,
        cohort.cohort_label,
        step.phase_order,
        step.project_stage,
        cohort.planned_investment_yuan,
        case step.project_phase
            when 'reserve' then true
            -- Who signed has negotiated, with or without a day of it.
            when 'negotiation' then coalesce(cohort.negotiated_date, cohort.signed_date) is not null
            when 'signed' then cohort.signed_date is not null
            when 'registered' then cohort.registered_date is not null
            when 'started' then cohort.started_date is not null
            when 'production' then cohort.produced_date is not null
            when 'operation' then cohort.operated_date is not null
            else false
        end as is_reached,
        cohort.project_phase = step.project_phase as is_standing,
        cohort.project_phase = step.project_phase and cohort.is_stalled as is_stalled
    from cohort
    cross join step
),

by_zone as (
    select
        zone_id,
        cohort_label,
        phase_order,
        project_stage,
        count(*) filter (where is_reached) as reached_count,
        sum(case when is_reached then planned_investment_yuan else 0 end) as planned_yuan,
        count(*) filter (where is_standing) as standing_count,
        count(*) filter (where is_stalled) as stalled_count
    from passed
    group by zone_id, cohort_label, phase_order, project_stage
),

reached as (
    select
        scoped.scope_type,
        scoped.scope_code,
        scoped.scope_name,
        scoped.city_code,
        scoped.city_name,
        by_zone.cohort_label,
        by_zone.phase_order as step_order,
        by_zone.project_stage as step_label,
        sum(by_zone.reached_count) as reached_count,
        sum(by_zone.planned_yuan) as planned_yuan,
        sum(by_zone.standing_count) as standing_count,
        sum(by_zone.stalled_count) as stalled_count
    from scoped
    inner join by_zone on scoped.zone_id = by_zone.zone_id
    group by
        scoped.scope_type, scoped.scope_code, scoped.scope_name, scoped.city_code, scoped.city_name,
        by_zone.cohort_label, by_zone.phase_order, by_zone.project_stage
)

select
    scope_type,
    scope_code,
    scope_name,
    city_code,
    city_name,
    cohort_label,
    cast(step_order as bigint) as step_order,
    step_label,
    cast(reached_count as bigint) as reached_count,
    {{ yi('planned_yuan') }} as planned_investment_yi,
    cast(standing_count as bigint) as standing_count,
    cast(stalled_count as bigint) as stalled_count,
    {{ safe_div(
        'reached_count',
        'lag(reached_count) over (partition by scope_type, scope_code, cohort_label order by step_order nulls last)'
    ) }} as step_ratio,
    {{ safe_div(
        'reached_count',
        'first_value(reached_count) over (partition by scope_type, scope_code, cohort_label order by step_order nulls last)'
    ) }} as reserve_ratio
from reached
