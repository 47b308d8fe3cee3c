select
    themed_park_id,
    themed_park_name,
    zone_id,
    theme,
    planned_area_mu,
    investment_yuan,
    approved_date,
    started_date,
    operating_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__themed_park')) }} as received
