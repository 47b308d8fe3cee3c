{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_day',
    on_schema_change='fail',
    pre_hook="{{ clear_days(this, touched_days(ref('fct_pollution_day'), ['hourly_report', 'daily_report', 'device_status']), 1) }}",
) }}
{%- set touched = touched_days(ref('fct_pollution_day'), ['hourly_report', 'daily_report', 'device_status']) %}
{#- A run of equal hours may reach over midnight: a new day changes its neighbours too, and they need theirs. #}
{% if is_incremental() %} {%- set days, scanned = literal_days(touched, 1), literal_days(touched, 2) %} {% endif %}

with threshold as (
    select
        max(case when rule_code = 'stuck_value' then threshold end) as stuck_hours,
        max(case when rule_code = 'outside_min_max' then threshold end) as least_digit,
        max(case when rule_code = 'device_clock' then threshold end) as clock_minutes,
        max(case when rule_code = 'sample_time' then threshold end) as sample_minutes,
        max(case when rule_code = 'missing_hours' then threshold end) as missing_hours,
        max(case when rule_code = 'beyond_limit_multiple' then threshold end) as limit_multiple,
        max(case when rule_code = 'report_differs' then threshold end) as report_ratio
    from {{ ref('dim_monitoring_rule') }}
),

doubled as (
    {{ doubled_days(hours_on_days(scanned) if is_incremental() else none) }}
),

hours as (
    {{ hours_once(
        'doubled',
        ['stated_at', 'system_type', 'avg_value', 'min_value', 'max_value', 'converted_avg_value', 'flag', 'sampled_at',
         'sent_at', 'packet_repairs'],
        hours_on_days(days, 'hourly.') if is_incremental() else none
    ) }}
),

-- What has to be in order: only the few columns that are compared.
series as (
    {{ hours_once(
        'doubled',
        ['avg_value', 'min_value', 'max_value', 'flag'],
        hours_on_days(scanned, 'hourly.') if is_incremental() else none
    ) }}
),

compared as (
    select
        series.*,
        lag(series.measured_at) over of_device + interval 1 hour = series.measured_at
        and lag(series.avg_value) over of_device = series.avg_value
        and lag(series.min_value) over of_device = series.min_value
        and lag(series.max_value) over of_device = series.max_value as is_repeat
    from series
    where series.flag = 'N'
    window of_device as (partition by series.mn, series.pollutant_code order by series.measured_at)
),

-- A run of n equal hours has n - 1 repeats, one hour after the other. Zeros that repeat are zeros.
repeats as (
    select
        compared.mn,
        compared.pollutant_code,
        compared.measured_at,
        compared.avg_value,
        compared.batch_id,
        compared.loaded_at,
        lag(compared.measured_at) over (
            partition by compared.mn, compared.pollutant_code order by compared.measured_at
        ) as earlier_at
    from compared
    where compared.is_repeat and compared.avg_value <> 0
),

numbered as (
    select
        repeats.*,
        sum(case when repeats.earlier_at + interval 1 hour = repeats.measured_at then 0 else 1 end) over (
            partition by repeats.mn, repeats.pollutant_code
            order by repeats.measured_at
            rows between unbounded preceding and current row
        ) as run_number
    from repeats
),

stuck_runs as (
    select
        numbered.mn,
        numbered.pollutant_code,
        min(numbered.measured_at) - interval 1 hour as first_at,
        max(numbered.measured_at) as last_at
    from numbered
    cross join threshold
    group by numbered.mn, numbered.pollutant_code, numbered.run_number, threshold.stuck_hours
    having count(*) + 1 >= threshold.stuck_hours
),

tested as (
    select
        hours.mn,
        hours.pollutant_code,
        hours.measured_date,
        hours.measured_at,
        coalesce(hours.converted_avg_value, hours.avg_value) as observed_value,
        hours.batch_id,
        hours.loaded_at,
        stuck_runs.mn is not null as is_stuck_value,
        hours.flag = 'N' and hours.avg_value < 0 and not coalesce(pollutant.is_signed, false) as is_negative_value,
        hours.flag = 'N'
        and hours.avg_value > 0
        and not {{ is_possible('coalesce(hours.converted_avg_value, hours.avg_value)', 'pollutant') }}
            as is_impossible_value,
        hours.flag = 'N' and hours.avg_value = 0 and not coalesce(pollutant.is_signed, false) as is_zero_value,
        hours.avg_value < hours.min_value - threshold.least_digit
        or hours.avg_value > hours.max_value + threshold.least_digit as is_outside_min_max,
        (substr(hours.pollutant_code, 1, 1) = 'w' and hours.system_type <> '32')
        or (substr(hours.pollutant_code, 1, 1) = 'a' and hours.system_type <> '31') as is_wrong_system_type,
        {{ minutes_between('hours.sent_at', 'hours.measured_at') }} + 60 > threshold.clock_minutes
        or hours.stated_at <> hours.measured_at as is_device_clock,
        {{ minutes_between('hours.sampled_at', 'hours.measured_at') }} > threshold.sample_minutes
        or {{ minutes_between('hours.measured_at', 'hours.sampled_at') }} - 60 > threshold.sample_minutes
            as is_sample_time,
        hours.flag is null as is_missing_flag,
        hours.avg_value is null as is_missing_value,
        hours.packet_repairs like '%duplicate_key%' as is_ambiguous_value
    from hours
    cross join threshold
    left join stuck_runs
        on
            hours.mn = stuck_runs.mn
            and hours.pollutant_code = stuck_runs.pollutant_code
            and hours.measured_at >= stuck_runs.first_at
            and hours.measured_at <= stuck_runs.last_at
    left join {{ ref('dim_pollutant') }} as pollutant on hours.pollutant_code = pollutant.pollutant_code
),

by_hour as (
    select
        rule.rule_code,
        tested.mn,
        tested.pollutant_code,
        tested.measured_date as business_date,
        count(*) as hour_count,
        min(tested.measured_at) as first_hour_at,
        max(tested.measured_at) as last_hour_at,
        min(tested.observed_value) as least_value,
        max(tested.observed_value) as greatest_value,
        max(tested.batch_id) as batch_id,
        max(tested.loaded_at) as loaded_at
    from tested
    inner join {{ ref('dim_monitoring_rule') }} as rule
        on
            case rule.rule_code
                when 'stuck_value' then tested.is_stuck_value
                when 'negative_value' then tested.is_negative_value
                when 'impossible_value' then tested.is_impossible_value
                when 'zero_value' then tested.is_zero_value
                when 'outside_min_max' then tested.is_outside_min_max
                when 'wrong_system_type' then tested.is_wrong_system_type
                when 'device_clock' then tested.is_device_clock
                when 'sample_time' then tested.is_sample_time
                when 'missing_flag' then tested.is_missing_flag
                when 'missing_value' then tested.is_missing_value
                when 'ambiguous_value' then tested.is_ambiguous_value
            end
    where
        tested.is_stuck_value
        or tested.is_negative_value
        or tested.is_impossible_value
        or tested.is_zero_value
        or tested.is_outside_min_max
        or tested.is_wrong_system_type
        or tested.is_device_clock
        or tested.is_sample_time
        or tested.is_missing_flag
        or tested.is_missing_value
        or tested.is_ambiguous_value
    group by rule.rule_code, tested.mn, tested.pollutant_code, tested.measured_date
    union all
    select
        'beyond_limit_multiple' as rule_code,
        exceeding.mn,
        exceeding.pollutant_code,
        exceeding.business_date,
        count(*) as hour_count,
        min(exceeding.measured_at) as first_hour_at,
        max(exceeding.measured_at) as last_hour_at,
        min(exceeding.hour_value) as least_value,
        max(exceeding.hour_value) as greatest_value,
        max(exceeding.batch_id) as batch_id,
        max(exceeding.loaded_at) as loaded_at
    from {{ ref('fct_exceedance_hour') }} as exceeding
    cross join threshold
    where
        exceeding.hour_value > threshold.limit_multiple * exceeding.limit_upper
        {% if is_incremental() %} and {{ on_days('exceeding.business_date', days) }} {% endif %}
    group by exceeding.mn, exceeding.pollutant_code, exceeding.business_date
),

by_day as (
    select
        case
            when pollution.expected_hour_count - pollution.received_hour_count > threshold.missing_hours
                then 'missing_hours'
        end as missing_rule,
        case when pollution.report_difference_ratio > threshold.report_ratio then 'report_differs' end as report_rule,
        pollution.*
    from {{ ref('fct_pollution_day') }} as pollution
    cross join threshold
    where
        (
            pollution.expected_hour_count - pollution.received_hour_count > threshold.missing_hours
            or pollution.report_difference_ratio > threshold.report_ratio
        )
        and pollution.outlet_id is not null
        {% if is_incremental() %} and {{ on_days('pollution.business_date', days) }} {% endif %}
),

device_days as (
    select
        mn,
        business_date,
        batch_id,
        loaded_at,
        case when is_online then received_hour_count else expected_hour_count end as hour_count,
        case
            when not is_online then 'device_silent'
            when not is_registered then 'unregistered_device'
            when longest_running_hours = 0 and valid_value_count > 0 then 'facility_off'
        end as rule_code
    from {{ ref('fct_device_day') }}
    where
        (not is_online or not is_registered or longest_running_hours = 0)
        {% if is_incremental() %} and {{ on_days('business_date', days) }} {% endif %}
),

-- A factor with a limit of which nothing came, from a device that sent others.
absent as (
    select
        device.mn,
        outlet.pollutant_code,
        device.business_date,
        max(device.expected_hour_count) as hour_count,
        max(device.batch_id) as batch_id,
        max(device.loaded_at) as loaded_at
    from {{ ref('fct_device_day') }} as device
    inner join {{ ref('dim_outlet') }} as outlet
        on
            device.mn = outlet.mn
            and device.business_date >= outlet.valid_from
            and device.business_date < outlet.valid_to
    left join {{ ref('fct_pollution_day') }} as pollution
        on
            device.mn = pollution.mn
            and outlet.pollutant_code = pollution.pollutant_code
            and device.business_date = pollution.business_date
    where
        device.is_online
        and device.is_registered
        and pollution.mn is null
        {% if is_incremental() %} and {{ on_days('device.business_date', days) }} {% endif %}
    group by device.mn, outlet.pollutant_code, device.business_date
),

suspects as (
    select
        rule_code,
        mn,
        pollutant_code,
        business_date,
        hour_count,
        first_hour_at,
        last_hour_at,
        least_value,
        greatest_value,
        batch_id,
        loaded_at
    from by_hour
    union all
    select
        missing_rule as rule_code,
        mn,
        pollutant_code,
        business_date,
        expected_hour_count - received_hour_count as hour_count,
        cast(null as timestamp) as first_hour_at,
        cast(null as timestamp) as last_hour_at,
        cast(null as double) as least_value,
        cast(null as double) as greatest_value,
        batch_id,
        loaded_at
    from by_day
    where missing_rule is not null
    union all
    select
        'missing_hours' as rule_code,
        mn,
        pollutant_code,
        business_date,
        hour_count,
        cast(null as timestamp) as first_hour_at,
        cast(null as timestamp) as last_hour_at,
        cast(null as double) as least_value,
        cast(null as double) as greatest_value,
        batch_id,
        loaded_at
    from absent
    union all
    select
        report_rule as rule_code,
        mn,
        pollutant_code,
        business_date,
        cast(null as bigint) as hour_count,
        cast(null as timestamp) as first_hour_at,
        cast(null as timestamp) as last_hour_at,
        least(avg_value, reported_avg_value) as least_value,
        greatest(avg_value, reported_avg_value) as greatest_value,
        batch_id,
        loaded_at
    from by_day
    where report_rule is not null
    union all
    select
        rule_code,
        mn,
        cast(null as varchar) as pollutant_code,
        business_date,
        hour_count,
        cast(null as timestamp) as first_hour_at,
        cast(null as timestamp) as last_hour_at,
        cast(null as double) as least_value,
        cast(null as double) as greatest_value,
        batch_id,
        loaded_at
    from device_days
    where rule_code is not null
)

select
    suspects.rule_code,
    suspects.mn,
    suspects.pollutant_code,
    suspects.business_date,
    cast(suspects.business_date as varchar) as business_day,
    device.outlet_id,
    device.zone_id,
    device.uscc,
    suspects.hour_count,
    suspects.first_hour_at,
    suspects.last_hour_at,
    suspects.least_value,
    suspects.greatest_value,
    'monitoring' as source_system,
    concat_ws(
        '|', suspects.mn, coalesce(suspects.pollutant_code, '*'), cast(suspects.business_date as varchar),
        suspects.rule_code
    ) as source_record_id,
    suspects.batch_id,
    suspects.loaded_at
from suspects
left join {{ ref('fct_device_day') }} as device
    on suspects.mn = device.mn and suspects.business_date = device.business_date
