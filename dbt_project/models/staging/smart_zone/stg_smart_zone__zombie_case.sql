select
    case_id,
    subject_type,
    subject_name,
    uscc,
    project_id,
    zone_id,
    idle_land_area_mu,
    disposal_measure,
    named_date,
    planned_date,
    disposed_date,
    case_state,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__zombie_case')) }} as received
