-- T21a: days of outlets and pollutants that were judged.
with judged as (
    select
        zone_id,
        is_exceeding,
        batch_id,
        loaded_at
    from {{ ref('fct_pollution_day') }}
    where
        is_exceeding is not null
        and business_date > {{ last_year_end() }}
        and business_date <= {{ as_of_date() }}
),

compliance as (
    select
        'province' as scope_type,
        '360000' as scope_code,
        judged.*
    from judged
    union all
    select
        'zone' as scope_type,
        judged.zone_id as scope_code,
        judged.*
    from judged
    where judged.zone_id is not null
),

-- T21b: units on the list of key polluters or with an outlet in the permit list.
outlets as (
    select
        uscc,
        outlet_id,
        max(mn) as mn,
        max(zone_id) as zone_id
    from {{ ref('dim_outlet') }}
    where is_current
    group by uscc, outlet_id
),

listed as (
    select
        uscc,
        max_by(zone_id, enterprise_id) as zone_id,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('dim_enterprise') }}
    where is_current and is_key_polluter
    group by uscc
),

-- A line stands while its device sent an hour in the last seven days.
lines as (
    select
        mn,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_device_day') }}
    where is_online and business_date > {{ add_days(as_of_date(), -7) }} and business_date <= {{ as_of_date() }}
    group by mn
),

units as (
    select
        coalesce(listed.uscc, outlets.uscc) as uscc,
        coalesce(max(listed.zone_id), max(outlets.zone_id)) as zone_id,
        count(outlets.outlet_id) as outlet_count,
        count(lines.mn) as online_count,
        greatest(max(listed.batch_id), max(lines.batch_id)) as batch_id,
        greatest(max(listed.loaded_at), max(lines.loaded_at)) as loaded_at
    from listed
    full outer join outlets on listed.uscc = outlets.uscc
    left join lines on outlets.mn = lines.mn
    group by coalesce(listed.uscc, outlets.uscc)
),

network as (
    select
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_device_day') }}
    where is_registered
),

titles as (
    select
        count(*) filter (where is_standing) as title_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_green_park') }}
    where is_current
),

sites as (
    select
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_to_close) as site_count,
        count(*) filter (
            where
            is_to_close
            and surveyed_date <= {{ last_year_end() }}
            and coalesce(closed_date > {{ last_year_end() }}, true)
        ) as year_start_count,
        -- Not to be expected by the end of the year: planned for later, or already overdue.
        count(*) filter (
            where
            is_open
            and (is_overdue or planned_closure_date > {{ add_months(last_year_end(), 12) }})
        ) as left_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_chemical_site') }}
    where is_current
)

select
    'T21a' as target_id,
    scope_type,
    scope_code,
    cast(count(*) filter (where not is_exceeding) as double) as actual_numerator,
    cast(count(*) as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    count(*) as evidence_count,
    max(batch_id) as batch_id,
    max(loaded_at) as loaded_at
from compliance
group by scope_type, scope_code
union all
select
    'T21b' as target_id,
    'zone' as scope_type,
    units.zone_id as scope_code,
    cast(
        count(*) filter (where units.outlet_count > 0 and units.online_count = units.outlet_count) as double
    ) as actual_numerator,
    cast(count(*) as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    count(*) as evidence_count,
    coalesce(max(units.batch_id), max(network.batch_id)) as batch_id,
    coalesce(max(units.loaded_at), max(network.loaded_at)) as loaded_at
from units
cross join network
where units.zone_id is not null and network.batch_id is not null
group by units.zone_id
union all
select
    'T21c' as target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(title_count as double) as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(title_count as double) as forecast_value,
    title_count as evidence_count,
    batch_id,
    loaded_at
from titles
where batch_id is not null
union all
select
    'T21d' as target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(open_count as double) as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(year_start_count as double) as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    cast(left_count as double) as forecast_value,
    site_count as evidence_count,
    batch_id,
    loaded_at
from sites
where batch_id is not null
