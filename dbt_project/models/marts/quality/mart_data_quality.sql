with totals as (
    {{ dataset_totals() }}
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
