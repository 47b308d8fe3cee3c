select
    row_guid,
    case_number,
    event_type,
    step_name,
    started_at,
    ended_at,
    data_source,
    operation,
    exchange_batch,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'gov_service__case_event')) }} as received
