select
    map_id,
    industry,
    map_kind,
    planned_date,
    issued_date,
    document_no,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__industry_map')) }} as received
