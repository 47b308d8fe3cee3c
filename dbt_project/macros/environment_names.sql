{# The latest name of each outlet: outlet_id, outlet_name. #}
{% macro outlet_names() -%}
    select
        outlet_id,
        max_by(outlet_name, valid_from) as outlet_name
    from {{ ref('dim_outlet') }}
    group by outlet_id
{%- endmacro %}

{# The current name of each unit by credit code: uscc, enterprise_name. #}
{% macro enterprise_names() -%}
    select
        uscc,
        max_by(enterprise_name, enterprise_id) as enterprise_name
    from {{ ref('dim_enterprise') }}
    where is_current
    group by uscc
{%- endmacro %}

{# 2019-06-30 08:00 #}
{% macro hour_label(moment) -%} substr(cast({{ moment }} as varchar), 1, 16) {%- endmacro %}
