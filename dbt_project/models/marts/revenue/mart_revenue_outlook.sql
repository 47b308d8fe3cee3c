with stated as (
    select
        business_month,
        reported_value
    from {{ ref('fct_indicator_to_date') }}
    where indicator_code = 'main_business_revenue' and scope_type = 'province'
),

-- The forecasts of the year that each of its months allowed, each zone from its latest value by then.
made as (
    select
        to_date.business_month,
        sum(projection.forecast_yuan) as forecast_yuan,
        sum(projection.low_yuan) as low_yuan,
        sum(projection.high_yuan) as high_yuan,
        count(*) as zone_count
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('fct_revenue_projection') }} as projection
        on
            to_date.zone_id = projection.zone_id
            and to_date.value_month = projection.business_month
            and not projection.is_hindsight
    where to_date.indicator_code = 'main_business_revenue'
    group by to_date.business_month
),

province as (
    select
        fact.*,
        pace.year_share as base_share
    from {{ ref('fct_revenue_forecast') }} as fact
    inner join {{ ref('fct_revenue_pace') }} as pace on fact.base_month = pace.business_month
    where fact.scope_type = 'province'
),

-- From the base month on, the rest of the year comes in as it did last year.
ahead as (
    select
        pace.*,
        cast(province.ytd_yuan as double) as base_yuan,
        cast(province.forecast_yuan as double) as forecast_yuan,
        cast(province.low_yuan as double) as low_yuan,
        cast(province.high_yuan as double) as high_yuan,
        case
            when pace.business_month >= province.base_month and pace.month_number = 12 then 1
            when pace.business_month > province.base_month
                then (pace.year_share - province.base_share) / nullif(1 - province.base_share, 0)
            when pace.business_month = province.base_month then 0
        end as rest_share
    from {{ ref('fct_revenue_pace') }} as pace
    left join province on pace.business_year = province.plan_year
)

select
    ahead.business_month,
    ahead.business_year,
    ahead.month_number,
    {{ month_label('ahead.business_month') }} as month_label,
    {{ yi('stated.reported_value') }} as actual_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.forecast_yuan - ahead.base_yuan)') }} as forecast_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.low_yuan - ahead.base_yuan)') }} as low_ytd_yi,
    {{ yi('ahead.base_yuan + ahead.rest_share * (ahead.high_yuan - ahead.base_yuan)') }} as high_ytd_yi,
    {{ yi('ahead.needed_yuan') }} as pace_ytd_yi,
    {{ yi('ahead.target_yuan') }} as target_yi,
    {{ yi('made.forecast_yuan') }} as year_forecast_yi,
    {{ yi('made.low_yuan') }} as year_low_yi,
    {{ yi('made.high_yuan') }} as year_high_yi,
    cast(coalesce(made.zone_count, 0) as bigint) as zone_count
from ahead
left join stated on ahead.business_month = stated.business_month
left join made on ahead.business_month = made.business_month
