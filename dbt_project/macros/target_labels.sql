{#
    Labels of a target's numbers as a leader reads them. `fact` is an alias of fct_target_attainment, `target` one of
    dim_target. A share of zones is shown in zones, a rate in percent, everything else in the unit of the target.
#}

{# 29,860.0 亿元, 98.7%, 17 个; a rate that only rounds to 100.0% is 不足100%. #}
{% macro amount_text(expression, target) -%}
    case
        when {{ target }}.unit_label = '%' and {{ expression }} < 1 and {{ rounded(expression, 3) }} = 1 then '不足100%'
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

{# Whether a value rests on less than three quarters of its days or zones (the share that HJ 212-2017 asks of an aggregate). #}
{% macro is_incomplete(fact) -%} coalesce({{ fact }}.covered_count < 0.75 * {{ fact }}.expected_count, false) {%- endmacro %}

{# 61/365 天，数据不全, 107/108 家 or — where the value rests on the whole. #}
{% macro target_coverage_label(fact) -%}
    case
        when {{ fact }}.coverage_unit is null then '—'
        else concat_ws(
            '',
            cast({{ fact }}.covered_count as varchar), '/', cast({{ fact }}.expected_count as varchar),
            case {{ fact }}.coverage_unit when 'day' then ' 天' else ' 家' end,
            case when {{ is_incomplete(fact) }} then '，数据不全' end
        )
    end
{%- endmacro %}

{# 88 / 99 个开发区达标, 29,860.0 亿元, 99.4%（数据不全） or 暂无数据. #}
{% macro actual_label(fact, target) -%}
    case
        when {{ fact }}.status = 'not_applicable' then '不适用'
        when {{ fact }}.actual_value is null then '暂无数据'
        when {{ fact }}.is_share_of_zones
            then concat_ws(
                '',
                {{ format_number(fact ~ '.actual_numerator', 0) }}, ' / ',
                {{ format_number(fact ~ '.actual_denominator', 0) }}, ' 个开发区达标'
            )
        else concat_ws(
            '',
            {{ amount_text(fact ~ '.actual_value', target) }},
            -- Amounts and counts say what they cover beside them; a rate of a part is no rate of the whole.
            case when {{ fact }}.actual_denominator is not null and {{ is_incomplete(fact) }} then '（数据不全）' end
        )
    end
{%- endmacro %}

{# 每个开发区 2–3 个, 清零, 不超过 5 个, 高于上年的 238.1 万元/亩, 30,000.0 亿元 or 持续推进. #}
{% macro target_label(fact, target) -%}
    case
        when {{ target }}.comparison = 'track' then '持续推进'
        when {{ fact }}.plan_year <> {{ fact }}.defining_year then '未下达'
        when {{ target }}.comparison = 'yoy_up'
            then case
                when {{ fact }}.target_value is null then '高于上年'
                else concat_ws('', '高于上年的 ', {{ amount_text(fact ~ '.target_value', target) }})
            end
        when {{ target }}.comparison = 'between'
            then concat_ws(
                '',
                case when {{ fact }}.is_share_of_zones then '每个开发区 ' end,
                {{ format_number(target ~ '.target_value', 0) }}, '–', {{ amount_text(target ~ '.target_upper', target) }}
            )
        when {{ fact }}.is_share_of_zones
            then concat_ws('', '每个开发区 ', {{ amount_text(target ~ '.target_value', target) }}, '以上')
        when {{ fact }}.target_value is null then '未分解'
        when {{ target }}.comparison = 'le' and {{ fact }}.target_value = 0 then '清零'
        when {{ target }}.comparison = 'le'
            then concat_ws('', '不超过 ', {{ amount_text(fact ~ '.target_value', target) }})
        else {{ amount_text(fact ~ '.target_value', target) }}
    end
{%- endmacro %}

{#
    差 140.0 亿元, 超 3 个, 差 0.6 个百分点, 差 11 个开发区, 已达到, 推进中 or 暂无数据. The difference of the two numbers as they
    are shown, so that a reader can add them up.
#}
{% macro missing_label(fact, target) -%}
    case
        when {{ fact }}.status = 'not_applicable' then '不适用'
        when {{ fact }}.actual_value is null then '暂无数据'
        when {{ fact }}.gap_value is null then '推进中'
        when {{ fact }}.gap_value = 0 then '已达到'
        when {{ fact }}.is_share_of_zones
            then concat_ws(
                '',
                '差 ', {{ format_number(fact ~ '.actual_denominator - ' ~ fact ~ '.actual_numerator', 0) }}, ' 个开发区'
            )
        else concat_ws(
            '',
            case
                -- Below a floor or above a ceiling something is missing; the rest is more than was asked.
                when {{ fact }}.gap_value < 0 and {{ target }}.comparison = 'le' then '低于上限 '
                when {{ fact }}.gap_value < 0 then '超 '
                when {{ target }}.comparison = 'between' and {{ fact }}.actual_value > {{ fact }}.target_upper then '超 '
                else '差 '
            end,
            case
                when {{ target }}.unit_digits = 0
                    then {{ format_number('greatest(' ~ shown_difference(fact, target, 0) ~ ', 1)', 0) }}
                when {{ shown_difference(fact, target, 1) }} = 0 then '不足 0.1'
                else {{ format_number(shown_difference(fact, target, 1), 1) }}
            end,
            ' ',
            case when {{ target }}.unit_label = '%' then '个百分点' else {{ target }}.unit_label end
        )
    end
{%- endmacro %}

{% macro shown_difference(fact, target, digits) -%}
    abs(
        {{ rounded(fact ~ '.actual_value / ' ~ target ~ '.unit_divisor', digits) }}
        - {{ rounded(
            "case when " ~ target ~ ".comparison = 'between' and " ~ fact ~ ".actual_value > " ~ fact ~ ".target_upper
                then " ~ fact ~ ".target_upper else " ~ fact ~ ".target_value end / " ~ target ~ ".unit_divisor",
            digits
        ) }}
    )
{%- endmacro %}

{# 98.6% of the needed pace; — where there is no pace to keep. #}
{% macro pace_label(fact) -%}
    case
        when {{ fact }}.status = 'not_applicable' then '不适用'
        when {{ fact }}.actual_value is null then '暂无数据'
        when {{ fact }}.pace_ratio is null then '—'
        else concat_ws('', {{ format_number(fact ~ '.pace_ratio * 100', 1) }}, '%')
    end
{%- endmacro %}

{# 年初存量已处置 45 / 117, the number of the other reading of the plan's sentence; — where there is one reading. #}
{% macro beside_label(fact, target) -%}
    case
        when {{ target }}.beside_label is null or {{ fact }}.beside_denominator is null then '—'
        else concat_ws(
            '',
            {{ target }}.beside_label, ' ',
            {{ format_number(fact ~ '.beside_numerator', 0) }}, ' / ',
            {{ format_number(fact ~ '.beside_denominator', 0) }}
        )
    end
{%- endmacro %}

{# 94 / 99 个开发区达标, 29,860.0 亿元, — or 暂无数据. #}
{% macro forecast_label(fact, target) -%}
    case
        when {{ fact }}.status = 'not_applicable' then '不适用'
        when {{ fact }}.actual_value is null then '暂无数据'
        when {{ fact }}.forecast_value is null then '—'
        when {{ fact }}.is_share_of_zones
            then concat_ws(
                '',
                -- Whole zones, or one that is half expected would count as sure.
                {{ format_number(
                    'floor(' ~ rounded(fact ~ '.forecast_value * ' ~ fact ~ '.actual_denominator', 4) ~ ')', 0
                ) }}, ' / ',
                {{ format_number(fact ~ '.actual_denominator', 0) }}, ' 个开发区达标'
            )
        else {{ amount_text(fact ~ '.forecast_value', target) }}
    end
{%- endmacro %}

{# How long a bar is that shows a part of a whole: 0 to 100, one decimal. #}
{% macro percent_of(part, whole) -%}
    {{ rounded('100 * least(greatest(coalesce(' ~ part ~ ' / nullif(' ~ whole ~ ', 0), 0), 0), 1)', 1) }}
{%- endmacro %}
