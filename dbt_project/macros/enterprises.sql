{# Whether a text holds a match of a pattern (a regular expression without backslashes). #}
{% macro matches_pattern(expression, pattern) -%} {{ adapter.dispatch('matches_pattern')(expression, pattern) }} {%- endmacro %}
{% macro default__matches_pattern(expression, pattern) -%} regexp_matches({{ expression }}, {{ pattern }}) {%- endmacro %}
{% macro spark__matches_pattern(expression, pattern) -%} rlike({{ expression }}, {{ pattern }}) {%- endmacro %}

{# The enterprise behind a credit code on the as-of date; of two records with one code the younger one counts. #}
{% macro enterprise_of_code() -%}
    select
        bridge.uscc,
        bridge.enterprise_id,
        coalesce(bridge.zone_id, bridge.platform_zone_id) as zone_id
    from {{ ref('bridge_enterprise_zone') }} as bridge
    where bridge.is_current
    qualify row_number() over (
        partition by bridge.uscc order by bridge.valid_from desc, bridge.enterprise_id asc
    ) = 1
{%- endmacro %}

{#
    The enterprises behind the credit codes of `events`, and where they were on the day of the event: one row per code
    and day that occur there. uscc, event_date, enterprise_id, decided_zone_id (the zone that the evidence decides on) and
    zone_id (where it decides on none, that of the platform record). Of two records with one code the one that began
    later counts; an enterprise whose first record came after the day was where that record says.
#}
{% macro enterprise_on_day(events, code, day) -%}
    select
        happened.uscc,
        happened.event_date,
        bridge.enterprise_id,
        bridge.zone_id as decided_zone_id,
        coalesce(bridge.zone_id, bridge.platform_zone_id) as zone_id
    from (
        select distinct
            {{ code }} as uscc,
            {{ day }} as event_date
        from {{ events }}
    ) as happened
    inner join {{ ref('bridge_enterprise_zone') }} as bridge
        on happened.uscc = bridge.uscc and happened.event_date < bridge.valid_to
    qualify
        row_number() over (
            partition by happened.uscc, happened.event_date
            order by
                case when bridge.valid_from <= happened.event_date then bridge.valid_from end desc nulls last,
                bridge.valid_from asc,
                bridge.enterprise_id asc
        ) = 1
{%- endmacro %}

{# The texts of a group in an order, with a separator between them. #}
{% macro joined_text(expression, separator, order) -%} {{ adapter.dispatch('joined_text')(expression, separator, order) }} {%- endmacro %}
{% macro default__joined_text(expression, separator, order) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}
{% macro spark__joined_text(expression, separator, order) -%}
    string_agg({{ expression }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}

{# Every version of each record of a dataset of the credit register as an event of one kind; arguments are SQL. #}
{% macro credit_events(
    kind, versions, record_id, event_date, end_date, title, detail, authority, fine='null', confiscated='null',
    only='true'
) -%}
    select
        '{{ kind }}' as event_kind,
        {{ record_id }} as record_id,
        uscc,
        enterprise_name,
        {{ event_date }} as event_date,
        cast({{ end_date }} as date) as end_date,
        cast({{ title }} as varchar) as event_title,
        cast({{ detail }} as varchar) as event_detail,
        {{ authority }} as authority,
        cast({{ fine }} as decimal(24, 2)) as fine_yuan,
        cast({{ confiscated }} as decimal(24, 2)) as confiscated_yuan,
        version_number,
        reported_at,
        known_from,
        known_to,
        is_current,
        source_record_id,
        batch_id,
        loaded_at
    from {{ versions }}
    where {{ only }}
{%- endmacro %}
