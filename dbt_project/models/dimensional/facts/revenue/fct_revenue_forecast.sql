with context as (
    select
        load_context.as_of_date,
        cast(year(load_context.as_of_date) as bigint) as this_year,
        target.target_value
    from {{ source('raw', 'load_context') }} as load_context
    cross join {{ ref('dim_target') }} as target
    where target.target_id = 'T00'
),

-- Each zone from its own latest published month of the year.
latest as (
    select projection.*
    from {{ ref('fct_revenue_projection') }} as projection
    inner join context on projection.business_year = context.this_year
    where not projection.is_hindsight
    qualify row_number() over (partition by projection.zone_id order by projection.business_month desc) = 1
),

last_year as (
    select
        fact.zone_id,
        fact.month_number,
        fact.caliber,
        fact.reported_value
    from {{ ref('fct_zone_indicator_month') }} as fact
    inner join context on fact.business_year = context.this_year - 1
    where fact.indicator_code = 'main_business_revenue' and fact.is_current and fact.is_published
),

december as (
    select *
    from last_year
    where month_number = 12
),

zones as (
    select
        coalesce(latest.zone_id, december.zone_id) as zone_id,
        latest.business_month,
        latest.month_number,
        latest.ytd_yuan,
        latest.forecast_yuan,
        latest.low_yuan,
        latest.high_yuan,
        december.reported_value as last_year_yuan,
        -- What last year's remaining months held, if it can be compared.
        case when same_month.caliber = latest.caliber then december.reported_value - same_month.reported_value end
            as last_year_rest_yuan,
        cast(
            context.target_value * cast(december.reported_value as double)
            / cast(sum(december.reported_value) over () as double) as decimal(24, 2)
        ) as target_yuan,
        latest.batch_id,
        latest.loaded_at
    from latest
    full outer join december on latest.zone_id = december.zone_id
    left join last_year as same_month
        on
            latest.zone_id = same_month.zone_id
            and latest.month_number = same_month.month_number
            and december.caliber = same_month.caliber
    cross join context
),

measured as (
    select
        zones.*,
        zone.city_code,
        coalesce(zones.target_yuan, 0) - coalesce(zones.forecast_yuan, 0) as contribution_yuan,
        case when zones.last_year_rest_yuan is not null then zones.target_yuan - zones.ytd_yuan end
            as comparable_rest_yuan
    from zones
    left join {{ ref('dim_zone') }} as zone on zones.zone_id = zone.zone_id and zone.is_current
),

shortfall as (
    select sum(contribution_yuan) filter (where contribution_yuan > 0) as province_yuan
    from measured
),

scope as (
    select 'province' as scope_type
    union all
    select 'city' as scope_type
    union all
    select 'zone' as scope_type
),

summed as (
    select
        scope.scope_type,
        case scope.scope_type
            when 'province' then '360000'
            when 'city' then measured.city_code
            else measured.zone_id
        end as scope_code,
        max(measured.business_month) as base_month,
        max(measured.month_number) as month_number,
        sum(measured.ytd_yuan) as ytd_yuan,
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
        max(measured.batch_id) as batch_id,
        max(measured.loaded_at) as loaded_at
    from measured
    cross join scope
    group by scope.scope_type, scope_code
),

judged as (
    select
        summed.*,
        context.as_of_date,
        case
            when summed.scope_type = 'province' then cast(context.target_value as decimal(24, 2))
            else cast(summed.target_yuan as decimal(24, 2))
        end as goal_yuan,
        {{ safe_div('coalesce(summed.shortfall_yuan, 0)', 'shortfall.province_yuan') }} as shortfall_ratio
    from summed
    cross join context
    cross join shortfall
    where summed.scope_code is not null
)

select
    scope_type,
    scope_code,
    as_of_date,
    base_month,
    cast(zone_count as bigint) as zone_count,
    cast(forecast_zone_count as bigint) as forecast_zone_count,
    cast(ytd_yuan as decimal(24, 2)) as ytd_yuan,
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
    case when goal_yuan > ytd_yuan then {{ safe_div('goal_yuan - ytd_yuan', '12 - month_number') }} end
        as needed_month_yuan,
    {{ safe_div('comparable_rest_yuan - last_year_rest_yuan', 'last_year_rest_yuan') }} as needed_growth_ratio,
    cast(contribution_yuan as decimal(24, 2)) as contribution_yuan,
    shortfall_ratio,
    cast(case
        when scope_type <> 'province'
            then rank() over (partition by scope_type order by contribution_yuan desc nulls last)
    end as bigint) as contribution_rank,
    as_of_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', scope_type, scope_code) as source_record_id,
    batch_id,
    loaded_at
from judged
