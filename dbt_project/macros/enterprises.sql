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

{# The texts of a group in an order, with a separator between them. #}
{% macro joined_text(expression, separator, order) -%} {{ adapter.dispatch('joined_text')(expression, separator, order) }} {%- endmacro %}
{% macro default__joined_text(expression, separator, order) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}
{% macro spark__joined_text(expression, separator, order) -%}
    string_agg({{ expression }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}

{# Current version of each record of a dataset of the credit register as an event of one kind; arguments are SQL. #}
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
    where is_current and {{ only }}
{%- endmacro %}
