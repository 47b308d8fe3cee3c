with stated as (
    select
        to_date.business_month,
        sum(goal.target_yuan) as target_yuan,
        sum(
            cast({{ rounded('cast(goal.target_yuan as double) * season.year_share', 2) }} as decimal(24, 2))
        ) as needed_yuan
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('fct_revenue_goal') }} as goal
        on to_date.zone_id = goal.zone_id and to_date.business_year = goal.business_year
    inner join {{ ref('fct_revenue_season') }} as season
        on
            to_date.business_year = season.business_year
            and month(coalesce(to_date.value_month, to_date.business_month)) = season.month_number
    where to_date.indicator_code = 'main_business_revenue'
    group by to_date.business_month
)

select
    dim_date.date_day as business_month,
    dim_date.year_number as business_year,
    dim_date.month_number,
    season.year_share,
    cast(
        coalesce(
            cast(stated.needed_yuan as double), {{ rounded('target.target_value * season.year_share', 2) }}
        ) as decimal(24, 2)
    ) as needed_yuan,
    cast(target.target_value as decimal(24, 2)) as target_yuan
from {{ ref('dim_date') }} as dim_date
inner join {{ ref('fct_revenue_season') }} as season
    on dim_date.year_number = season.business_year and dim_date.month_number = season.month_number
inner join {{ ref('int_plan_target') }} as target
    on dim_date.year_number = target.plan_year and target.target_id = 'T00'
left join stated on dim_date.date_day = stated.business_month
where dim_date.day_number = 1
