select
    facility_id,
    facility_name,
    facility_kind,
    zone_id,
    uscc,
    design_sewage_m3_per_day,
    design_waste_t_per_year,
    standard_no,
    started_date,
    built_date,
    operating_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__treatment_facility')) }} as received
