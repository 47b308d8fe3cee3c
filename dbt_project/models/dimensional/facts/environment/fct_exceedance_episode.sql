-- Runs of consecutive hours: an hour that is missing, not valid or within the limits ends a run.
with hours as (
    select
        exceeding.*,
        lag(exceeding.measured_at) over (
            partition by exceeding.mn, exceeding.pollutant_code order by exceeding.measured_at
        ) as previous_at
    from {{ ref('fct_exceedance_hour') }} as exceeding
),

numbered as (
    select
        hours.*,
        sum(case when hours.previous_at + interval 1 hour = hours.measured_at then 0 else 1 end) over (
            partition by hours.mn, hours.pollutant_code
            order by hours.measured_at
            rows between unbounded preceding and current row
        ) as run_number
    from hours
),

runs as (
    select
        mn,
        pollutant_code,
        medium,
        max(outlet_id) as outlet_id,
        max(zone_id) as zone_id,
        max(uscc) as uscc,
        min(measured_at) as started_at,
        cast(max(measured_at) + interval 1 hour as timestamp) as ended_at,
        count(*) as hour_count,
        count(distinct business_date) as day_count,
        min(business_date) as first_date,
        max(business_date) as last_date,
        -- The worst hour: the highest multiple, for pH the value farthest from the limit.
        max(exceedance_multiple) as worst_multiple,
        max_by(
            hour_value,
            greatest(coalesce(hour_value - limit_upper, -1e9), coalesce(limit_lower - hour_value, -1e9))
        ) as worst_value,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from numbered
    group by mn, pollutant_code, medium, run_number
),

judged_days as (
    select
        runs.mn,
        runs.pollutant_code,
        runs.started_at,
        count(*) filter (where pollution.is_exceeding) as exceeding_day_count
    from runs
    inner join {{ ref('fct_pollution_day') }} as pollution
        on
            runs.mn = pollution.mn
            and runs.pollutant_code = pollution.pollutant_code
            and runs.first_date <= pollution.business_date
            and runs.last_date >= pollution.business_date
    group by runs.mn, runs.pollutant_code, runs.started_at
),

limits as (
    select
        runs.mn,
        runs.pollutant_code,
        runs.started_at,
        exceeding.limit_upper,
        exceeding.limit_lower,
        exceeding.standard_no
    from runs
    inner join {{ ref('fct_exceedance_hour') }} as exceeding
        on
            runs.mn = exceeding.mn
            and runs.pollutant_code = exceeding.pollutant_code
            and runs.started_at = exceeding.measured_at
)

select
    {{ hash_key(['runs.mn', 'runs.pollutant_code', 'runs.started_at']) }} as episode_key,
    runs.outlet_id,
    runs.mn,
    runs.pollutant_code,
    runs.medium,
    runs.zone_id,
    runs.uscc,
    runs.started_at,
    runs.ended_at,
    runs.first_date,
    runs.last_date,
    runs.hour_count,
    runs.day_count,
    coalesce(judged_days.exceeding_day_count, 0) as exceeding_day_count,
    limits.limit_upper,
    limits.limit_lower,
    limits.standard_no,
    runs.worst_value,
    runs.worst_multiple,
    -- Nothing is known yet of the hour after its last one.
    runs.ended_at > cast({{ as_of_date() }} as timestamp) + interval 23 hour as is_open,
    runs.first_date as business_date,
    'monitoring' as source_system,
    concat_ws('|', runs.mn, runs.pollutant_code, cast(runs.started_at as varchar)) as source_record_id,
    runs.batch_id,
    runs.loaded_at
from runs
left join judged_days
    on
        runs.mn = judged_days.mn
        and runs.pollutant_code = judged_days.pollutant_code
        and runs.started_at = judged_days.started_at
left join limits
    on
        runs.mn = limits.mn
        and runs.pollutant_code = limits.pollutant_code
        and runs.started_at = limits.started_at
