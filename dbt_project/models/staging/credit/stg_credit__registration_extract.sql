select
    enterprise_name,
    uscc,
    established_date,
    enterprise_type,
    registered_capital_yuan,
    registered_capital_text,
    business_scope,
    province_name,
    city_name,
    address,
    cast(null as timestamp) as reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'credit__registration_extract'), reported_at=none) }} as received
