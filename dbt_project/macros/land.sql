{#
    What the first, second, ... grantee has of an amount of a deal (relation divided): their rounded part, and for the first
    one what the others leave, so that the parts always make up the whole.
#}
{% macro part_of_whole(whole, part, scale) -%}
    case
        when divided.grantee_number = 1
            then
                cast(
                    divided.{{ whole }} - (
                        sum(divided.{{ part }}) over (partition by divided.data_key, divided.version_number)
                        - divided.{{ part }}
                    ) as decimal(24, {{ scale }})
                )
        else divided.{{ part }}
    end
{%- endmacro %}

{# The day a number of months (an expression) after a day. #}
{% macro months_after(date_expression, months) -%}
    {{ adapter.dispatch('months_after')(date_expression, months) }}
{%- endmacro %}
{% macro default__months_after(date_expression, months) -%}
    cast({{ date_expression }} + to_months(cast({{ months }} as int)) as date)
{%- endmacro %}
{% macro spark__months_after(date_expression, months) -%}
    add_months({{ date_expression }}, cast({{ months }} as int))
{%- endmacro %}
