select
    allocation_id,
    document_no,
    department_name,
    fund_name,
    work_item,
    zone_id,
    budget_year,
    allocated_amount_yuan,
    paid_to_date_yuan,
    allocated_date,
    last_paid_date,
    withdrawn_date,
    allocation_state,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__fund_allocation')) }} as received
