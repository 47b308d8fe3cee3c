select
    row_guid,
    case_number,
    decided_at,
    result_type,
    certificate_name,
    certificate_hash,
    satisfaction,
    is_delivered,
    data_source,
    operation,
    exchange_batch,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'gov_service__case_result')) }} as received
