-- The worst target with data stands for its work item; without any data it is the item's first target.
with ranked as (
    select
        fact.defining_year,
        target.work_item,
        target.title_zh,
        fact.status,
        status.status_label,
        status.status_color,
        status.badness,
        {{ actual_label('fact', 'target') }} as actual_label,
        {{ target_label('fact', 'target') }} as target_label,
        {{ missing_label('fact', 'target') }} as gap_label,
        {{ forecast_label('fact', 'target') }} as forecast_label,
        count(*) over (partition by target.work_item) as target_count,
        sum(case when fact.status = 'met' then 1 else 0 end) over (partition by target.work_item) as met_target_count,
        sum(case when fact.status = 'no_data' then 1 else 0 end) over (partition by target.work_item)
            as no_data_target_count,
        sum(fact.evidence_count) over (partition by target.work_item) as evidence_count,
        row_number() over (partition by target.work_item order by status.badness desc, target.target_id asc) as place
    from {{ ref('fct_target_attainment') }} as fact
    inner join {{ ref('dim_target') }} as target
        on fact.defining_year = target.plan_year and fact.target_id = target.target_id
    inner join {{ ref('dim_status') }} as status on fact.status = status.status
    where fact.is_shown and fact.scope_type = 'province'
)

select
    item.work_item,
    item.item_label,
    item.area,
    item.item_title,
    item.lead_department,
    ranked.status,
    ranked.status_label,
    ranked.status_color,
    ranked.title_zh,
    ranked.actual_label,
    ranked.target_label,
    ranked.gap_label,
    ranked.forecast_label,
    cast(ranked.target_count as bigint) as target_count,
    cast(ranked.met_target_count as bigint) as met_target_count,
    cast(ranked.no_data_target_count as bigint) as no_data_target_count,
    cast(ranked.evidence_count as bigint) as evidence_count,
    row_number() over (order by ranked.badness desc nulls last, item.work_item asc nulls last) as press_order
from {{ ref('dim_work_item') }} as item
inner join ranked on item.plan_year = ranked.defining_year and item.work_item = ranked.work_item
where ranked.place = 1
order by item.work_item
