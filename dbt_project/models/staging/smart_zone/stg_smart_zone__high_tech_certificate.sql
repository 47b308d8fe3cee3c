select
    certificate_no,
    uscc,
    enterprise_name,
    zone_id,
    issued_date,
    valid_until,
    renewed_certificate_no,
    certificate_state,
    revoked_date,
    revoked_reason,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__high_tech_certificate')) }} as received
