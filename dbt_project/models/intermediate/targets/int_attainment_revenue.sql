with revenue as (
    select
        fact.zone_id,
        fact.business_year = year({{ as_of_date() }}) as is_this_year,
        fact.month_number,
        fact.reported_value as revenue_ytd_yuan,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_zone_indicator_month') }} as fact
    where
        fact.indicator_code = 'main_business_revenue'
        and fact.is_current
        and fact.is_published
        and fact.business_year in (year({{ as_of_date() }}), year({{ as_of_date() }}) - 1)
),

reporting as (
    select
        month_number,
        count(*) as zone_count
    from revenue
    where is_this_year
    group by month_number
),

reporting_zones as (
    select count(distinct zone_id) as zone_count
    from revenue
    where is_this_year
),

-- The latest month of this year for which at least half of the reporting zones have published a value.
latest_month as (
    select max(reporting.month_number) as month_number
    from reporting
    cross join reporting_zones
    where reporting.zone_count * 2 >= reporting_zones.zone_count
),

shares as (
    {{ last_year_shares() }}
),

season as (
    select
        latest_month.month_number,
        shares.year_share
    from latest_month
    inner join shares on latest_month.month_number = shares.month_number
),

zones as (
    select
        revenue.zone_id,
        sum(revenue.revenue_ytd_yuan) filter (
            where revenue.is_this_year and revenue.month_number = season.month_number
        ) as actual_yuan,
        count(*) filter (where revenue.is_this_year and revenue.month_number = season.month_number) as evidence_count,
        sum(revenue.revenue_ytd_yuan) filter (where not revenue.is_this_year and revenue.month_number = 12)
            as last_year_yuan,
        max(season.year_share) as year_share,
        max(revenue.batch_id) filter (where revenue.is_this_year) as batch_id,
        max(revenue.loaded_at) filter (where revenue.is_this_year) as loaded_at
    from revenue
    cross join season
    group by revenue.zone_id
)

select
    target.target_id,
    'zone' as scope_type,
    zones.zone_id as scope_code,
    cast(zones.actual_yuan as double) as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    target.target_value * cast(zones.last_year_yuan as double)
    / nullif(cast(sum(zones.last_year_yuan) over () as double), 0) as target_value,
    zones.year_share as needed_share,
    cast(forecast.forecast_yuan as double) as forecast_value,
    cast(zones.evidence_count as bigint) as evidence_count,
    zones.batch_id,
    zones.loaded_at
from zones
inner join {{ ref('dim_target') }} as target on target.target_id = 'T00'
left join {{ ref('fct_revenue_forecast') }} as forecast
    on zones.zone_id = forecast.scope_code and forecast.scope_type = 'zone'
