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
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'smart_zone__innovation_platform') }}
where cast(reported_at as date) <= {{ as_of_date() }}
