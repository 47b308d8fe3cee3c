select
    listing_id,
    uscc,
    enterprise_name,
    listed_date,
    listing_reason,
    listing_authority,
    removed_date,
    removal_reason,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'credit__abnormal_list')) }} as received
