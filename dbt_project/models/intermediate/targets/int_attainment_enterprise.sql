-- A line is judged over the seven days up to the plan's day: its data rest on weekends.
with plan as (
    select
        plan_year,
        plan_date
    from {{ ref('int_plan_target') }}
    where target_id = 'T20a'
),

recent as (
    select
        plan.plan_year,
        fact.*
    from {{ ref('fct_connection_day') }} as fact
    inner join plan
        on fact.business_date > {{ add_days('plan.plan_date', -7) }} and fact.business_date <= plan.plan_date
),

-- Without any statement of those days nothing is known about any line.
reporting as (
    select
        plan.plan_year,
        plan.plan_date,
        max(recent.batch_id) as batch_id,
        max(recent.loaded_at) as loaded_at
    from plan
    inner join recent on plan.plan_year = recent.plan_year
    group by plan.plan_year, plan.plan_date
),

-- T20a: zones on record whose line to the platform had a beat.
connected as (
    select
        reporting.plan_year,
        count(distinct recent.zone_id) filter (where recent.is_connected) as connected_count,
        count(distinct zone.zone_id) as zone_count,
        count(*) filter (where recent.is_connected) as evidence_count,
        max(reporting.batch_id) as batch_id,
        max(reporting.loaded_at) as loaded_at
    from {{ ref('dim_zone') }} as zone
    inner join reporting on {{ held_on('zone', 'reporting.plan_date') }}
    left join recent
        on
            reporting.plan_year = recent.plan_year
            and zone.zone_id = recent.zone_id
            and recent.system_code = 'smart_zone'
    group by reporting.plan_year
),

-- T20b: the latest statement of both counts, of zones on record; a zone that did not state them has no rate.
stated as (
    select
        recent.plan_year,
        recent.zone_id,
        recent.connected_enterprise_count,
        recent.enterprise_count,
        recent.batch_id,
        recent.loaded_at
    from recent
    inner join reporting on recent.plan_year = reporting.plan_year
    inner join {{ ref('dim_zone') }} as zone
        on recent.zone_id = zone.zone_id and {{ held_on('zone', 'reporting.plan_date') }}
    where
        recent.system_code = 'smart_zone'
        and recent.connected_enterprise_count is not null
        and recent.enterprise_count > 0
    qualify row_number() over (
        partition by recent.plan_year, recent.zone_id order by recent.business_date desc
    ) = 1
),

-- T20c: rows flow on the zone's lines, and rows of the systems themselves have been accepted.
accepted as (
    select distinct
        plan.plan_year,
        batch.system
    from {{ source('raw', 'batch') }} as batch
    inner join plan
        on
            coalesce(batch.window_until, batch.load_date) > {{ add_days('plan.plan_date', -31) }}
            and coalesce(batch.window_since <= plan.plan_date, true)
    where batch.loaded_count > 0
),

flowing as (
    select
        recent.plan_year,
        recent.zone_id,
        recent.system_code,
        count(*) as line_day_count,
        max(recent.batch_id) as batch_id,
        max(recent.loaded_at) as loaded_at
    from recent
    inner join accepted on recent.plan_year = accepted.plan_year and recent.system_code = accepted.system
    where recent.is_flowing and recent.system_code in ('gov_service', 'credit', 'trading')
    group by recent.plan_year, recent.zone_id, recent.system_code
),

linked as (
    select
        reporting.plan_year,
        zone.zone_id,
        count(flowing.system_code) as linked_count,
        coalesce(sum(flowing.line_day_count), 0) as evidence_count,
        coalesce(max(flowing.batch_id), max(reporting.batch_id)) as batch_id,
        coalesce(max(flowing.loaded_at), max(reporting.loaded_at)) as loaded_at
    from {{ ref('dim_zone') }} as zone
    inner join reporting on {{ held_on('zone', 'reporting.plan_date') }}
    left join flowing on reporting.plan_year = flowing.plan_year and zone.zone_id = flowing.zone_id
    group by reporting.plan_year, zone.zone_id
),

systems as (
    select
        plan_year,
        count(distinct system_code) as system_count
    from flowing
    group by plan_year
),

measured as (
    select
        plan_year,
        'T20a' as target_id,
        'province' as scope_type,
        '360000' as scope_code,
        connected_count as actual_numerator,
        zone_count as actual_denominator,
        evidence_count,
        batch_id,
        loaded_at,
        cast(null as bigint) as beside_numerator,
        cast(null as bigint) as beside_denominator
    from connected
    union all
    select
        plan_year,
        'T20b' as target_id,
        'zone' as scope_type,
        zone_id as scope_code,
        connected_enterprise_count as actual_numerator,
        enterprise_count as actual_denominator,
        1 as evidence_count,
        batch_id,
        loaded_at,
        cast(null as bigint) as beside_numerator,
        cast(null as bigint) as beside_denominator
    from stated
    union all
    select
        plan_year,
        'T20c' as target_id,
        'zone' as scope_type,
        zone_id as scope_code,
        linked_count as actual_numerator,
        3 as actual_denominator,
        evidence_count,
        batch_id,
        loaded_at,
        cast(null as bigint) as beside_numerator,
        cast(null as bigint) as beside_denominator
    from linked
    union all
    select
        linked.plan_year,
        'T20c' as target_id,
        'province' as scope_type,
        '360000' as scope_code,
        sum(linked.linked_count) as actual_numerator,
        3 * count(*) as actual_denominator,
        sum(linked.evidence_count) as evidence_count,
        max(linked.batch_id) as batch_id,
        max(linked.loaded_at) as loaded_at,
        coalesce(max(systems.system_count), 0) as beside_numerator,
        3 as beside_denominator
    from linked
    left join systems on linked.plan_year = systems.plan_year
    group by linked.plan_year
)

select
    plan_year,
    target_id,
    scope_type,
    scope_code,
    cast(actual_numerator as double) as actual_numerator,
    cast(actual_denominator as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(evidence_count as bigint) as evidence_count,
    batch_id,
    loaded_at,
    cast(beside_numerator as double) as beside_numerator,
    cast(beside_denominator as double) as beside_denominator
from measured
