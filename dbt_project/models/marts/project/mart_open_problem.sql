select
    problem.problem_no,
    project.project_name,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    problem.problem_level,
    problem.level_order,
    problem.problem_type,
    problem.problem_text,
    problem.responsible_department,
    problem.problem_state,
    problem.opened_date,
    problem.due_date,
    problem.is_overdue,
    problem.open_day_count
from {{ ref('fct_project_problem') }} as problem
left join {{ ref('fct_project') }} as project on problem.project_id = project.project_id
left join {{ ref('dim_zone') }} as zone on problem.zone_id = zone.zone_id and zone.is_current
where problem.is_open
