with milestone as (
    select
        target.plan_year,
        target.opening_date,
        target.first_date,
        target.plan_date,
        target.year_share,
        kind.target_id,
        fact.scope_type,
        fact.scope_code,
        fact.zone_id,
        fact.county_code,
        fact.milestone_code,
        fact.done_date,
        coalesce(fact.done_date <= target.plan_date, false) as is_done,
        kind.is_counted,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_reform_milestone') }} as fact
    inner join {{ ref('reform_kind') }} as kind
        on fact.milestone_code = kind.milestone_code and fact.scope_type = kind.scope_type
    inner join {{ ref('int_plan_target') }} as target on kind.target_id = target.target_id
    where fact.is_current
),

-- T12a and T14 count what was done within the year, the others what is in place.
done as (
    select
        milestone.*,
        milestone.is_done
        and (
            milestone.target_id not in ('T12a', 'T14')
            or milestone.done_date >= milestone.first_date
        ) as is_fulfilled,
        milestone.is_done and milestone.done_date <= milestone.opening_date as was_fulfilled
    from milestone
    where milestone.is_counted
),

-- T15: how many of the three kinds are in place; T16: both bureaus together are one; the others: how many are done.
evidence as (
    select
        plan_year,
        target_id,
        zone_id,
        case
            when target_id = 'T15' then count(distinct milestone_code) filter (where is_fulfilled)
            when target_id = 'T16'
                then least(
                    count(*) filter (where is_fulfilled and milestone_code = 'approval_bureau_formed'),
                    count(*) filter (where is_fulfilled and milestone_code = 'enforcement_bureau_formed'),
                    1
                )
            else count(*) filter (where is_fulfilled)
        end as actual_numerator,
        case
            when target_id in ('T12a', 'T14') then 0
            when target_id = 'T15' then count(distinct milestone_code) filter (where was_fulfilled)
            when target_id = 'T16'
                then least(
                    count(*) filter (where was_fulfilled and milestone_code = 'approval_bureau_formed'),
                    count(*) filter (where was_fulfilled and milestone_code = 'enforcement_bureau_formed'),
                    1
                )
            else count(*) filter (where was_fulfilled)
        end as year_start_numerator,
        case
            when target_id in ('T15', 'T16') then count(*)
            else count(*) filter (where is_fulfilled)
        end as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from done
    where scope_type = 'zone'
    group by plan_year, target_id, zone_id
),

-- A target is reported when there is a milestone of its kinds anywhere: no block on record is no proof of unity.
reporting as (
    select
        plan_year,
        year_share,
        target_id,
        target_id not in ('T12a', 'T14') as is_standing,
        cast(case when target_id = 'T15' then 3 end as double) as actual_denominator,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from milestone
    group by plan_year, year_share, target_id
),

zone_reporting as (
    select *
    from reporting
    where target_id in ('T12a', 'T12b', 'T14', 'T15', 'T16')
),

-- The counties of the zones under the codes of the as-of date, and those that have blocks.
county as (
    select
        target.plan_year,
        coalesce(region.replaced_by_code, zone.county_code) as county_code
    from {{ ref('dim_zone') }} as zone
    inner join {{ ref('int_plan_target') }} as target
        on target.target_id = 'T13' and {{ held_on('zone', 'target.plan_date') }}
    left join {{ ref('dim_region') }} as region
        on
            zone.county_code = region.region_code
            and region.replaced_by_code is not null
            and region.valid_to <= {{ as_of_date() }}
    where zone.county_code is not null
    union
    select
        plan_year,
        county_code
    from milestone
    where target_id = 'T13'
),

blocks as (
    select
        plan_year,
        county_code,
        count(*) as block_count,
        count(*) filter (where not is_fulfilled) as unmerged_count,
        count(*) filter (where coalesce(done_date > opening_date, true)) as year_start_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from done
    where target_id = 'T13'
    group by plan_year, county_code
),

counties as (
    select
        reporting.plan_year,
        reporting.year_share,
        reporting.target_id,
        county.county_code,
        cast(coalesce(blocks.unmerged_count, 0) as double) as unmerged_count,
        cast(coalesce(blocks.year_start_count, 0) as double) as year_start_count,
        cast(coalesce(blocks.block_count, 0) as bigint) as evidence_count,
        coalesce(blocks.batch_id, reporting.batch_id) as batch_id,
        coalesce(blocks.loaded_at, reporting.loaded_at) as loaded_at
    from reporting
    inner join county on reporting.plan_year = county.plan_year
    left join blocks on reporting.plan_year = blocks.plan_year and county.county_code = blocks.county_code
    where reporting.target_id = 'T13'
),

regulation as (
    select
        reporting.plan_year,
        reporting.target_id,
        count(done.target_id) filter (where done.is_fulfilled) as issued_count,
        count(done.target_id) as evidence_count,
        max(coalesce(done.batch_id, reporting.batch_id)) as batch_id,
        max(coalesce(done.loaded_at, reporting.loaded_at)) as loaded_at
    from reporting
    left join done on reporting.plan_year = done.plan_year and reporting.target_id = done.target_id
    where reporting.target_id = 'T17'
    group by reporting.plan_year, reporting.target_id
)

select
    plan_year,
    target_id,
    'county' as scope_type,
    county_code as scope_code,
    unmerged_count as actual_numerator,
    cast(null as double) as actual_denominator,
    year_start_count as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    -- At the year's pace of merging, never below zero.
    {{ rounded('greatest(year_start_count - (year_start_count - unmerged_count) / year_share, 0)', 6) }}
        as forecast_value,
    evidence_count,
    batch_id,
    loaded_at
from counties
union all
select
    plan_year,
    target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(issued_count as double) as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    cast(issued_count as double) as forecast_value,
    cast(evidence_count as bigint) as evidence_count,
    batch_id,
    loaded_at
from regulation
union all
{{ zone_attainment('evidence', 'zone_reporting', standing=true) }}
