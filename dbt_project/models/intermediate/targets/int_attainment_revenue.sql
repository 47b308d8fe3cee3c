with revenue as (
    select *
    from {{ ref('fct_zone_indicator_to_date') }}
    where
        indicator_code = 'main_business_revenue'
        and is_latest
        and business_year = year({{ as_of_date() }})
),

latest as (
    select max(month_number) as month_number
    from revenue
),

zones as (
    select
        coalesce(revenue.zone_id, goal.zone_id) as zone_id,
        revenue.reported_value,
        month(coalesce(revenue.value_month, revenue.business_month)) as month_number,
        goal.target_yuan,
        revenue.batch_id,
        revenue.loaded_at
    from revenue
    full outer join {{ ref('fct_revenue_goal') }} as goal on revenue.zone_id = goal.zone_id
)

-- The pace of a zone is that of its own month, the latest that it published.
select
    target.target_id,
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
cross join latest
inner join {{ ref('dim_target') }} as target on target.target_id = 'T00'
inner join {{ ref('fct_revenue_season') }} as season
    on
        season.business_year = year({{ as_of_date() }})
        and coalesce(zones.month_number, latest.month_number) = season.month_number
left join {{ ref('fct_revenue_forecast') }} as forecast
    on zones.zone_id = forecast.scope_code and forecast.scope_type = 'zone'
where zones.reported_value is not null or zones.target_yuan is not null
