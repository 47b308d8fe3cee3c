select
    data_key,
    operation,
    tender_project_code,
    bid_section_code,
    region_code,
    notice_name,
    winner_name,
    winner_uscc,
    price_form,
    award_amount_yuan,
    published_at,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'trading__award')) }} as received
