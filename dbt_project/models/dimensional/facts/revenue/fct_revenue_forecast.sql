with target as (
    select *
    from {{ ref('int_plan_target') }}
    where target_id = 'T00'
),

-- Each zone from its own latest published month of the year.
latest as (
    select
        target.plan_year,
        target.is_ended,
        to_date.zone_id,
        to_date.value_month,
        to_date.is_carried,
        to_date.caliber,
        to_date.reported_value as ytd_yuan,
        case when to_date.is_comparable then to_date.past_value end as past_yuan,
        -- After the deadline the value is the result.
        case when target.is_ended then to_date.reported_value else projection.forecast_yuan end as forecast_yuan,
        case when target.is_ended then to_date.reported_value else projection.low_yuan end as low_yuan,
        case when target.is_ended then to_date.reported_value else projection.high_yuan end as high_yuan,
        to_date.batch_id,
        to_date.loaded_at
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join target on to_date.business_year = target.plan_year
    left join {{ ref('fct_revenue_projection') }} as projection
        on
            to_date.zone_id = projection.zone_id
            and to_date.value_month = projection.business_month
            and not projection.is_hindsight
    where
        to_date.indicator_code = 'main_business_revenue'
        and to_date.is_latest
        and to_date.reported_value is not null
),

zones as (
    select
        coalesce(latest.plan_year, goal.business_year) as plan_year,
        coalesce(latest.zone_id, goal.zone_id) as zone_id,
        latest.value_month,
        month(latest.value_month) as month_number,
        coalesce(latest.is_carried, false) as is_carried,
        latest.ytd_yuan,
        latest.forecast_yuan,
        latest.low_yuan,
        latest.high_yuan,
        goal.last_year_yuan,
        -- What last year's remaining months held, if it can be compared.
        case
            when goal.last_year_caliber = latest.caliber and month(goal.last_year_month) = 12
                then goal.last_year_yuan - latest.past_yuan
        end as last_year_rest_yuan,
        goal.target_yuan,
        coalesce(latest.batch_id, goal.batch_id) as batch_id,
        coalesce(latest.loaded_at, goal.loaded_at) as loaded_at
    from latest
    full outer join {{ ref('fct_revenue_goal') }} as goal
        on latest.plan_year = goal.business_year and latest.zone_id = goal.zone_id
),

measured as (
    select
        zones.*,
        zone.city_code,
        -- As long as no zone has a month of the year there is nothing to compare with.
        case
            when target.is_planned and max(zones.value_month) over (partition by zones.plan_year) is not null
                then coalesce(zones.target_yuan, 0) - coalesce(zones.forecast_yuan, 0)
        end as contribution_yuan,
        case when zones.last_year_rest_yuan is not null then zones.target_yuan - zones.ytd_yuan end
            as comparable_rest_yuan
    from zones
    inner join target on zones.plan_year = target.plan_year
    left join {{ ref('dim_zone') }} as zone on zones.zone_id = zone.zone_id and zone.is_current
),

shortfall as (
    select
        plan_year,
        sum(contribution_yuan) filter (where contribution_yuan > 0) as province_yuan
    from measured
    group by plan_year
),

scope as (
    {{ scope_types() }}
),

summed as (
    select
        measured.plan_year,
        scope.scope_type,
        {{ scope_code('measured') }} as scope_code,
        max(measured.value_month) as base_month,
        max(measured.month_number) as month_number,
        sum(measured.ytd_yuan) as ytd_yuan,
        sum(measured.ytd_yuan) filter (where measured.is_carried) as carried_yuan,
        sum(measured.forecast_yuan) as forecast_yuan,
        sum(measured.low_yuan) as low_yuan,
        sum(measured.high_yuan) as high_yuan,
        sum(measured.last_year_yuan) as last_year_yuan,
        sum(measured.target_yuan) as target_yuan,
        sum(measured.contribution_yuan) as contribution_yuan,
        sum(measured.contribution_yuan) filter (where measured.contribution_yuan > 0) as shortfall_yuan,
        sum(measured.comparable_rest_yuan) as comparable_rest_yuan,
        sum(measured.last_year_rest_yuan) as last_year_rest_yuan,
        count(*) as zone_count,
        count(measured.forecast_yuan) as forecast_zone_count,
        count(*) filter (where measured.ytd_yuan is not null and not measured.is_carried) as reported_zone_count,
        max(measured.batch_id) as batch_id,
        max(measured.loaded_at) as loaded_at
    from measured
    cross join scope
    group by measured.plan_year, scope.scope_type, scope_code
),

judged as (
    select
        summed.*,
        target.as_of_date,
        target.is_ended,
        target.is_shown,
        case
            when summed.scope_type = 'province' then cast(target.target_value as decimal(24, 2))
            else cast(summed.target_yuan as decimal(24, 2))
        end as goal_yuan,
        {{ safe_div('coalesce(summed.shortfall_yuan, 0)', 'shortfall.province_yuan') }} as shortfall_ratio
    from summed
    inner join target on summed.plan_year = target.plan_year
    inner join shortfall on summed.plan_year = shortfall.plan_year
    where summed.scope_code is not null
)

select
    plan_year,
    scope_type,
    scope_code,
    as_of_date,
    is_shown,
    base_month,
    cast(zone_count as bigint) as zone_count,
    cast(forecast_zone_count as bigint) as forecast_zone_count,
    cast(reported_zone_count as bigint) as reported_zone_count,
    cast(ytd_yuan as decimal(24, 2)) as ytd_yuan,
    cast(coalesce(carried_yuan, 0) as decimal(24, 2)) as carried_yuan,
    cast(forecast_yuan as decimal(24, 2)) as forecast_yuan,
    cast(low_yuan as decimal(24, 2)) as low_yuan,
    cast(high_yuan as decimal(24, 2)) as high_yuan,
    goal_yuan as target_yuan,
    cast(goal_yuan - forecast_yuan as decimal(24, 2)) as gap_yuan,
    case
        when goal_yuan is null or forecast_yuan is null then 'unknown'
        when low_yuan >= goal_yuan then 'reached'
        when high_yuan < goal_yuan then 'missed'
        else 'open'
    end as outlook,
    cast(last_year_yuan as decimal(24, 2)) as last_year_yuan,
    {{ safe_div('ytd_yuan', 'month_number') }} as average_month_yuan,
    case when not is_ended and goal_yuan > ytd_yuan then {{ safe_div('goal_yuan - ytd_yuan', '12 - month_number') }} end
        as needed_month_yuan,
    case
        when not is_ended and month_number < 12
            then {{ safe_div('comparable_rest_yuan - last_year_rest_yuan', 'last_year_rest_yuan') }}
    end as needed_growth_ratio,
    cast(contribution_yuan as decimal(24, 2)) as contribution_yuan,
    shortfall_ratio,
    cast(case
        when scope_type <> 'province' and contribution_yuan is not null
            then rank() over (partition by plan_year, scope_type order by contribution_yuan desc nulls last)
    end as bigint) as contribution_rank,
    as_of_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', cast(plan_year as varchar), scope_type, scope_code) as source_record_id,
    batch_id,
    loaded_at
from judged
