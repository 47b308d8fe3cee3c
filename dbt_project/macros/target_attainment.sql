{#
    The attainment rows of every subject, one list: a new subject's int_attainment_<subject> is one more word here, and
    one more in with_beside if it delivers a second number to be shown beside the first, in with_days if it says on how
    many days of its period a value rests.
#}
{% macro attainment_rows() -%}
    {%- set with_beside = ['enterprise', 'project', 'land'] -%}
    {%- set with_days = ['environment'] -%}
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
        plan_year,
        target_id,
        scope_type,
        scope_code,
        cast(actual_numerator as decimal(38, 6)) as actual_numerator,
        cast(actual_denominator as decimal(38, 6)) as actual_denominator,
        cast(baseline_value as decimal(38, 6)) as baseline_value,
        cast(target_value as decimal(38, 6)) as target_value,
        needed_share,
        cast(forecast_value as decimal(38, 6)) as forecast_value,
        cast({{ 'baseline_weight' if subject == 'land' else 'null' }} as decimal(38, 6)) as baseline_weight,
        cast({{ 'beside_numerator' if subject in with_beside else 'null' }} as decimal(38, 6)) as beside_numerator,
        cast({{ 'beside_denominator' if subject in with_beside else 'null' }} as decimal(38, 6)) as beside_denominator,
        cast({{ 'covered_day_count' if subject in with_days else 'null' }} as bigint) as covered_day_count,
        cast({{ 'period_day_count' if subject in with_days else 'null' }} as bigint) as period_day_count,
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
    The one status rule, over comparison, actual_value, target_value, target_upper, is_ended, is_met, is_met_by_year_end,
    needed_share, pace_ratio:
    no_data   nothing is known about it
    tracking  progress is recorded and no value is set to reach
    met       the target is reached
    missed    it is not, and its deadline is over
    on_pace   the forecast reaches the target
    at_risk   it does not, but the value is within 5 % of the needed pace (of none, if none is needed), or above a range
    behind    further back
    (not_applicable is given where there is no scope of the target's class.)
#}
{% macro attainment_status() -%}
    case
        when actual_value is null then 'no_data'
        when comparison = 'track' or target_value is null then 'tracking'
        when is_met then 'met'
        when is_ended then 'missed'
        when is_met_by_year_end then 'on_pace'
        when pace_ratio >= 0.95 or needed_share = 0 then 'at_risk'
        when comparison = 'between' and actual_value > target_upper then 'at_risk'
        else 'behind'
    end
{%- endmacro %}

{#
    Share of zones that meet their target by the end of the year, from the share that does so now, at the pace since the
    start of the year. `needed` is the share that is needed by now, which tells the start: a state rises evenly to all.
#}
{% macro share_forecast(share, needed, year_share) -%}
    case
        when {{ needed }} >= 1 or {{ year_share }} >= 1 then {{ share }}
        else
            {{ share }}
            + ({{ share }} - greatest(({{ needed }} - {{ year_share }}) / (1 - {{ year_share }}), 0))
            * (1 / {{ year_share }} - 1)
    end
{%- endmacro %}
