{# The last day of the year before the as-of date. #}
{% macro last_year_end() -%} make_date(cast(year({{ as_of_date() }}) as int) - 1, 12, 31) {%- endmacro %}

{# Whether a zone of that level (dim_zone) belongs to the class of zones that a target binds (dim_target). #}
{% macro in_zone_class(zone_level, zone_class) -%}
    case {{ zone_class }}
        when 'all' then true
        when 'national' then {{ zone_level }} = 'national'
        when 'provincial' then {{ zone_level }} in ('provincial', 'key_provincial')
        when 'provincial_key' then {{ zone_level }} = 'key_provincial'
        when 'national,provincial_key' then {{ zone_level }} in ('national', 'key_provincial')
        else false
    end
{%- endmacro %}

{#
    Whether a version of a dimension held on a day: the zones of a closed plan are those of its last day, as they were
    then. On the as-of date it is the current version.
#}
{% macro held_on(version, day) -%}
    {{ version }}.valid_from <= {{ day }} and {{ version }}.valid_to > {{ day }}
{%- endmacro %}

{#
    What a standing state needs by the plan's day and is expected to be at the end of its year, both from its value at the
    end of the year before (`start`): it has to rise evenly to its target, and is expected to go on rising as it did so
    far. `plan` is an alias of int_plan_target.
#}
{% macro standing_needed_share(start_share, plan) -%}
    {{ rounded(start_share ~ ' + (1 - ' ~ start_share ~ ') * ' ~ plan ~ '.year_share', 6) }}
{%- endmacro %}

{% macro standing_forecast(actual, start, target, plan) -%}
    {%- set straight_on = actual ~ ' + (' ~ actual ~ ' - ' ~ start ~ ') * (1 / ' ~ plan ~ '.year_share - 1)' -%}
    {{ rounded('greatest(' ~ actual ~ ', least(' ~ straight_on ~ ', ' ~ target ~ '))', 6) }}
{%- endmacro %}

{#
    Attainment rows of zone targets. `reporting` has one row per plan year and target whose source reports at all:
    plan_year, target_id, actual_denominator (null for counts), batch_id, loaded_at. `evidence` has one row per plan year,
    target and zone that has something: plan_year, target_id, zone_id, actual_numerator, evidence_count, batch_id,
    loaded_at. Every zone of the target's class gets a row; one without evidence is at 0. The forecast is the value at the
    pace so far, at most the target.
    With standing=true `reporting` also has is_standing (a state that lasts, not what is done within the year) and
    `evidence` year_start_numerator (the same at the end of the year before; 0 where nothing lasts); a standing state
    without a value to reach is needed as it is.
#}
{% macro zone_attainment(evidence, reporting, standing=false) -%}
    select
        measured.plan_year,
        measured.target_id,
        'zone' as scope_type,
        measured.zone_id as scope_code,
        measured.actual_numerator,
        measured.actual_denominator,
        cast(null as double) as baseline_value,
        cast(null as double) as target_value,
        case
            when measured.is_standing and measured.target_value is null then cast(1 as double)
            when measured.is_standing then {{ standing_needed_share('measured.year_start_share', 'measured') }}
        end as needed_share,
        case
            when measured.target_value is not null
                then {{ standing_forecast(
                    'measured.actual_value', 'measured.year_start_value', 'measured.target_value', 'measured'
                ) }}
        end as forecast_value,
        measured.evidence_count,
        measured.batch_id,
        measured.loaded_at
    from (
        select
            valued.*,
            cast(
                sum(cast(
                    case
                        when valued.actual_denominator is not null then valued.year_start_value
                        when
                            valued.year_start_value >= valued.target_value
                            and valued.year_start_value <= coalesce(valued.target_upper, valued.year_start_value)
                            then 1
                        else 0
                    end as decimal(38, 12)
                )) over (partition by valued.plan_year, valued.target_id) as double
            ) / count(*) over (partition by valued.plan_year, valued.target_id) as year_start_share
        from (
            select
                reporting.plan_year,
                reporting.target_id,
                {{ 'reporting.is_standing' if standing else 'false' }} as is_standing,
                zone.zone_id,
                target.target_value,
                target.target_upper,
                target.year_share,
                cast(coalesce(evidence.actual_numerator, 0) as double) as actual_numerator,
                cast(reporting.actual_denominator as double) as actual_denominator,
                cast(coalesce(evidence.actual_numerator, 0) as double)
                / cast(coalesce(reporting.actual_denominator, 1) as double) as actual_value,
                cast(coalesce({{ 'evidence.year_start_numerator' if standing else '0' }}, 0) as double)
                / cast(coalesce(reporting.actual_denominator, 1) as double) as year_start_value,
                cast(coalesce(evidence.evidence_count, 0) as bigint) as evidence_count,
                coalesce(evidence.batch_id, reporting.batch_id) as batch_id,
                coalesce(evidence.loaded_at, reporting.loaded_at) as loaded_at
            from {{ reporting }} as reporting
            inner join {{ ref('int_plan_target') }} as target
                on reporting.plan_year = target.plan_year and reporting.target_id = target.target_id
            inner join {{ ref('dim_zone') }} as zone
                on
                    {{ held_on('zone', 'target.plan_date') }}
                    and {{ in_zone_class('zone.zone_level', 'target.zone_class') }}
            left join {{ evidence }} as evidence
                on
                    reporting.plan_year = evidence.plan_year
                    and reporting.target_id = evidence.target_id
                    and zone.zone_id = evidence.zone_id
        ) as valued
    ) as measured
{%- endmacro %}
