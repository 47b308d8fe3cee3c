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
