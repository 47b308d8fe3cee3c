{#
    How many days of a period a rate rests on: 361/365 天; from less than three quarters of them, the share of valid data that
    HJ 212-2017 asks of an aggregate, the rate is not that of the period: 61/365 天，数据不全. 暂无数据 without any day.
#}
{% macro day_coverage_label(days, period_days) -%}
    case
        when coalesce({{ days }}, 0) = 0 then '暂无数据'
        else
            concat_ws(
                '', cast({{ days }} as varchar), '/', cast({{ period_days }} as varchar), ' 天',
                case when {{ days }} < 0.75 * {{ period_days }} then '，数据不全' end
            )
    end
{%- endmacro %}
