select
    status,
    status_label,
    status_color,
    badness
from {{ ref('status_light') }}
