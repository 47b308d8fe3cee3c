{# What became of the rows of each declared dataset that had any batch, over all batches behind the release. #}
{% macro dataset_totals() -%}
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
{%- endmacro %}
