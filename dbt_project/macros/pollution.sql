{#
    The days that a fact has to compute again: business_date. A day is touched by an hour of a batch that the last
    release did not have, and by a limit or device of an outlet that such a batch changed, from its first day on.
#}
{% macro touched_days(fact) -%}
    select distinct hourly.measured_date as business_date
    from {{ ref('stg_monitoring__hourly_report') }} as hourly
    where hourly.batch_id in (select batch.batch_id from {{ source('raw', 'batch') }} as batch where batch.is_new)
    {%- for column in ['mn', 'outlet_id'] %}
    union
    select distinct fact.business_date
    from {{ fact }} as fact
    inner join {{ ref('stg_smart_zone__outlet') }} as outlet
        on fact.{{ column }} = outlet.{{ column }} and outlet.valid_from <= fact.business_date
    where outlet.batch_id in (select batch.batch_id from {{ source('raw', 'batch') }} as batch where batch.is_new)
    {%- endfor %}
{%- endmacro %}
