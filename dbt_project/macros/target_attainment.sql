{#
    The attainment rows of every subject, one list: a new subject's int_attainment_<subject> is one more word here.
#}
{% macro attainment_rows() -%}
    {%- for subject in [
        'revenue',
        'innovation',
        'environment',
        'enterprise',
        'cluster',
        'reform',
        'project',
        'land'
    ] %}
    select
        '{{ subject }}' as subject,
        target_id,
        scope_type,
        scope_code,
        cast(actual_numerator as decimal(38, 6)) as actual_numerator,
        cast(actual_denominator as decimal(38, 6)) as actual_denominator,
        cast(baseline_value as decimal(38, 6)) as baseline_value,
        cast(target_value as decimal(38, 6)) as target_value,
        needed_share,
        cast(forecast_value as decimal(38, 6)) as forecast_value,
        evidence_count,
        batch_id,
        loaded_at
    from {{ ref('int_attainment_' ~ subject) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#
    Whether a value meets its target. comparison: ge (at least), le (at most), between (both ends included), yoy_up (above
    last year's value, which is then the target); null where nothing can be met (track, no value, no target).
#}
{% macro meets_target(value, comparison, target_value, target_upper) -%}
    case {{ comparison }}
        when 'ge' then {{ value }} >= {{ target_value }}
        when 'le' then {{ value }} <= {{ target_value }}
        when 'between' then {{ value }} >= {{ target_value }} and {{ value }} <= {{ target_upper }}
        when 'yoy_up' then {{ value }} > {{ target_value }}
    end
{%- endmacro %}

{# What is missing to the target, 0 within a range, negative beyond the target (above the range: what is too much). #}
{% macro gap_to_target(value, comparison, target_value, target_upper) -%}
    case {{ comparison }}
        when 'le' then {{ value }} - {{ target_value }}
        when 'between'
            then greatest({{ target_value }} - {{ value }}, {{ value }} - {{ target_upper }}, 0)
        when 'track' then null
        else {{ target_value }} - {{ value }}
    end
{%- endmacro %}

{#
    How far the way is gone over how far it should be gone by now; 1 is on time. ge and between: value over the needed
    share of the target. le: the same of the reduction, from the value at the start of the year (baseline) on; null where
    the start is not known. yoy_up: over last year's value.
#}
{% macro pace_to_target(value, comparison, target_value, needed_share, baseline_value) -%}
    case {{ comparison }}
        when 'le'
            then {{ safe_div(
                baseline_value ~ ' - ' ~ value,
                '(' ~ baseline_value ~ ' - ' ~ target_value ~ ') * ' ~ needed_share
            ) }}
        when 'yoy_up' then {{ safe_div(value, target_value) }}
        when 'track' then null
        else {{ safe_div(value, target_value ~ ' * ' ~ needed_share) }}
    end
{%- endmacro %}

{#
    The one status rule, over comparison, actual_value, target_value, target_upper, is_met, is_met_by_year_end, pace_ratio:
    no_data   nothing is known about it
    tracking  progress is recorded and no value is set to reach
    met       the target is reached
    on_pace   the value keeps up with the needed pace (pace_ratio >= 1) or the forecast reaches the target
    at_risk   within 5 % of the needed pace, or more than a range allows
    behind    further back
#}
{% macro attainment_status() -%}
    case
        when actual_value is null then 'no_data'
        when comparison = 'track' or target_value is null then 'tracking'
        when is_met then 'met'
        when comparison = 'between' and actual_value > target_upper then 'at_risk'
        when comparison <> 'yoy_up' and (pace_ratio >= 1 or is_met_by_year_end) then 'on_pace'
        when pace_ratio >= 0.95 then 'at_risk'
        else 'behind'
    end
{%- endmacro %}
