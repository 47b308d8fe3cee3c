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
    load_date as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'credit__registration_extract') }}
where load_date <= {{ as_of_date() }}
