{# The lineage that every staging model hands on. #}
{% macro lineage_columns() -%}
    batch_id,
    load_date,
    record_number,
    source_record_id,
    loaded_at
{%- endmacro %}

{#
    Versions of a record, as of the candidate's date: all columns of the relation plus version_number (1, 2, ...),
    known_to and is_current. The relation has known_from, reported_at, load_date, batch_id and record_number.
    A value that is sent again unchanged is no new version. Validity is half-open: [known_from, known_to). Of two
    versions on one day the earlier one has an empty interval: it stays on record and answers no question about a day.
#}
{% macro dated_versions(relation, key, values) -%}
    {%- set by_key = 'partition by ' ~ key | join(', ') -%}
    {%- set in_order = 'order by reported_at, load_date, batch_id, record_number' %}
    select
        kept.*,
        row_number() over ({{ by_key }} {{ in_order }}) as version_number,
        coalesce(lead(known_from) over ({{ by_key }} {{ in_order }}), {{ far_future() }}) as known_to,
        lead(known_from) over ({{ by_key }} {{ in_order }}) is null as is_current
    from (
        select
            hashed.*,
            lag(value_hash) over ({{ by_key }} {{ in_order }}) as previous_hash
        from (
            select relation.*, {{ hash_key(values) }} as value_hash
            from {{ relation }} as relation
        ) as hashed
    ) as kept
    where kept.previous_hash is null or kept.previous_hash <> kept.value_hash
{%- endmacro %}

{#
    The month behind a year-to-date value, one row per version: version_key, previous_month, previous_ytd_yuan.
    The earlier month is the nearest published one of the same year and caliber. For a current version it is the
    current one; for a closed version it is the one that was known on the day the version became known.
#}
{% macro previous_ytd(versions, entity) -%}
    select
        later.version_key,
        max(earlier.business_month) as previous_month,
        max_by(earlier.revenue_ytd_yuan, earlier.business_month) as previous_ytd_yuan
    from {{ versions }} as later
    inner join {{ versions }} as earlier
        on
            later.{{ entity }} = earlier.{{ entity }}
            and later.business_year = earlier.business_year
            and later.caliber = earlier.caliber
    where
        earlier.business_month < later.business_month
        and earlier.revenue_ytd_yuan is not null
        and case
            when later.is_current then earlier.is_current
            else earlier.known_from <= later.known_from and later.known_from < earlier.known_to
        end
    group by later.version_key
{%- endmacro %}
