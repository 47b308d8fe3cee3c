select
    work_plan.plan_year,
    work_plan.plan_label,
    work_plan.deadline,
    work_plan.closing_date,
    work_plan.basis
from {{ ref('work_plan') }} as work_plan
