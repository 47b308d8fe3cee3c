{# The rows of the exchange that stand as of the release, one per key: the last message of each, without those deleted. #}
{% macro latest_row(relation, key) -%}
    select last_row.*
    from (
        select message.*
        from {{ relation }} as message
        qualify
            row_number() over (
                partition by message.{{ key }}
                order by message.reported_at desc nulls last, {{ arrival('message', 'desc') }}
            ) = 1
    ) as last_row
    where last_row.operation <> 'delete'
{%- endmacro %}
