select
    check_code,
    check_order,
    subject,
    check_label,
    left_label,
    right_label,
    measure_label,
    period_type,
    low_limit,
    high_limit,
    tolerance_ratio,
    grace_days,
    reason_label,
    reason
from {{ ref('reconciliation_check') }}
