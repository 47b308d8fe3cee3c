select
    investment_id,
    fund_id,
    fund_name,
    fund_kind,
    project_id,
    uscc,
    zone_id,
    instrument,
    agreed_amount_yuan,
    paid_to_date_yuan,
    agreed_date,
    last_paid_date,
    exited_date,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__fund_investment')) }} as received
