select
    rule_code,
    rule_order,
    rule_name,
    rule_label,
    threshold,
    unit,
    severity,
    case severity when 'high' then '严重' when 'medium' then '一般' else '提示' end as severity_label,
    reason,
    reason_zh as reason_label
from {{ ref('monitoring_rule') }}
