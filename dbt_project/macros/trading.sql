{#
    The messages of the trading exchange that stand as of the release, one row per business code: the last message of
    each data_key, without those that were withdrawn; of two with one code the younger one.
#}
{% macro latest_message(relation, code) -%}
    select last_message.*
    from (
        select message.*
        from {{ relation }} as message
        qualify
            row_number() over (
                partition by message.data_key
                order by message.reported_at desc nulls last, {{ arrival('message', 'desc') }}
            ) = 1
    ) as last_message
    where last_message.operation <> '3'
    qualify
        row_number() over (
            partition by last_message.{{ code }} order by last_message.reported_at desc nulls last, last_message.data_key desc
        ) = 1
{%- endmacro %}
