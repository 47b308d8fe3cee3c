select
    zone_id,
    caliber,
    business_month,
    main_business_revenue_ytd_yuan,
    main_business_revenue_yoy_ratio,
    industrial_value_added_ytd_yuan,
    profit_ytd_yuan,
    profit_and_tax_ytd_yuan,
    export_delivery_ytd_yuan,
    industrial_electricity_ytd_kwh,
    employee_count,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__zone_indicator')) }} as received
