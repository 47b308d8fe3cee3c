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
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'credit__abnormal_list') }}
where cast(reported_at as date) <= {{ as_of_date() }}
