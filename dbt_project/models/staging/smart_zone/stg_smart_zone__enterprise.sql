select
    enterprise_id,
    uscc,
    enterprise_name,
    zone_id,
    industry_code,
    standard_size,
    address,
    enterprise_state,
    is_high_tech,
    is_key_polluter,
    connected_at,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__enterprise')) }} as received
