{#
    The rows of a fact of reported indicators, from a staging relation with one column per indicator: one row per
    entity, indicator, month and version. `indicators` maps indicator codes to columns; `carried` are columns of the
    entity that go along; `stated_growth` maps indicator codes to the platform's own 同比.
    The platform states a caliber per year; an indicator whose definition never changed keeps its one caliber.
    Month values are differences within a year and a caliber (a level, such as persons, is its own month value).
#}
{% macro indicator_month_fact(relation, entity, indicators, carried=[], stated_growth={}) -%}
with definition as (
    select
        indicator_code,
        min(unit) as unit,
        bool_and(is_cumulative) as is_cumulative,
        count(*) as caliber_count,
        min(caliber) as only_caliber
    from {{ ref('dim_indicator') }}
    group by indicator_code
),

listed as (
    {%- for code in indicators %}
    select '{{ code }}' as indicator_code
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

reports as (
    select
        reported.{{ entity }},
        {%- for column in carried %}
        reported.{{ column }},
        {%- endfor %}
        listed.indicator_code,
        definition.unit,
        coalesce(definition.is_cumulative, true) as is_cumulative,
        case when definition.caliber_count = 1 then definition.only_caliber else reported.caliber end as caliber,
        reported.business_month,
        case listed.indicator_code
            {%- for code, column in indicators.items() %}
            when '{{ code }}' then cast(reported.{{ column }} as decimal(24, 2))
            {%- endfor %}
        end as reported_value,
        {%- if stated_growth %}
        cast(case listed.indicator_code
            {%- for code, column in stated_growth.items() %}
            when '{{ code }}' then reported.{{ column }}
            {%- endfor %}
        end as double) as stated_growth_ratio,
        {%- endif %}
        reported.reported_at,
        reported.known_from,
        reported.load_date,
        reported.source_file,
        reported.record_number,
        reported.batch_id,
        reported.source_record_id,
        reported.loaded_at
    from {{ relation }} as reported
    cross join listed
    left join definition on listed.indicator_code = definition.indicator_code
),

versions as (
    {{ dated_versions('reports', [entity, 'indicator_code', 'business_month'], ['reported_value', 'caliber']) }}
),

previous as (
    {{ previous_value('versions', entity) }}
)

select
    {{ hash_key(['versions.' ~ entity, 'versions.indicator_code', 'versions.business_month', 'versions.version_number']) }}
        as version_key,
    versions.{{ entity }},
    {%- for column in carried %}
    versions.{{ column }},
    {%- endfor %}
    versions.indicator_code,
    versions.unit,
    versions.is_cumulative,
    versions.business_month,
    cast(year(versions.business_month) as bigint) as business_year,
    cast(month(versions.business_month) as bigint) as month_number,
    versions.caliber,
    cast(versions.version_number as bigint) as version_number,
    versions.reported_value,
    {%- if stated_growth %}
    {{ rounded('versions.stated_growth_ratio', 6) }} as stated_growth_ratio,
    {%- endif %}
    {{ month_columns('versions', 'previous') }},
    versions.reported_at,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join previous
    on
        versions.{{ entity }} = previous.{{ entity }}
        and versions.indicator_code = previous.indicator_code
        and versions.business_month = previous.business_month
        and versions.version_number = previous.version_number
{%- endmacro %}

{#
    The month behind a year-to-date value, one row per version that has one: its key, previous_month, previous_value.
    The earlier month is the nearest published one of the same year and caliber. For a current version it is the
    current one; for a closed version it is the one that was known on the day the version became known.
#}
{% macro previous_value(versions, entity) -%}
    select
        later.{{ entity }},
        later.indicator_code,
        later.business_month,
        later.version_number,
        max(earlier.business_month) as previous_month,
        max_by(earlier.reported_value, earlier.business_month) as previous_value
    from {{ versions }} as later
    inner join {{ versions }} as earlier
        on
            later.{{ entity }} = earlier.{{ entity }}
            and later.indicator_code = earlier.indicator_code
            and year(later.business_month) = year(earlier.business_month)
            and later.caliber = earlier.caliber
    where
        later.is_cumulative
        and earlier.business_month < later.business_month
        and earlier.reported_value is not null
        and case
            when later.is_current then earlier.is_current
            else earlier.known_from <= later.known_from and later.known_from < earlier.known_to
        end
    group by later.{{ entity }}, later.indicator_code, later.business_month, later.version_number
{%- endmacro %}

{# What a year-to-date value says about its month, given the nearest earlier published month of the same year. #}
{% macro month_columns(versions, previous) -%}
    cast({{ versions }}.reported_value - coalesce({{ previous }}.previous_value, 0) as decimal(24, 2)) as month_value,
    case
        when {{ versions }}.reported_value is null then null
        when {{ versions }}.is_cumulative
            then
                cast(month({{ versions }}.business_month) as bigint)
                - coalesce(cast(month({{ previous }}.previous_month) as bigint), 0)
        else 1
    end as months_spanned,
    {{ versions }}.is_cumulative
    and (
        coalesce({{ versions }}.reported_value < {{ previous }}.previous_value, false)
        or coalesce({{ previous }}.previous_month is null and {{ versions }}.reported_value < 0, false)
    ) as is_negative_month,
    {{ versions }}.reported_value is not null as is_published
{%- endmacro %}
