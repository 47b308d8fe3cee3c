select
    site_id,
    site_name,
    site_kind,
    zone_id,
    region_code,
    uscc,
    is_in_protected_area,
    protected_area_kind,
    protected_area_name,
    surveyed_date,
    planned_closure_date,
    closed_date,
    closure_measure,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__chemical_site')) }} as received
