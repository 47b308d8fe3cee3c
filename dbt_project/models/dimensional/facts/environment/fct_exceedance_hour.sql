{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_day',
    on_schema_change='fail',
    pre_hook="{{ clear_days(this, touched_days(ref('fct_pollution_day'))) }}",
) }}
{%- set touched = touched_days(ref('fct_pollution_day')) %}
{% if is_incremental() %} {%- set days = literal_days(touched) %} {% endif %}

-- Only days whose extremes lie outside the limits have such an hour: most hours are never looked at again.
with suspected as (
    select
        mn,
        pollutant_code,
        business_date,
        outlet_id,
        zone_id,
        uscc,
        medium,
        limit_upper,
        limit_lower,
        standard_no
    from {{ ref('fct_pollution_day') }}
    where
        (max_value > limit_upper or min_value < limit_lower)
        {% if is_incremental() %} and {{ on_days('business_date', days) }} {% endif %}
),

hours as (
    select
        hourly.mn,
        hourly.pollutant_code,
        hourly.measured_at,
        hourly.measured_date,
        hourly.avg_value,
        hourly.converted_avg_value,
        hourly.flag,
        hourly.load_date,
        hourly.source_file,
        hourly.record_number,
        hourly.source_record_id,
        hourly.batch_id,
        hourly.loaded_at
    from {{ ref('stg_monitoring__hourly_report') }} as hourly
    inner join suspected
        on
            hourly.mn = suspected.mn
            and hourly.pollutant_code = suspected.pollutant_code
            and hourly.measured_date = suspected.business_date
    {% if is_incremental() %}
        where {{ hours_on_days(days) }}
    {% endif %}
),

last_reports as (
    select *
    from hours
    qualify {{ last_report_of_hour() }}
),

judged as (
    select
        suspected.*,
        last_reports.measured_at,
        coalesce(pollutant.is_concentration, false) as is_concentration,
        cast({{ hour_value('last_reports') }} as double) as hour_value,
        last_reports.flag,
        {{ is_possible(hour_value('last_reports'), 'pollutant') }} as is_possible_value,
        last_reports.source_record_id,
        last_reports.batch_id,
        last_reports.loaded_at
    from last_reports
    inner join suspected
        on
            last_reports.mn = suspected.mn
            and last_reports.pollutant_code = suspected.pollutant_code
            and last_reports.measured_date = suspected.business_date
    left join {{ ref('dim_pollutant') }} as pollutant on last_reports.pollutant_code = pollutant.pollutant_code
)

select
    outlet_id,
    mn,
    pollutant_code,
    measured_at,
    business_date,
    cast(business_date as varchar) as business_day,
    medium,
    zone_id,
    uscc,
    hour_value,
    limit_upper,
    limit_lower,
    standard_no,
    case
        when is_concentration and hour_value > limit_upper
            then {{ safe_div('hour_value - limit_upper', 'limit_upper') }}
    end as exceedance_multiple,
    'monitoring' as source_system,
    source_record_id,
    batch_id,
    loaded_at
from judged
where
    flag = 'N'
    and is_possible_value
    and (coalesce(hour_value > limit_upper, false) or coalesce(hour_value < limit_lower, false))
