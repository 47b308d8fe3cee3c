with target as (
    select target_value
    from {{ ref('dim_target') }}
    where target_id = 'T00'
),

totals as (
    select
        fact.business_month,
        sum(fact.reported_value) as revenue_ytd_yuan,
        sum(fact.month_value) as revenue_month_yuan,
        count(*) as zone_count
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.indicator_code = 'main_business_revenue' and fact.is_current and fact.is_published
    group by fact.business_month
),

reporting as (
    select
        fact.business_year,
        count(distinct fact.zone_id) as zone_count
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.indicator_code = 'main_business_revenue' and fact.is_current and fact.is_published
    group by fact.business_year
),

months as (
    select
        dim_date.date_day as business_month,
        dim_date.year_number,
        dim_date.month_number,
        dim_date.month_label,
        dim_date.year_number = year({{ as_of_date() }}) as is_this_year
    from {{ ref('dim_date') }} as dim_date
    where dim_date.day_number = 1 and dim_date.year_number in (year({{ as_of_date() }}), year({{ as_of_date() }}) - 1)
),

-- A month counts as reported from half of the year's reporting zones on, as for the target T00.
published as (
    select totals.*
    from totals
    inner join reporting on year(totals.business_month) = reporting.business_year
    where totals.zone_count * 2 >= reporting.zone_count
),

shares as (
    {{ last_year_shares() }}
)

select
    months.business_month,
    months.year_number as business_year,
    months.month_number,
    months.month_label,
    round(cast(this_year.revenue_ytd_yuan as double) / 100000000, 4) as actual_ytd_yi,
    round(cast(last_year.revenue_ytd_yuan as double) / 100000000, 4) as last_year_ytd_yi,
    case when months.is_this_year then round(target.target_value * shares.year_share / 100000000, 4) end as pace_ytd_yi,
    case when months.is_this_year then round(target.target_value / 100000000, 4) end as target_yi,
    round(cast(this_year.revenue_month_yuan as double) / 100000000, 4) as month_yi
from months
cross join target
inner join shares on months.month_number = shares.month_number
left join published as this_year on months.business_month = this_year.business_month
left join published as last_year on last_year.business_month = {{ add_months('months.business_month', -12) }}
