{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_month_key',
    on_schema_change='fail',
    pre_hook="{{ clear_months(this, touched_days(ref('fct_pollution_day'), ['hourly_report', 'daily_report'])) }}",
) }}
{%- set touched = touched_days(ref('fct_pollution_day'), ['hourly_report', 'daily_report']) %}

with days as (
    select *
    from {{ ref('fct_pollution_day') }}
    where
        mass_kg is not null
        {% if is_incremental() %}
            and {{ month_start('business_date') }} in (
                select {{ month_start('touched.business_date') }}
                from ({{ touched }}) as touched
            )
        {% endif %}
),

months as (
    select
        mn,
        pollutant_code,
        medium,
        {{ month_start('business_date') }} as business_month,
        max_by(outlet_id, business_date) as outlet_id,
        max_by(zone_id, business_date) as zone_id,
        max_by(uscc, business_date) as uscc,
        sum(cast(mass_kg as decimal(24, 6))) as mass_kg,
        sum(cast(flow_m3 as decimal(24, 6))) as flow_m3,
        count(*) as day_count,
        sum(valid_hour_count) as valid_hour_count,
        sum(expected_hour_count) as expected_hour_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from days
    group by mn, pollutant_code, medium, {{ month_start('business_date') }}
)

select
    outlet_id,
    mn,
    pollutant_code,
    business_month,
    cast(business_month as varchar) as business_month_key,
    medium,
    zone_id,
    uscc,
    cast(mass_kg as double) as mass_kg,
    cast(flow_m3 as double) as flow_m3,
    day_count,
    cast(valid_hour_count as bigint) as valid_hour_count,
    cast(expected_hour_count as bigint) as expected_hour_count,
    {{ safe_div('valid_hour_count', 'expected_hour_count') }} as valid_hour_ratio,
    'monitoring' as source_system,
    concat_ws('|', mn, pollutant_code, cast(business_month as varchar)) as source_record_id,
    batch_id,
    loaded_at
from months
