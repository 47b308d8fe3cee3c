select
    {{ hash_key(['indicator_code', 'caliber']) }} as indicator_key,
    indicator_code,
    caliber,
    indicator_name,
    unit,
    is_cumulative,
    valid_from_month,
    valid_to_month,
    definition
from {{ ref('indicator') }}
