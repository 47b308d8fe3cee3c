{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='business_day',
    on_schema_change='fail',
) }}
{%- set touched = touched_days(this, ['hourly_report', 'daily_report']) %}
{% if is_incremental() %} {%- set days = literal_days(touched) %} {% endif %}
{%- set is_flow -%}
    hourly.pollutant_code in (select factor.pollutant_code from {{ ref('dim_pollutant') }} as factor where factor.is_flow)
{%- endset %}

with doubled as (
    {{ doubled_days(hours_on_days(days) if is_incremental() else none) }}
),

hours as (
    {{ hours_once(
        'doubled',
        ['avg_value', 'converted_avg_value', 'accumulated', 'flag', 'packet_repairs'],
        hours_on_days(days, 'hourly.') if is_incremental() else none
    ) }}
),

-- Decimals, because their sums do not depend on the order of the rows: an increment equals a rebuild to the last digit.
-- One factor of a product has 19 digits: DuckDB computes a product of two shorter ones in 64 bits and overflows.
measured as (
    select
        hours.mn,
        hours.pollutant_code,
        hours.measured_at,
        hours.measured_date,
        case substr(hours.pollutant_code, 1, 1) when 'w' then 'water' when 'a' then 'gas' else 'other' end as medium,
        coalesce(pollutant.is_concentration, false) as is_concentration,
        {{ hour_value('hours') }} as hour_value,
        {{ is_possible(hour_value('hours'), 'pollutant') }} as is_possible_value,
        try_cast(hours.avg_value as decimal(15, 6)) as unconverted_value,
        try_cast(hours.accumulated as decimal(15, 6)) as hour_amount,
        hours.flag,
        hours.packet_repairs,
        hours.batch_id,
        hours.loaded_at
    from hours
    left join {{ ref('dim_pollutant') }} as pollutant on hours.pollutant_code = pollutant.pollutant_code
),

judged as (
    select
        measured.*,
        coalesce(measured.flag = 'N' and measured.is_possible_value, false) as is_valid_hour
    from measured
),

-- Read once more by itself: both uses of one relation would be kept in full.
flow_hours as (
    {{ hours_once(
        'doubled', ['avg_value', 'converted_avg_value', 'accumulated', 'flag'], is_flow
        ~ (' and ' ~ hours_on_days(days, 'hourly.') if is_incremental() else '')
    ) }}
),

flows as (
    select
        flow_hours.mn,
        flow_hours.measured_at,
        max(try_cast(flow_hours.accumulated as decimal(15, 6))) as flow_m3
    from flow_hours
    inner join {{ ref('dim_pollutant') }} as pollutant on flow_hours.pollutant_code = pollutant.pollutant_code
    where
        flow_hours.flag = 'N'
        and {{ is_possible(hour_value('flow_hours'), 'pollutant') }}
        and try_cast(flow_hours.accumulated as decimal(15, 6)) >= 0
    group by flow_hours.mn, flow_hours.measured_at
),

sums as (
    select
        judged.mn,
        judged.pollutant_code,
        judged.medium,
        judged.is_concentration,
        judged.measured_date as business_date,
        count(*) as received_hour_count,
        count(*) filter (where judged.is_valid_hour) as valid_hour_count,
        count(*) filter (where judged.flag = 'F') as standstill_hour_count,
        count(*) filter (where judged.flag in ('M', 'C', 'S')) as maintenance_hour_count,
        count(*) filter (where judged.flag in ('D', 'B', 'T', 'P')) as fault_hour_count,
        count(*) filter (where judged.flag is null) as unflagged_hour_count,
        count(*) filter (where judged.flag = 'N' and not judged.is_possible_value) as impossible_hour_count,
        count(judged.packet_repairs) as repaired_hour_count,
        min(judged.hour_value) filter (where judged.is_valid_hour) as min_value,
        max(judged.hour_value) filter (where judged.is_valid_hour) as max_value,
        sum(judged.hour_value) filter (where judged.is_valid_hour) as value_sum,
        sum(cast(judged.hour_value as decimal(19, 6)) * flows.flow_m3) filter (
            where judged.is_valid_hour and judged.is_concentration
        ) as weighted_sum,
        sum(flows.flow_m3) filter (where judged.is_valid_hour) as flow_m3,
        count(flows.flow_m3) filter (where judged.is_valid_hour) as flow_hour_count,
        sum(
            coalesce(
                judged.hour_amount,
                try_cast(
                    cast(judged.unconverted_value as decimal(19, 6)) * flows.flow_m3
                    * case judged.medium when 'water' then 0.001 when 'gas' then 0.000001 end as decimal(18, 6)
                )
            )
        ) filter (where judged.is_valid_hour and judged.is_concentration) as mass_kg,
        max(judged.batch_id) as batch_id,
        max(judged.loaded_at) as loaded_at
    from judged
    left join flows on judged.mn = flows.mn and judged.measured_at = flows.measured_at
    group by judged.mn, judged.pollutant_code, judged.medium, judged.is_concentration, judged.measured_date
),

