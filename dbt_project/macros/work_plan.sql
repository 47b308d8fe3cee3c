{# The years that have a work plan. A new plan is one more year here, its seed target_<year> and a line of seed work_plan. #}
{% macro plan_years() -%} {{ return([2019]) }} {%- endmacro %}

{# The targets of every work plan, one list with plan_year in front. #}
{% macro planned_targets() -%}
    {%- for plan_year in plan_years() %}
    select
        cast({{ plan_year }} as bigint) as plan_year,
        planned.*
    from {{ ref('target_' ~ plan_year) }} as planned
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# The targets that the as-of year is measured by, as dim_target; without a plan of its own nothing is to be reached. #}
{% macro targets_of_this_year() -%}
    select
        target.target_id,
        target.title_zh,
        target.zone_class,
        case when target.plan_year = year({{ as_of_date() }}) then target.target_value end as target_value
    from {{ ref('dim_target') }} as target
    where target.is_current
{%- endmacro %}

{#
    2019年度计划; after its deadline with 已结束 and, while late reports count, until when; 2018年（无年度计划） for a year without
    one. `fact` is an alias of fct_target_attainment, `plan` one of dim_work_plan.
#}
{% macro shown_plan_label(fact, plan) -%}
    case
        when {{ plan }}.plan_label is null
            then concat_ws('', cast({{ fact }}.plan_year as varchar), '年（无年度计划）')
        when {{ fact }}.as_of_date <= {{ plan }}.deadline then {{ plan }}.plan_label
        when {{ fact }}.as_of_date <= {{ plan }}.closing_date
            then concat_ws('', {{ plan }}.plan_label, '，已结束（迟报收至', {{ day_label(plan ~ '.closing_date') }}, '）')
        else concat_ws('', {{ plan }}.plan_label, '，已结束')
    end
{%- endmacro %}
