{#
    The one status rule (shares and amounts in the same unit as the target):
    met       the target is reached
    on_pace   the value keeps up with the needed pace (pace_ratio >= 1) or the forecast reaches the target
    at_risk   within 5 % of the needed pace
    behind    further back
    no_data   nothing is known about it
#}
{% macro target_status(actual, target, pace_ratio, forecast) -%}
    case
        when {{ actual }} is null or {{ target }} is null then 'no_data'
        when {{ actual }} >= {{ target }} then 'met'
        when {{ pace_ratio }} >= 1 or {{ forecast }} >= {{ target }} then 'on_pace'
        when {{ pace_ratio }} >= 0.95 then 'at_risk'
        else 'behind'
    end
{%- endmacro %}

{# 29,860.0 亿元, 98.7%, 17 个 or 暂无数据; target is an alias of dim_target. #}
{% macro amount_label(expression, target) -%}
    case
        when {{ expression }} is null then '暂无数据'
        else concat_ws(
            case when {{ target }}.unit_label = '%' then '' else ' ' end,
            case
                when {{ target }}.unit_digits = 0 then {{ format_number(expression ~ ' / ' ~ target ~ '.unit_divisor', 0) }}
                else {{ format_number(expression ~ ' / ' ~ target ~ '.unit_divisor', 1) }}
            end,
            {{ target }}.unit_label
        )
    end
{%- endmacro %}

{#
    差 140.0 亿元, 超 3 个, 差 0.6 个百分点, 已达到 or 暂无数据. The difference of the two numbers as they are shown, so that
    a reader can add them up. target is an alias of dim_target.
#}
{% macro gap_label(actual, goal, target) -%}
    case
        when {{ actual }} is null or {{ goal }} is null then '暂无数据'
        when {{ actual }} = {{ goal }} then '已达到'
        else concat_ws(
            '',
            case when {{ actual }} < {{ goal }} then '差 ' else '超 ' end,
            case
                when {{ target }}.unit_digits = 0 then {{ format_number(shown_gap(actual, goal, target, 0), 0) }}
                else {{ format_number(shown_gap(actual, goal, target, 1), 1) }}
            end,
            ' ',
            case when {{ target }}.unit_label = '%' then '个百分点' else {{ target }}.unit_label end
        )
    end
{%- endmacro %}

{% macro shown_gap(actual, goal, target, digits) -%}
    abs(
        round({{ goal }} / {{ target }}.unit_divisor, {{ digits }})
        - round({{ actual }} / {{ target }}.unit_divisor, {{ digits }})
    )
{%- endmacro %}

{#
    Cumulative share of the year at each month of the year before the as-of year, over the zones that published both
    that month and December within one caliber: month_number (1 to 12), year_share. Twelfths where no zone did.
#}
{% macro last_year_shares() -%}
    select
        months.month_number,
        coalesce(
            cast(sum(pairs.month_yuan) as double) / nullif(cast(sum(pairs.year_yuan) as double), 0),
            cast(months.month_number as double) / 12
        ) as year_share
    from (
        select dim_date.month_number
        from {{ ref('dim_date') }} as dim_date
        where dim_date.year_number = year({{ as_of_date() }}) and dim_date.day_number = 1
    ) as months
    left join (
        select
            at_month.month_number,
            at_month.reported_value as month_yuan,
            at_end.reported_value as year_yuan
        from {{ ref('fct_zone_indicator_month') }} as at_month
        inner join {{ ref('fct_zone_indicator_month') }} as at_end
            on
                at_month.zone_id = at_end.zone_id
                and at_month.indicator_code = at_end.indicator_code
                and at_month.business_year = at_end.business_year
                and at_month.caliber = at_end.caliber
        where
            at_month.indicator_code = 'main_business_revenue'
            and at_month.business_year = year({{ as_of_date() }}) - 1
            and at_month.is_current
            and at_month.is_published
            and at_end.month_number = 12
            and at_end.is_current
            and at_end.is_published
    ) as pairs on months.month_number = pairs.month_number
    group by months.month_number
{%- endmacro %}