-- The day as the device reports it itself: of several reports the one loaded last.
reported as (
    select
        daily.mn,
        daily.pollutant_code,
        daily.measured_date,
        {{ hour_value('daily') }} as day_value,
        daily.flag,
        daily.batch_id,
        daily.loaded_at
    from {{ ref('stg_monitoring__daily_report') }} as daily
    {% if is_incremental() %}
        where {{ on_days('daily.measured_date', days) }}
    {% endif %}
    qualify row_number() over (
        partition by daily.mn, daily.pollutant_code, daily.measured_date
        order by {{ arrival('daily', 'desc') }}
    ) = 1
),

days as (
    select
        sums.mn,
        sums.pollutant_code,
        sums.medium,
        sums.is_concentration,
        sums.business_date,
        sums.received_hour_count,
        sums.valid_hour_count,
        sums.standstill_hour_count,
        sums.maintenance_hour_count,
        sums.fault_hour_count,
        sums.unflagged_hour_count,
        sums.impossible_hour_count,
        sums.repaired_hour_count,
        sums.min_value,
        sums.max_value,
        sums.mass_kg,
        sums.flow_m3,
        cast(reported.day_value as double) as reported_avg_value,
        reported.flag as reported_flag,
        cast(coalesce(rule.expected_hours_per_day, 24) as bigint) as expected_hour_count,
        case when sums.valid_hour_count >= rule.min_normal_ratio * sums.received_hour_count then 'N' else 'D' end
            as day_flag,
        coalesce(sums.valid_hour_count >= rule.min_valid_hours_per_day, false) as is_valid_day,
        {{ rounded("
            case
                when
                    sums.medium = 'water' and sums.is_concentration
                    and sums.flow_hour_count = sums.valid_hour_count and sums.flow_m3 > 0
                    then cast(sums.weighted_sum as double) / cast(sums.flow_m3 as double)
                else cast(sums.value_sum as double) / nullif(sums.valid_hour_count, 0)
            end
        ", 6) }} as avg_value_rounded,
        greatest(sums.batch_id, coalesce(reported.batch_id, sums.batch_id)) as batch_id,
        greatest(sums.loaded_at, coalesce(reported.loaded_at, sums.loaded_at)) as loaded_at
    from sums
    left join {{ ref('aggregation_rule') }} as rule on sums.medium = rule.medium
    left join reported
        on
            sums.mn = reported.mn
            and sums.pollutant_code = reported.pollutant_code
            and sums.business_date = reported.measured_date
),

limited as (
    select
        days.*,
        outlet.outlet_id,
        outlet.zone_id,
        outlet.uscc,
        outlet.limit_upper,
        outlet.limit_lower,
        outlet.standard_no
    from days
    left join {{ ref('dim_outlet') }} as outlet
        on
            days.mn = outlet.mn
            and days.pollutant_code = outlet.pollutant_code
            and days.business_date >= outlet.valid_from
            and days.business_date < outlet.valid_to
    qualify row_number() over (
        partition by days.mn, days.pollutant_code, days.business_date
        order by outlet.valid_from desc nulls last, outlet.outlet_id asc nulls last
    ) = 1
)

select
    coalesce(outlet_id, max(outlet_id) over (partition by mn, business_date)) as outlet_id,
    mn,
    pollutant_code,
    business_date,
    cast(business_date as varchar) as business_day,
    medium,
    coalesce(zone_id, max(zone_id) over (partition by mn, business_date)) as zone_id,
    coalesce(uscc, max(uscc) over (partition by mn, business_date)) as uscc,
    received_hour_count,
    valid_hour_count,
    expected_hour_count,
    standstill_hour_count,
    maintenance_hour_count,
    fault_hour_count,
    unflagged_hour_count,
    impossible_hour_count,
    repaired_hour_count,
    avg_value_rounded as avg_value,
    cast(min_value as double) as min_value,
    cast(max_value as double) as max_value,
    {{ rounded('mass_kg', 6) }} as mass_kg,
    {{ rounded('flow_m3', 6) }} as flow_m3,
    day_flag,
    is_valid_day,
    reported_avg_value,
    reported_flag,
    {{ safe_div('abs(avg_value_rounded - reported_avg_value)', 'abs(reported_avg_value)') }} as report_difference_ratio,
    limit_upper,
    limit_lower,
    standard_no,
    case
        when is_valid_day and is_concentration and avg_value_rounded > limit_upper
            then {{ safe_div('avg_value_rounded - limit_upper', 'limit_upper') }}
    end as exceedance_multiple,
    case
        when is_valid_day and coalesce(limit_upper, limit_lower) is not null
            then coalesce(avg_value_rounded > limit_upper, false) or coalesce(avg_value_rounded < limit_lower, false)
    end as is_exceeding,
    'monitoring' as source_system,
    concat_ws('|', mn, pollutant_code, cast(business_date as varchar)) as source_record_id,
    batch_id,
    loaded_at
from limited
