{# The date as of which the candidate is built: one row of raw.load_context, never a dbt variable. #}
{% macro as_of_date() -%}
    (select load_context.as_of_date from {{ source('raw', 'load_context') }} as load_context)
{%- endmacro %}

{% macro far_future() -%} date '9999-12-31' {%- endmacro %}

{# 2019年6月 #}
{% macro month_label(date_expression) -%}
    concat_ws('', cast(year({{ date_expression }}) as varchar), '年', cast(month({{ date_expression }}) as varchar), '月')
{%- endmacro %}

{# 2019年12月31日 #}
{% macro day_label(date_expression) -%}
    concat_ws('', {{ month_label(date_expression) }}, cast(day({{ date_expression }}) as varchar), '日')
{%- endmacro %}
