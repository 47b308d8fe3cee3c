select
    platform_id,
    platform_name,
    platform_type,
    platform_level,
    zone_id,
    uscc,
    approval_no,
    approved_date,
    revoked_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__innovation_platform')) }} as received
