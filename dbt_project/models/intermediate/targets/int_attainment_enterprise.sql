-- The seven days up to the last one that anybody stated: a line is judged over a week, its data rest on weekends.
with reporting as (
    select
        max(business_date) as last_date,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_connection_day') }}
),

recent as (
    select fact.*
    from {{ ref('fct_connection_day') }} as fact
    cross join reporting
    where fact.business_date > {{ add_days('reporting.last_date', -7) }}
),

-- T20a: zones on record whose line to the platform had a beat.
connected as (
    select
        count(distinct zone.zone_id) filter (where recent.is_connected) as connected_count,
        count(distinct zone.zone_id) as zone_count,
        count(*) filter (where recent.is_connected) as evidence_count,
        max(recent.batch_id) as batch_id,
        max(recent.loaded_at) as loaded_at
    from {{ ref('dim_zone') }} as zone
    left join recent on zone.zone_id = recent.zone_id and recent.system_code = 'smart_zone'
    where zone.is_current
),

-- T20b: the latest statement of both counts, of zones on record; a zone that never stated them has no rate.
stated as (
    select
        fact.zone_id,
        fact.connected_enterprise_count,
        fact.enterprise_count,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_connection_day') }} as fact
    inner join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
    where
        fact.system_code = 'smart_zone'
        and fact.connected_enterprise_count is not null
        and fact.enterprise_count > 0
    qualify row_number() over (partition by fact.zone_id order by fact.business_date desc) = 1
),

-- T20c: rows flow on lines of zones, and rows of the system itself have been accepted.
accepted as (
    select distinct batch.system
    from {{ source('raw', 'batch') }} as batch
    where
        batch.loaded_count > 0
        and coalesce(batch.window_until, batch.load_date) > {{ add_days(as_of_date(), -31) }}
        and coalesce(batch.window_since <= {{ as_of_date() }}, true)
),

flowing as (
    select
        recent.system_code,
        count(*) as line_day_count,
        max(recent.batch_id) as batch_id,
        max(recent.loaded_at) as loaded_at
    from recent
    inner join accepted on recent.system_code = accepted.system
    where recent.is_flowing and recent.system_code in ('gov_service', 'credit', 'trading')
    group by recent.system_code
),

linked as (
    select
        count(flowing.system_code) as system_count,
        coalesce(sum(flowing.line_day_count), 0) as evidence_count,
        coalesce(max(flowing.batch_id), max(reporting.batch_id)) as batch_id,
        coalesce(max(flowing.loaded_at), max(reporting.loaded_at)) as loaded_at
    from reporting
    left join flowing on reporting.last_date is not null
),

measured as (
    select
        'T20a' as target_id,
        'province' as scope_type,
        '360000' as scope_code,
        connected_count as actual_numerator,
        cast(zone_count as double) as actual_denominator,
        evidence_count,
        batch_id,
        loaded_at
    from connected
    where batch_id is not null
    union all
    select
        'T20b' as target_id,
        'zone' as scope_type,
        zone_id as scope_code,
        connected_enterprise_count as actual_numerator,
        cast(enterprise_count as double) as actual_denominator,
        1 as evidence_count,
        batch_id,
        loaded_at
    from stated
    union all
    select
        'T20c' as target_id,
        'province' as scope_type,
        '360000' as scope_code,
        system_count as actual_numerator,
        cast(null as double) as actual_denominator,
        evidence_count,
        batch_id,
        loaded_at
    from linked
    where batch_id is not null
)

select
    target_id,
    scope_type,
    scope_code,
    cast(actual_numerator as double) as actual_numerator,
    actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(evidence_count as bigint) as evidence_count,
    batch_id,
    loaded_at
from measured
