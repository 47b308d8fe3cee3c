with scoped as (
    {{ scoped_zones([ref('fct_project_problem')]) }}
)

select
    scoped.scope_type,
    scoped.scope_code,
    scoped.scope_name,
    scoped.city_code,
    scoped.city_name,
    problem.problem_level,
    problem.level_order,
    cast(count(*) filter (where problem.is_open) as bigint) as open_count,
    cast(count(*) filter (where problem.is_open and problem.is_overdue) as bigint) as overdue_count,
    cast(count(*) filter (where problem.is_closed and year(problem.closed_date) = year({{ as_of_date() }})) as bigint)
        as closed_count,
    cast(count(*) filter (where year(problem.opened_date) = year({{ as_of_date() }})) as bigint) as opened_count,
    {{ rounded('avg(cast(problem.open_day_count as double)) filter (where problem.is_open)', 2) }} as open_day_mean,
    cast(max(problem.open_day_count) filter (where problem.is_open) as bigint) as open_day_max,
    {{ rounded('
        avg(cast(problem.open_day_count as double)) filter (
            where problem.is_closed and year(problem.closed_date) = year(' ~ as_of_date() ~ ')
        )
    ', 2) }} as closed_day_mean
from scoped
inner join {{ ref('fct_project_problem') }} as problem on scoped.zone_id = problem.zone_id and problem.is_current
group by
    scoped.scope_type, scoped.scope_code, scoped.scope_name, scoped.city_code, scoped.city_name,
    problem.problem_level, problem.level_order
