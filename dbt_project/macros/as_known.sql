{#
    Questions about a past day, asked of a release in SQL: table functions in the schema fact, made by hooks of the facts
    that they read. They name no database, so they survive the copy and the renaming of the file.
        fact.fct_zone_indicator_as_known(day)         every indicator of the zones
        fact.fct_enterprise_indicator_as_known(day)   every indicator of the enterprises
        fact.fct_revenue_as_known(day)                revenue of the zones
    docs/as_of.md explains them to auditors.
#}
{% macro create_as_known(function, fact, columns) -%}
    {%- set body -%}
    with known as (
        select *
        from {{ fact.include(database=false) }}
        where known_from <= cast(as_known_on as date) and cast(as_known_on as date) < known_to
    ),

    previous as (
        select
            version_key,
            lag(business_month) over (
                partition by {{ columns[0] }}, indicator_code, business_year, caliber order by business_month
            ) as previous_month,
            lag(reported_value) over (
                partition by {{ columns[0] }}, indicator_code, business_year, caliber order by business_month
            ) as previous_value
        from known
        where is_published and is_cumulative
    )

    select
        {%- for column in columns %}
        known.{{ column }},
        {%- endfor %}
        known.indicator_code,
        known.unit,
        known.business_month,
        known.business_year,
        known.month_number,
        known.caliber,
        known.version_number,
        known.reported_value,
        {{ month_columns('known', 'previous') }},
        known.reported_at,
        known.known_from,
        known.source_system,
        known.source_record_id,
        known.batch_id
    from known
    left join previous on known.version_key = previous.version_key
    {%- endset -%}
    {{ create_table_function(fact.schema ~ '.' ~ function, body) }}
{%- endmacro %}

{% macro create_revenue_as_known(fact) -%}
    {%- set body -%}
    select
        zone_id,
        business_month,
        business_year,
        month_number,
        caliber,
        version_number,
        reported_value as revenue_ytd_yuan,
        month_value as revenue_month_yuan,
        months_spanned,
        is_negative_month,
        is_published,
        reported_at,
        known_from,
        source_system,
        source_record_id,
        batch_id
    from {{ fact.schema }}.fct_zone_indicator_as_known(as_known_on)
    where indicator_code = 'main_business_revenue'
    {%- endset -%}
    {{ create_table_function(fact.schema ~ '.fct_revenue_as_known', body) }}
{%- endmacro %}

{# A table function with one parameter, the date or text as_known_on. #}
{% macro create_table_function(name, body) -%} {{ adapter.dispatch('create_table_function')(name, body) }} {%- endmacro %}
{% macro default__create_table_function(name, body) -%}
    create or replace macro {{ name }}(as_known_on) as table {{ body }}
{%- endmacro %}
{% macro spark__create_table_function(name, body) -%}
    create or replace function {{ name }}(as_known_on string) returns table return {{ body }}
{%- endmacro %}
