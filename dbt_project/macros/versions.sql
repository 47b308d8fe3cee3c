{# The lineage that every staging model hands on. #}
{% macro lineage_columns() -%}
    batch_id,
    load_date,
    source_file,
    record_number,
    source_record_id,
    loaded_at
{%- endmacro %}

{#
    The order in which rows arrived, for an `order by`: by day, batch, file and record, since records are numbered within
    their file. `relation` is the alias of the rows, `direction` is desc where the last row is wanted first.
#}
{% macro arrival(relation=none, direction='asc') -%}
    {%- for column in ['load_date', 'batch_id', 'source_file', 'record_number'] -%}
        {{ relation ~ '.' if relation }}{{ column }}{{ ' desc' if direction == 'desc' }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#
    The rows of a raw relation that were known on the candidate's date, with one column more: known_from, the first day
    on which we knew the row. Every staging model reads its source through it:
        select ..., reported_at, known_from, {{ lineage_columns() }}
        from {{ reported(source('raw', 'smart_zone__zone')) }} as received
    known_from is a matter of the row itself, in whatever window it was fetched: the day of its report, but not before
    the day of its own file (an extract tells late what was reported long ago), of its delivery by hand or of its replay
    after a correction. A page of a REST platform has no day of its own, for it holds what was reported in the window
    asked for; what it holds from before that window is late, and known from the window's last day. Rows without a time
    of their report (reported_at=none) are known from the day of their file.
    A unit test of a staging model gives source('raw', 'batch') and source('raw', 'load_context') beside the rows.
#}
{% macro reported(relation, reported_at='reported_at') -%}
    (
        select
            raw_rows.*,
            {{ known_from('raw_rows.' ~ reported_at if reported_at else none) }} as known_from
        from {{ relation }} as raw_rows
        {%- if reported_at %}
        left join {{ source('raw', 'batch') }} as batch on raw_rows.batch_id = batch.batch_id
        {%- endif %}
        where
            {{ known_from('raw_rows.' ~ reported_at if reported_at else none) }} <= {{ as_of_date() }}
    )
{%- endmacro %}

{# The rule of `reported` as an expression over its relations. #}
{% macro known_from(reported_at) -%}
    {%- if reported_at -%}
    case
        when {{ reported_at }} is null then coalesce(raw_rows.file_date, raw_rows.load_date)
        when raw_rows.file_date is not null then greatest(cast({{ reported_at }} as date), raw_rows.file_date)
        when cast({{ reported_at }} as date) < batch.window_since then raw_rows.load_date
        else cast({{ reported_at }} as date)
    end
    {%- else -%}
    coalesce(raw_rows.file_date, raw_rows.load_date)
    {%- endif -%}
{%- endmacro %}

{#
    Versions of a record, as of the candidate's date: all columns of the relation plus version_number (1, 2, ...),
    known_to and is_current. The relation has known_from, reported_at and the columns of `arrival`.
    A value that is sent again unchanged is no new version, and neither is a report that came after a younger one was
    known: it never was what we knew. So the versions of a past day are the first ones of today's, with the same numbers.
    Validity is half-open: [known_from, known_to). Of two versions on one day the earlier one has an empty interval: it
    stays on record and answers no question about a day.
#}
{% macro dated_versions(relation, key, values) -%}
    {%- set by_key = 'partition by ' ~ key | join(', ') -%}
    {%- set in_order = 'order by known_from, reported_at nulls last, ' ~ arrival() %}
    select
        kept.*,
        row_number() over ({{ by_key }} {{ in_order }}) as version_number,
        coalesce(lead(known_from) over ({{ by_key }} {{ in_order }}), {{ far_future() }}) as known_to,
        lead(known_from) over ({{ by_key }} {{ in_order }}) is null as is_current
    from (
        select
            standing.*,
            lag(value_hash) over ({{ by_key }} {{ in_order }}) as previous_hash
        from (
            select
                hashed.*,
                max(reported_at) over (
                    {{ by_key }} {{ in_order }} rows between unbounded preceding and current row
                ) as youngest_report
            from (
                select relation.*, {{ hash_key(values) }} as value_hash
                from {{ relation }} as relation
            ) as hashed
        ) as standing
        where standing.reported_at is null or standing.reported_at >= standing.youngest_report
    ) as kept
    where kept.previous_hash is null or kept.previous_hash <> kept.value_hash
{%- endmacro %}
