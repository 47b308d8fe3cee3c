with totals as (
    select
        system,
        dataset,
        max(load_date) as last_load_date,
        sum(received_count) as received_row_count,
        sum(loaded_count) as loaded_row_count,
        sum(quarantined_count) as quarantined_row_count,
        sum(repeat_count) as repeated_row_count,
        count(*) as batch_count
    from {{ source('audit', 'batch') }}
    group by system, dataset
)

select
    dataset.system,
    dataset.dataset,
    dataset.dataset_title,
    dataset.owner,
    totals.last_load_date,
    cast(coalesce(totals.received_row_count, 0) as bigint) as received_row_count,
    cast(coalesce(totals.loaded_row_count, 0) as bigint) as loaded_row_count,
    cast(coalesce(totals.quarantined_row_count, 0) as bigint) as quarantined_row_count,
    cast(coalesce(totals.repeated_row_count, 0) as bigint) as repeated_row_count,
    cast(coalesce(totals.batch_count, 0) as bigint) as batch_count,
    {{ safe_div('totals.quarantined_row_count', 'totals.received_row_count') }} as quarantined_ratio
from {{ ref('dim_dataset') }} as dataset
left join totals on dataset.system = totals.system and dataset.dataset = totals.dataset
