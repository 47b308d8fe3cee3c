select
    outlet_id,
    outlet_name,
    outlet_kind,
    mn,
    permit_no,
    uscc,
    zone_id,
    pollutant_code,
    limit_upper,
    limit_lower,
    standard_no,
    valid_from,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__outlet')) }} as received
