select
    milestone_id,
    scope_type,
    scope_code,
    work_item,
    milestone_code,
    milestone_name,
    subject_name,
    area_mu,
    planned_date,
    done_date,
    document_no,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__reform_milestone')) }} as received
