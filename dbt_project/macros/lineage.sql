{# The end of every fact from one source: the version, the two times and where the row came from. #}
{% macro version_and_lineage(system, business_date) -%}
    cast(version_number as bigint) as version_number,
    reported_at,
    known_from,
    known_to,
    is_current,
    {{ business_date }} as business_date,
    '{{ system }}' as source_system,
    source_record_id,
    batch_id,
    loaded_at
{%- endmacro %}
