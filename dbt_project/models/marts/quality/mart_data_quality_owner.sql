with totals as (
    {{ dataset_totals() }}
)

select
    dataset.owner,
    {{ joined_text('dataset.dataset_title', '、', 'dataset.dataset_title') }} as datasets_label,
    cast(coalesce(sum(totals.received_row_count), 0) as bigint) as received_row_count,
    cast(coalesce(sum(totals.loaded_row_count), 0) as bigint) as loaded_row_count,
    cast(coalesce(sum(totals.quarantined_row_count), 0) as bigint) as quarantined_row_count,
    cast(coalesce(sum(totals.repeated_row_count), 0) as bigint) as repeated_row_count,
    {{ safe_div('sum(totals.quarantined_row_count)', 'sum(totals.received_row_count)') }} as quarantined_ratio,
    case when max(totals.last_load_date) is null then '暂无数据' else {{ day_label('max(totals.last_load_date)') }} end
        as last_load_label
from {{ ref('dim_dataset') }} as dataset
left join totals on dataset.system = totals.system and dataset.dataset = totals.dataset
group by dataset.owner
