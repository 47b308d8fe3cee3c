select
    enterprise_id,
    uscc,
    caliber,
    business_month,
    main_business_revenue_ytd_yuan,
    profit_and_tax_ytd_yuan,
    industrial_electricity_ytd_kwh,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__enterprise_indicator')) }} as received
