select
    data_key,
    operation,
    project_code,
    project_name,
    region_code,
    invest_project_code,
    address,
    owner_name,
    industry_code,
    created_at,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'trading__project')) }} as received
