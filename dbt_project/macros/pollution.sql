{#
    The days that a fact about monitoring has to compute again, from what the last release did not have: days of new
    rows of the datasets, days since a changed limit or device of an outlet began to hold, and days since a device of
    such a batch was known; and the days since the last release, of which a device with a wrong clock may have sent
    something before they came. `fact` has business_date and mn; it stands as the last release left it, or as
    this night has already brought it up to date.
#}
{% macro touched_days(fact, datasets=['hourly_report']) -%}
    {%- set moments = {'hourly_report': 'stated_at', 'daily_report': 'measured_date', 'device_status': 'measured_at'} -%}
    {%- set last_day = last_loaded_day() -%}
    {%- for dataset in datasets %}
    {% if not loop.first %}union{% endif %}
    select distinct reported.measured_date as business_date
    from {{ ref('stg_monitoring__' ~ dataset) }} as reported
    where reported.batch_id in (select batch.batch_id from {{ source('raw', 'batch') }} as batch where batch.is_new)
    {%- if last_day %}
    union
    select distinct reported.measured_date as business_date
    from {{ ref('stg_monitoring__' ~ dataset) }} as reported
    where reported.{{ moments[dataset] }} >= timestamp '{{ last_day }} 00:00:00' + interval 1 day
    {%- endif %}
    {%- endfor %}
    union
    select distinct fact.business_date
    from {{ fact }} as fact
    inner join (
        -- Every device that such an outlet has or had.
        select
            device.mn,
            min(changed.valid_from) as changed_from
        from {{ ref('stg_smart_zone__outlet') }} as changed
        inner join {{ ref('stg_smart_zone__outlet') }} as device on changed.outlet_id = device.outlet_id
        where changed.batch_id in (select batch.batch_id from {{ source('raw', 'batch') }} as batch where batch.is_new)
        group by device.mn
    ) as changed_device
        on fact.mn = changed_device.mn and fact.business_date >= changed_device.changed_from
    union
    select distinct fact.business_date
    from {{ fact }} as fact
    where
        fact.business_date >= (
            select min(outlet.known_from)
            from {{ ref('stg_smart_zone__outlet') }} as outlet
            where outlet.batch_id in (
                select batch.batch_id from {{ source('raw', 'batch') }} as batch where batch.is_new
            )
        )
{%- endmacro %}

{# The last day of which the last release had a batch, as text; none in a build from nothing. A literal, as below. #}
{% macro last_loaded_day() -%}
    {%- if execute and is_incremental() -%}
        {%- set query -%}
            select cast(max(load_date) as varchar) as d from {{ source('raw', 'batch') }} where not is_new
        {%- endset -%}
        {{ return(run_query(query).rows[0][0]) }}
    {%- endif -%}
{%- endmacro %}

{#
    The dates of a query with the column business_date as literals, `margin` days before and after each included:
    only literals let a scan of the hourly Parquet files skip the files of other days.
#}
{% macro literal_days(query, margin=0) -%}
    {%- if execute -%}
        {%- set found = run_query('select distinct cast(business_date as varchar) as d from (' ~ query ~ ') as days') -%}
        {%- set days = [] -%}
        {%- for row in found.rows -%}
            {%- set day = modules.datetime.date.fromisoformat(row[0]) -%}
            {%- for offset in range(-margin, margin + 1) -%}
                {%- do days.append((day + modules.datetime.timedelta(days=offset)).isoformat()) -%}
            {%- endfor -%}
        {%- endfor -%}
        {{ return(days | unique | sort) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a date column is one of the literal days; false without any. #}
{% macro on_days(column, days) -%}
    {%- if days -%} {{ column }} in (date '{{ days | join("', date '") }}') {%- else -%} false {%- endif -%}
{%- endmacro %}

{# The same for rows of stg_monitoring__hourly_report (alias with its dot), with the range of their times for the
   statistics of the files. #}
{% macro hours_on_days(days, hourly='') -%}
    {%- if days -%}
        {{ hourly }}stated_at >= timestamp '{{ days | first }} 00:00:00'
        and {{ hourly }}stated_at < timestamp '{{ days | last }} 00:00:00' + interval 1 day
        and {{ on_days(hourly ~ 'measured_date', days) }}
    {%- else -%} false {%- endif -%}
{%- endmacro %}

{# Take the rows of the days to be computed again out of a fact that may have none of them afterwards. #}
{% macro clear_days(fact, days_query, margin=0) -%}
    {%- if execute and is_incremental() -%}
        delete from {{ fact }} where {{ on_days('business_date', literal_days(days_query, margin)) }}
    {%- endif -%}
{%- endmacro %}

{# The same for the months of those days. #}
{% macro clear_months(fact, days_query) -%}
    {%- if execute and is_incremental() -%}
        delete from {{ fact }}
        where business_month in (select {{ month_start('touched.business_date') }} from ({{ days_query }}) as touched)
    {%- endif -%}
{%- endmacro %}

{#
    Devices, factors and days with an hour that was reported more than once: mn, pollutant_code, measured_date. The sum of
    2 to the power of each hour has as many binary ones as there are rows only if no hour came twice; that is a thirtieth
    of the work of numbering the reports of every hour.
#}
{% macro doubled_days(condition=none) -%}
    select
        mn,
        pollutant_code,
        measured_date
    from {{ ref('stg_monitoring__hourly_report') }}
    {% if condition %} where {{ condition }} {% endif %}
    group by mn, pollutant_code, measured_date
    having bit_count(cast(sum(cast(power(2, hour(measured_at)) as bigint)) as bigint)) < count(*)
{%- endmacro %}

{#
    Hours, each once, of several reports the one loaded last: the columns with mn, pollutant_code, measured_at,
    measured_date, batch_id and loaded_at, where the condition holds (on the columns of the staging model). `doubled` is a
    relation of doubled_days.
#}
{% macro hours_once(doubled, columns, condition=none) -%}
    {%- set keys = ['mn', 'pollutant_code', 'measured_at', 'measured_date', 'batch_id', 'loaded_at'] -%}
    select
        {%- for column in keys + columns %}
        hourly.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_monitoring__hourly_report') }} as hourly
    left join {{ doubled }} as doubled
        on
            hourly.mn = doubled.mn
            and hourly.pollutant_code = doubled.pollutant_code
            and hourly.measured_date = doubled.measured_date
    where doubled.mn is null {% if condition %} and {{ condition }} {% endif %}
    union all
    select
        {%- for column in keys + columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select hourly.*
        from {{ ref('stg_monitoring__hourly_report') }} as hourly
        inner join {{ doubled }} as doubled
            on
                hourly.mn = doubled.mn
                and hourly.pollutant_code = doubled.pollutant_code
                and hourly.measured_date = doubled.measured_date
        {% if condition %} where {{ condition }} {% endif %}
    ) as reports
    qualify {{ last_report_of_hour() }}
{%- endmacro %}

{# Of several reports of one hour the one loaded last counts. #}
{% macro last_report_of_hour() -%}
    row_number() over (
        partition by mn, pollutant_code, measured_at
        order by {{ arrival(direction='desc') }}
    ) = 1
{%- endmacro %}

{# The hourly mean that is judged: flue gas converted to the reference oxygen (折算) where the device does so. #}
{% macro hour_value(hours) -%}
    try_cast(case
        when substr({{ hours }}.pollutant_code, 1, 1) = 'a'
            then coalesce({{ hours }}.converted_avg_value, {{ hours }}.avg_value)
        else {{ hours }}.avg_value
    end as decimal(15, 6))
{%- endmacro %}

{# Whether a value of a factor (dim_pollutant) can be at all: not below zero and within the factor's physical range. #}
{% macro is_possible(value, pollutant) -%}
    coalesce(
        ({{ value }} >= 0 or coalesce({{ pollutant }}.is_signed, false))
        and {{ value }} >= coalesce({{ pollutant }}.least_possible_value, -1e9)
        and {{ value }} <= coalesce({{ pollutant }}.greatest_possible_value, 1e9),
        false
    )
{%- endmacro %}

{# Whole minutes from the first moment to the last, negative when they are in the other order. #}
{% macro minutes_between(first_moment, last_moment) -%}
    {{ adapter.dispatch('minutes_between')(first_moment, last_moment) }}
{%- endmacro %}
{% macro default__minutes_between(first_moment, last_moment) -%}
    datesub('minute', {{ first_moment }}, {{ last_moment }})
{%- endmacro %}
{% macro spark__minutes_between(first_moment, last_moment) -%}
    timestampdiff(minute, {{ first_moment }}, {{ last_moment }})
{%- endmacro %}
