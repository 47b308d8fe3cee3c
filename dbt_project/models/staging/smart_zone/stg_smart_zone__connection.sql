select
    zone_id,
    system_code,
    business_date,
    heartbeat_count,
    last_heartbeat_at,
    exchanged_row_count,
    connected_enterprise_count,
    enterprise_count,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__connection')) }} as received
