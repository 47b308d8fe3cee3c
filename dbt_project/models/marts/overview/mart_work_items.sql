-- The worst target with data stands for its work item; without any data it is the item's first target.
with ranked as (
    select
        target.work_item,
        target.area,
        target.title_zh,
        target.lead_department,
        target.status,
        target.status_label,
        target.status_color,
        target.actual_label,
        target.target_label,
        target.gap_label,
        count(*) over (partition by target.work_item) as target_count,
        sum(target.evidence_count) over (partition by target.work_item) as evidence_count,
        row_number() over (partition by target.work_item order by status.badness desc, target.target_id asc) as place
    from {{ ref('mart_target_status') }} as target
    inner join {{ ref('dim_status') }} as status on target.status = status.status
)

select
    work_item,
    case when work_item = 0 then '总目标' else concat_ws('', '第', cast(work_item as varchar), '项') end as item_label,
    area,
    title_zh,
    lead_department,
    status,
    status_label,
    status_color,
    cast(target_count as bigint) as target_count,
    cast(evidence_count as bigint) as evidence_count,
    actual_label,
    target_label,
    gap_label
from ranked
where place = 1
