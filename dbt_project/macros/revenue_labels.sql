{# +10.3%, or why there is no growth. `fact` is an alias of fct_indicator_to_date. #}
{% macro growth_label(fact) -%}
    case
        when {{ fact }}.growth_ratio is not null
            then concat_ws(
                '',
                case when {{ fact }}.growth_ratio > 0 then '+' else '' end,
                {{ format_number(fact ~ '.growth_ratio * 100', 1) }},
                '%'
            )
        when {{ fact }}.is_caliber_break then '口径调整，不可比'
        else '暂无同期数据'
    end
{%- endmacro %}

{# 108/108 家已报; 106/108 家已报，2 家按 11 月累计计; 80/108 家已报，27 家按 3—5 月累计计，1 家本年未报. #}
{% macro coverage_label(fact) -%}
    concat_ws(
        '',
        cast({{ fact }}.reported_zone_count as varchar), '/', cast({{ fact }}.zone_count as varchar), ' 家已报',
        case
            when {{ fact }}.carried_zone_count > 0
                then concat_ws(
                    '',
                    '，', cast({{ fact }}.carried_zone_count as varchar), ' 家按 ',
                    cast(month({{ fact }}.carried_from_month) as varchar),
                    case
                        when {{ fact }}.carried_to_month > {{ fact }}.carried_from_month
                            then concat_ws('', '—', cast(month({{ fact }}.carried_to_month) as varchar))
                        else ''
                    end,
                    ' 月累计计'
                )
            else ''
        end,
        case
            when {{ fact }}.zone_count > {{ fact }}.reported_zone_count + {{ fact }}.carried_zone_count
                then concat_ws(
                    '',
                    '，',
                    cast(
                        {{ fact }}.zone_count - {{ fact }}.reported_zone_count - {{ fact }}.carried_zone_count as varchar
                    ),
                    ' 家本年未报'
                )
            else ''
        end
    )
{%- endmacro %}
