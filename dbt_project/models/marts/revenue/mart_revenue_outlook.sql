with shares as (
    {{ last_year_shares() }}
),

-- The forecasts of the year that each of its months allowed, for all zones that had published it.
made as (
    select
        projection.business_month,
        sum(projection.ytd_yuan) as ytd_yuan,
        sum(projection.forecast_yuan) as forecast_yuan,
        sum(projection.low_yuan) as low_yuan,
        sum(projection.high_yuan) as high_yuan,
        count(*) as zone_count
    from {{ ref('fct_revenue_projection') }} as projection
    where projection.business_year = year({{ as_of_date() }}) and not projection.is_hindsight
    group by projection.business_month
),

province as (
    select
        fact.*,
        shares.year_share as base_share
    from {{ ref('fct_revenue_forecast') }} as fact
    inner join shares on month(fact.base_month) = shares.month_number
    where fact.scope_type = 'province'
),

months as (
    select
        dim_date.date_day as business_month,
        dim_date.month_number,
        dim_date.month_label,
        shares.year_share
    from {{ ref('dim_date') }} as dim_date
    inner join shares on dim_date.month_number = shares.month_number
    where dim_date.year_number = year({{ as_of_date() }}) and dim_date.day_number = 1
),

-- From the base month on, the rest of the year comes in as it did last year.
ahead as (
    select
        months.*,
        cast(province.ytd_yuan as double) as base_yuan,
        cast(province.forecast_yuan as double) as forecast_yuan,
        cast(province.low_yuan as double) as low_yuan,
        cast(province.high_yuan as double) as high_yuan,
        cast(province.target_yuan as double) as target_yuan,
        case
            when months.business_month > province.base_month
                then (months.year_share - province.base_share) / nullif(1 - province.base_share, 0)
            when months.business_month = province.base_month then 0
        end as rest_share
    from months
    left join province on true
)

select
    ahead.business_month,
    ahead.month_number,
    ahead.month_label,
    case when ahead.rest_share is null or ahead.rest_share = 0 then {{ yi('made.ytd_yuan') }} end as actual_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.forecast_yuan - ahead.base_yuan)') }} as forecast_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.low_yuan - ahead.base_yuan)') }} as low_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.high_yuan - ahead.base_yuan)') }} as high_ytd_yi,
    {{ yi('ahead.target_yuan * ahead.year_share') }} as pace_ytd_yi,
    {{ yi('ahead.target_yuan') }} as target_yi,
    {{ yi('made.forecast_yuan') }} as year_forecast_yi,
    {{ yi('made.low_yuan') }} as year_low_yi,
    {{ yi('made.high_yuan') }} as year_high_yi,
    cast(coalesce(made.zone_count, 0) as bigint) as zone_count
from ahead
left join made on ahead.business_month = made.business_month
