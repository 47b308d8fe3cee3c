-- T21a: days of outlets and pollutants that were judged.
with plan as (
    select
        plan_year,
        opening_date,
        plan_date,
        make_date(cast(plan_year as int), 12, 31) as last_date
    from {{ ref('int_plan_target') }}
    where target_id = 'T21a'
),

judged as (
    select
        plan.plan_year,
        {{ days_between('plan.opening_date', 'plan.plan_date') }} as period_day_count,
        fact.zone_id,
        fact.business_date,
        fact.is_exceeding,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_pollution_day') }} as fact
    inner join plan on fact.business_date > plan.opening_date and fact.business_date <= plan.plan_date
    where fact.is_exceeding is not null
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

-- T21b: units that on the plan's day were on the list of key polluters or with an outlet in the permit list.
outlets as (
    select
        plan.plan_year,
        outlet.uscc,
        outlet.outlet_id,
        max(outlet.mn) as mn,
        max(outlet.zone_id) as zone_id
    from {{ ref('dim_outlet') }} as outlet
    inner join plan on {{ held_on('outlet', 'plan.plan_date') }}
    group by plan.plan_year, outlet.uscc, outlet.outlet_id
),

listed as (
    select
        plan.plan_year,
        enterprise.uscc,
        max_by(enterprise.zone_id, enterprise.enterprise_id) as zone_id,
        max(enterprise.batch_id) as batch_id,
        max(enterprise.loaded_at) as loaded_at
    from {{ ref('dim_enterprise') }} as enterprise
    inner join plan on {{ held_on('enterprise', 'plan.plan_date') }}
    where enterprise.is_key_polluter
    group by plan.plan_year, enterprise.uscc
),

-- A line stands while its device sent an hour in the last seven days.
lines as (
    select
        plan.plan_year,
        fact.mn,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_device_day') }} as fact
    inner join plan
        on fact.business_date > {{ add_days('plan.plan_date', -7) }} and fact.business_date <= plan.plan_date
    where fact.is_online
    group by plan.plan_year, fact.mn
),

units as (
    select
        coalesce(listed.plan_year, outlets.plan_year) as plan_year,
        coalesce(listed.uscc, outlets.uscc) as uscc,
        coalesce(max(listed.zone_id), max(outlets.zone_id)) as zone_id,
        count(outlets.outlet_id) as outlet_count,
        count(lines.mn) as online_count,
        greatest(max(listed.batch_id), max(lines.batch_id)) as batch_id,
        greatest(max(listed.loaded_at), max(lines.loaded_at)) as loaded_at
    from listed
    full outer join outlets on listed.plan_year = outlets.plan_year and listed.uscc = outlets.uscc
    left join lines on outlets.plan_year = lines.plan_year and outlets.mn = lines.mn
    group by coalesce(listed.plan_year, outlets.plan_year), coalesce(listed.uscc, outlets.uscc)
),

-- Without a day of any device of the list in those seven nothing is known about any line.
network as (
    select
        plan.plan_year,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_device_day') }} as fact
    inner join plan
        on fact.business_date > {{ add_days('plan.plan_date', -7) }} and fact.business_date <= plan.plan_date
    where fact.is_registered
    group by plan.plan_year
),

titles as (
    select
        plan.plan_year,
        count(*) filter (
            where
            fact.approved_date <= plan.plan_date and coalesce(fact.revoked_date > plan.plan_date, true)
        ) as title_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_green_park') }} as fact
    cross join plan
    where fact.is_current
    group by plan.plan_year
),

site as (
    select
        plan.plan_year,
        fact.is_in_protected_area and fact.surveyed_date <= plan.plan_date as is_to_close,
        fact.is_in_protected_area
        and fact.surveyed_date <= plan.plan_date
        and coalesce(fact.closed_date > plan.plan_date, true) as is_open,
        fact.is_in_protected_area
        and fact.surveyed_date <= plan.opening_date
        and coalesce(fact.closed_date > plan.opening_date, true) as was_open,
        -- Not to be expected by the end of the year: planned for later or already overdue, and on its last day all.
        plan.plan_date = plan.last_date
        or coalesce(
            fact.planned_closure_date < plan.plan_date or fact.planned_closure_date > plan.last_date, false
        ) as is_left,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_chemical_site') }} as fact
    cross join plan
    where fact.is_current
),

sites as (
    select
        plan_year,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_to_close) as site_count,
        count(*) filter (where was_open) as year_start_count,
        count(*) filter (where is_open and is_left) as left_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from site
    group by plan_year
)

select
    plan_year,
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
    max(loaded_at) as loaded_at,
    count(distinct business_date) as covered_day_count,
    max(period_day_count) as period_day_count
from compliance
group by plan_year, scope_type, scope_code
union all
select
    units.plan_year,
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
    coalesce(max(units.loaded_at), max(network.loaded_at)) as loaded_at,
    cast(null as bigint) as covered_day_count,
    cast(null as bigint) as period_day_count
from units
inner join network on units.plan_year = network.plan_year
where units.zone_id is not null
group by units.plan_year, units.zone_id
union all
select
    plan_year,
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
    loaded_at,
    cast(null as bigint) as covered_day_count,
    cast(null as bigint) as period_day_count
from titles
union all
select
    plan_year,
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
    loaded_at,
    cast(null as bigint) as covered_day_count,
    cast(null as bigint) as period_day_count
from sites
