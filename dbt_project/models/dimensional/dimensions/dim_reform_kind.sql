select
    milestone_code,
    target_id,
    work_item,
    scope_type,
    kind_order,
    is_counted,
    kind_label
from {{ ref('reform_kind') }}
