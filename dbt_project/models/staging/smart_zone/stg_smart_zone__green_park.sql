select
    title_id,
    zone_id,
    pilot_kind,
    pilot_level,
    approval_no,
    approved_date,
    accepted_date,
    revoked_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__green_park')) }} as received
