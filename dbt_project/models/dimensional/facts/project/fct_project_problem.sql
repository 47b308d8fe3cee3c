with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__project_problem'),
        ['problem_no'],
        ['project_id', 'zone_id', 'problem_level', 'problem_type', 'problem_text', 'responsible_department',
         'opened_date', 'graded_date', 'due_date', 'closed_date', 'problem_state', 'result_text']
    ) }}
),

dated as (
    select
        versions.*,
        -- A problem that is marked as closed without a day of it was closed when we learned of it.
        coalesce(versions.closed_date, case when versions.problem_state = '已办结' then versions.known_from end)
            as settled_date
    from versions
),

ended as (
    select
        dated.*,
        least(coalesce(dated.settled_date, {{ as_of_date() }}), {{ as_of_date() }}) as last_date
    from dated
)

select
    problem_no,
    project_id,
    zone_id,
    problem_level,
    cast(case problem_level when '区级' then 1 when '县级' then 2 when '市级' then 3 when '省级' then 4 end as bigint)
        as level_order,
    problem_type,
    problem_text,
    responsible_department,
    opened_date,
    graded_date,
    due_date,
    settled_date as closed_date,
    problem_state,
    result_text,
    is_current and coalesce(settled_date > {{ as_of_date() }}, true) as is_open,
    is_current and coalesce(settled_date <= {{ as_of_date() }}, false) as is_closed,
    is_current and coalesce(last_date > due_date, false) as is_overdue,
    {{ days_between('opened_date', 'last_date') }} as open_day_count,
    {{ days_between('opened_date', 'graded_date') }} as grading_day_count,
    {{ version_and_lineage('smart_zone', 'opened_date') }}
from ended
