-- The light of a work item is that of its worst target, as in mart_work_items; the goal itself (item 0) is none.
with items as (
    select
        target.work_item,
        max(status.badness) as badness
    from {{ ref('fct_target_attainment') }} as fact
    inner join {{ ref('dim_target') }} as target
        on fact.defining_year = target.plan_year and fact.target_id = target.target_id
    inner join {{ ref('dim_status') }} as status on fact.status = status.status
    where fact.is_shown and fact.scope_type = 'province' and target.work_item > 0
    group by target.work_item
),

lights as (
    select
        status.badness,
        concat_ws(' ', max(status.status_label), cast(count(*) as varchar)) as light_label
    from items
    inner join {{ ref('dim_status') }} as status on items.badness = status.badness
    group by status.badness
)

select {{ joined_text('light_label', '，', 'badness desc') }} as lights_label
from lights
