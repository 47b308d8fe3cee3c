with stated as (
    select *
    from {{ ref('fct_indicator_to_date') }}
    where indicator_code = 'main_business_revenue' and scope_type = 'province'
),

months as (
    select
        dim_date.date_day as business_month,
        dim_date.year_number,
        dim_date.month_number,
        dim_date.month_label
    from {{ ref('dim_date') }} as dim_date
    where dim_date.day_number = 1 and dim_date.year_number in (year({{ as_of_date() }}), year({{ as_of_date() }}) - 1)
),

-- The year that the screens show: that of the plan, for as long as no other has begun to be measured by its own.
shown as (
    select max(plan_year) as plan_year
    from {{ ref('fct_target_attainment') }}
    where target_id = 'T00' and scope_type = 'province' and is_shown
)

select
    months.business_month,
    months.year_number as business_year,
    months.month_number,
    months.month_label,
    months.year_number = shown.plan_year as is_shown,
    {{ yi('this_year.reported_value') }} as actual_ytd_yi,
    {{ yi('last_year.reported_value') }} as last_year_ytd_yi,
    {{ yi('pace.needed_yuan') }} as pace_ytd_yi,
    {{ yi('pace.target_yuan') }} as target_yi,
    {{ yi('this_year.month_value') }} as month_yi,
    this_year.growth_ratio,
    case when this_year.business_month is null then '暂无数据' else {{ growth_label('this_year') }} end as growth_label,
    case when this_year.business_month is null then '暂无数据' else {{ coverage_label('this_year') }} end
        as coverage_label
from months
cross join shown
left join {{ ref('fct_revenue_pace') }} as pace on months.business_month = pace.business_month
left join stated as this_year on months.business_month = this_year.business_month
left join stated as last_year on last_year.business_month = {{ add_months('months.business_month', -12) }}
