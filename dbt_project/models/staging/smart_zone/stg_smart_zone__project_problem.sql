select
    problem_no,
    project_id,
    zone_id,
    problem_level,
    problem_type,
    problem_text,
    responsible_department,
    opened_date,
    graded_date,
    due_date,
    closed_date,
    problem_state,
    result_text,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__project_problem')) }} as received
