with december as (
    select
        zone_id,
        business_year,
        caliber,
        reported_value
    from {{ ref('fct_zone_indicator_month') }}
    where indicator_code = 'main_business_revenue' and is_current and is_published and month_number = 12
),

pooled as (
    select
        months.business_year + 1 as business_year,
        months.month_number,
        sum(months.reported_value) as month_yuan,
        sum(december.reported_value) as year_yuan,
        count(*) as zone_count
    from {{ ref('fct_zone_indicator_month') }} as months
    inner join december
        on
            months.zone_id = december.zone_id
            and months.business_year = december.business_year
            and months.caliber = december.caliber
    where months.indicator_code = 'main_business_revenue' and months.is_current and months.is_published
    group by months.business_year + 1, months.month_number
)

select
    dim_date.year_number as business_year,
    dim_date.month_number,
    {{ rounded('
        coalesce(
            cast(pooled.month_yuan as double) / nullif(cast(pooled.year_yuan as double), 0),
            cast(dim_date.month_number as double) / 12
        )
    ', 9) }} as year_share,
    cast(coalesce(pooled.zone_count, 0) as bigint) as zone_count
from {{ ref('dim_date') }} as dim_date
left join pooled on dim_date.year_number = pooled.business_year and dim_date.month_number = pooled.month_number
where
    dim_date.day_number = 1
    and dim_date.year_number >= year({{ as_of_date() }}) - 2
    and dim_date.year_number <= year({{ as_of_date() }})
