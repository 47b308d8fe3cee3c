select
    plan_id,
    plan_name,
    zone_id,
    plan_kind,
    cluster_industry,
    first_year,
    last_year,
    planned_revenue_yuan,
    drafted_date,
    issued_date,
    document_no,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__cluster_plan')) }} as received
