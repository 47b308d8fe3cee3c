{#
    Steps of one amount of a record: what each version adds to the one before. The sum of the steps of a record is the
    amount of its current version.
#}
{% macro fund_steps(source, flow_type, amount, flow_date) -%}
    select
        '{{ flow_type }}' as flow_type,
        version.source_kind,
        version.record_id,
        version.version_number,
        cast(
            {{ amount }}
            - coalesce(
                lag({{ amount }}) over (
                    partition by version.source_kind, version.record_id order by version.version_number
                ),
                0
            ) as decimal(24, 2)
        ) as amount_yuan,
        coalesce({{ flow_date }}, version.known_from) as flow_date
    from {{ source }} as version
    where {{ amount }} is not null
{%- endmacro %}

{#
    Days in a phase that began on `since`: to the first of the following days that is on record, else to the end of the
    project or the as-of date (last_date). Null where the phase was not reached.
#}
{% macro phase_days(project, since, following=[]) -%}
    {{ days_between(
        project ~ '.' ~ since,
        'coalesce(' ~ (following | map('replace', '', project ~ '.', 1) | join(', '))
        ~ (', ' if following else '') ~ project ~ '.last_date)'
    ) }}
{%- endmacro %}
