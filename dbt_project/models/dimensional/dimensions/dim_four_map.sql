select
    industry,
    map_kind,
    industry_order,
    kind_order
from {{ ref('four_map') }}
