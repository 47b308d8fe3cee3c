select
    violation_id,
    uscc,
    enterprise_name,
    listed_date,
    listing_reason,
    listing_authority,
    removed_date,
    removal_reason,
    removal_authority,
    city_name,
    county_name,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'credit__serious_violation')) }} as received
