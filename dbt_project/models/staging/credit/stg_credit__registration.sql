select
    registration_id,
    uscc,
    enterprise_name,
    enterprise_type,
    registration_authority,
    registration_state,
    address,
    industry_code,
    registered_capital_yuan,
    capital_currency,
    established_date,
    approved_date,
    region_code,
    reported_at,
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'credit__registration') }}
where cast(reported_at as date) <= {{ as_of_date() }}
