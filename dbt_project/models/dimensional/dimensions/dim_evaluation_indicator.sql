select
    indicator.indicator_code,
    indicator.indicator_name,
    indicator.indicator_order,
    indicator.unit_label,
    indicator.unit_divisor,
    indicator.is_higher_better,
    indicator.indicator_weight,
    indicator.basis,
    block.block_code,
    block.block_name,
    block.block_order,
    block.block_weight
from {{ ref('evaluation_indicator') }} as indicator
inner join {{ ref('evaluation_block') }} as block on indicator.block_code = block.block_code
