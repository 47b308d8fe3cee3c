with problem as (
    select
        project_id,
        count(*) as open_count
    from {{ ref('fct_project_problem') }}
    where is_open
    group by project_id
)

select
    project.project_id,
    project.project_name,
    project.project_kind,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    project.investor_name,
    {{ yi('project.planned_investment_yuan') }} as planned_investment_yi,
    {{ yi('project.invested_to_date_yuan') }} as invested_yi,
    project.is_large,
    project.project_stage,
    project.stall_label,
    project.stalled_since_date,
    project.stalled_day_count,
    cast(coalesce(problem.open_count, 0) as bigint) as open_problem_count
from {{ ref('fct_project') }} as project
left join {{ ref('dim_zone') }} as zone on project.zone_id = zone.zone_id and zone.is_current
left join problem on project.project_id = problem.project_id
where project.is_stalled
