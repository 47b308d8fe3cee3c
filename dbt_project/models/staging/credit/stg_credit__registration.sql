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
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'credit__registration')) }} as received
