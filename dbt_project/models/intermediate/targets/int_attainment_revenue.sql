with revenue as (
    select
        to_date.*,
        target.plan_year
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('int_plan_target') }} as target
        on to_date.business_year = target.plan_year and target.target_id = 'T00'
    where to_date.indicator_code = 'main_business_revenue' and to_date.is_latest
),

latest as (
    select
        plan_year,
        max(month_number) as month_number
    from revenue
    group by plan_year
),

zones as (
    select
        coalesce(revenue.plan_year, goal.business_year) as plan_year,
        coalesce(revenue.zone_id, goal.zone_id) as zone_id,
        revenue.reported_value,
        month(coalesce(revenue.value_month, revenue.business_month)) as month_number,
        goal.target_yuan,
        revenue.batch_id,
        revenue.loaded_at
    from revenue
    full outer join {{ ref('fct_revenue_goal') }} as goal
        on revenue.plan_year = goal.business_year and revenue.zone_id = goal.zone_id
)

-- The pace of a zone is that of its own month, the latest that it published.
select
    zones.plan_year,
    'T00' as target_id,
    'zone' as scope_type,
    zones.zone_id as scope_code,
    zones.reported_value as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    zones.target_yuan as target_value,
    season.year_share as needed_share,
    forecast.forecast_yuan as forecast_value,
    cast(case when zones.reported_value is null then 0 else 1 end as bigint) as evidence_count,
    zones.batch_id,
    zones.loaded_at
from zones
inner join latest on zones.plan_year = latest.plan_year
inner join {{ ref('fct_revenue_season') }} as season
    on
        zones.plan_year = season.business_year
        and coalesce(zones.month_number, latest.month_number) = season.month_number
left join {{ ref('fct_revenue_forecast') }} as forecast
    on
        zones.plan_year = forecast.plan_year
        and zones.zone_id = forecast.scope_code
        and forecast.scope_type = 'zone'
where zones.reported_value is not null or zones.target_yuan is not null
