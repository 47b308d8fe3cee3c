select
    work_item.plan_year,
    work_item.work_item,
    case
        when work_item.work_item = 0 then '总目标'
        else concat_ws('', '第', cast(work_item.work_item as varchar), '项')
    end as item_label,
    target.area,
    work_item.item_title,
    work_item.lead_department,
    target.target_count
from {{ ref('work_item') }} as work_item
inner join (
    select
        target.plan_year,
        target.work_item,
        min(target.area) as area,
        count(*) as target_count
    from {{ ref('dim_target') }} as target
    group by target.plan_year, target.work_item
) as target on work_item.plan_year = target.plan_year and work_item.work_item = target.work_item
