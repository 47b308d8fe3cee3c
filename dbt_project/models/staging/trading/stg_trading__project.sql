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
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'trading__project') }}
where cast(reported_at as date) <= {{ as_of_date() }}
