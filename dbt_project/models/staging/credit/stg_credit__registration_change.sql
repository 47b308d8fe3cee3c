select
    change_id,
    registration_id,
    uscc,
    enterprise_name,
    change_item,
    content_before,
    content_after,
    changed_date,
    registration_authority,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'credit__registration_change')) }} as received
