select
    target.target_id,
    target.work_item,
    target.area,
    target.title_zh,
    target.title_en,
    target.metric,
    target.grain as target_grain,
    target.zone_class,
    target.comparison,
    target.roll_up,
    target.target_value,
    target.target_upper,
    target.unit,
    unit.unit_label,
    unit.divisor as unit_divisor,
    unit.digits as unit_digits,
    target.period,
    target.kind,
    target.lead_department
from {{ ref('target') }} as target
inner join {{ ref('unit') }} as unit on target.unit = unit.unit
