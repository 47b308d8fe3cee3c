{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_day',
    on_schema_change='fail',
) }}
{%- set touched = touched_days(ref('fct_pollution_day'), ['hourly_report', 'daily_report', 'device_status']) %}
{% if is_incremental() %} {%- set days = literal_days(touched) %} {% endif %}

with measured as (
    select
        mn,
        pollutant_code,
        business_date,
        outlet_id,
        zone_id,
        uscc,
        medium,
        received_hour_count,
        valid_hour_count,
        standstill_hour_count,
        repaired_hour_count,
        reported_avg_value,
        batch_id,
        loaded_at
    from {{ ref('fct_pollution_day') }}
    {% if is_incremental() %}
        where {{ on_days('business_date', days) }}
    {% endif %}
),

calendar as (
    select
        business_date,
        count(distinct mn) as sending_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from measured
    group by business_date
),

-- From when on the platform knew the device: before that nobody could expect it to send.
known as (
    select
        mn,
        min(known_from) as known_from
    from {{ ref('stg_smart_zone__outlet') }}
    group by mn
),

expected as (
    select
        calendar.business_date,
        outlet.mn,
        outlet.pollutant_code,
        outlet.outlet_id,
        outlet.zone_id,
        outlet.uscc,
        outlet.medium
    from calendar
    inner join {{ ref('dim_outlet') }} as outlet
        on calendar.business_date >= outlet.valid_from and calendar.business_date < outlet.valid_to
    inner join known on outlet.mn = known.mn and calendar.business_date >= known.known_from
    qualify row_number() over (
        partition by outlet.mn, outlet.pollutant_code, calendar.business_date
        order by outlet.valid_from desc, outlet.outlet_id asc
    ) = 1
),

registered as (
    select
        expected.mn,
        expected.business_date,
        max(expected.outlet_id) as outlet_id,
        max(expected.zone_id) as zone_id,
        max(expected.uscc) as uscc,
        max(expected.medium) as medium,
        count(*) as expected_factor_count,
        sum(coalesce(measured.received_hour_count, 0)) as received_value_count,
        sum(coalesce(measured.valid_hour_count, 0)) as valid_value_count,
        sum(coalesce(measured.standstill_hour_count, 0)) as standstill_value_count
    from expected
    left join measured
        on
            expected.mn = measured.mn
            and expected.pollutant_code = measured.pollutant_code
            and expected.business_date = measured.business_date
    group by expected.mn, expected.business_date
),

registered_count as (
    select
        business_date,
        count(*) as device_count
    from registered
    group by business_date
),

sent as (
    select
        mn,
        business_date,
        max(outlet_id) as outlet_id,
        max(zone_id) as zone_id,
        max(uscc) as uscc,
        max(medium) as medium,
        max(received_hour_count) as received_hour_count,
        max(repaired_hour_count) as repaired_hour_count,
        count(reported_avg_value) > 0 as has_daily_report,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from measured
    group by mn, business_date
),

-- Of several reports of one sub-device and command the last one of the day, loaded last, counts.
statuses as (
    select
        mn,
        sub_device,
        command,
        measured_date,
        running_hours,
        device_state,
        batch_id,
        loaded_at
    from {{ ref('stg_monitoring__device_status') }}
    {% if is_incremental() %}
        where {{ on_days('measured_date', days) }}
    {% endif %}
    qualify row_number() over (
        partition by mn, sub_device, command, measured_date
        order by measured_at desc, {{ arrival(direction='desc') }}
    ) = 1
),

facilities as (
    select
        mn,
        measured_date,
        count(distinct sub_device) as sub_device_count,
        max(running_hours) as longest_running_hours,
        min(running_hours) as shortest_running_hours,
        count(*) filter (where device_state = 0) as off_device_count,
        count(*) filter (where device_state in (2, 3)) as maintained_device_count,
        count(*) filter (where device_state = 4) as alarm_device_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from statuses
    group by mn, measured_date
),

devices as (
    select
        coalesce(registered.mn, sent.mn) as mn,
        coalesce(registered.business_date, sent.business_date) as business_date,
        coalesce(registered.outlet_id, sent.outlet_id) as outlet_id,
        coalesce(registered.zone_id, sent.zone_id) as zone_id,
        coalesce(registered.uscc, sent.uscc) as uscc,
        coalesce(registered.medium, sent.medium) as medium,
        registered.mn is not null as is_registered,
        sent.mn is not null as is_online,
        coalesce(registered.expected_factor_count, 0) as expected_factor_count,
        coalesce(registered.received_value_count, 0) as received_value_count,
        coalesce(registered.valid_value_count, 0) as valid_value_count,
        coalesce(registered.standstill_value_count, 0) as standstill_value_count,
        coalesce(sent.received_hour_count, 0) as received_hour_count,
        coalesce(sent.repaired_hour_count, 0) as repaired_hour_count,
        coalesce(sent.has_daily_report, false) as has_daily_report,
        sent.batch_id,
        sent.loaded_at
    from registered
    full outer join sent on registered.mn = sent.mn and registered.business_date = sent.business_date
)

select
    devices.mn,
    devices.business_date,
    cast(devices.business_date as varchar) as business_day,
    devices.outlet_id,
    devices.zone_id,
    devices.uscc,
    devices.medium,
    devices.is_registered,
    devices.is_online,
    cast(24 as bigint) as expected_hour_count,
    devices.received_hour_count,
    devices.repaired_hour_count,
    cast(devices.expected_factor_count as bigint) as expected_factor_count,
    cast(24 * devices.expected_factor_count as bigint) as expected_value_count,
    cast(devices.received_value_count as bigint) as received_value_count,
    cast(devices.valid_value_count as bigint) as valid_value_count,
    cast(devices.standstill_value_count as bigint) as standstill_value_count,
    {{ safe_div('devices.received_value_count', '24 * devices.expected_factor_count') }} as transmission_ratio,
    {{ safe_div('devices.valid_value_count', 'devices.received_value_count - devices.standstill_value_count') }}
        as valid_ratio,
    devices.has_daily_report,
    facilities.sub_device_count,
    facilities.longest_running_hours,
    facilities.shortest_running_hours,
    facilities.off_device_count,
    facilities.maintained_device_count,
    facilities.alarm_device_count,
    'monitoring' as source_system,
    concat_ws('|', devices.mn, cast(devices.business_date as varchar)) as source_record_id,
    coalesce(greatest(devices.batch_id, coalesce(facilities.batch_id, devices.batch_id)), calendar.batch_id)
        as batch_id,
    coalesce(greatest(devices.loaded_at, coalesce(facilities.loaded_at, devices.loaded_at)), calendar.loaded_at)
        as loaded_at
from devices
inner join calendar on devices.business_date = calendar.business_date
left join registered_count on devices.business_date = registered_count.business_date
left join facilities on devices.mn = facilities.mn and devices.business_date = facilities.measured_date
where
    devices.is_online
    -- A day on which hardly any device sent is a lost feed or a wrong clock, not the silence of all others.
    or calendar.sending_count >= 0.1 * registered_count.device_count
