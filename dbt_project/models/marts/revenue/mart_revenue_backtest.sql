with judged as (
    select *
    from {{ ref('fct_revenue_projection') }}
    where year_yuan is not null
)

select
    business_month,
    business_year,
    month_number,
    {{ month_label('business_month') }} as month_label,
    case when bool_or(is_hindsight) then '以后年推算' else '以前年推算' end as basis_label,
    count(*) as zone_count,
    {{ yi('sum(forecast_yuan)') }} as forecast_yi,
    {{ yi('sum(low_yuan)') }} as low_yi,
    {{ yi('sum(high_yuan)') }} as high_yi,
    {{ yi('sum(year_yuan)') }} as actual_yi,
    {{ safe_div('sum(forecast_yuan) - sum(year_yuan)', 'sum(year_yuan)') }} as error_ratio,
    {{ safe_div('sum(abs(forecast_yuan - year_yuan))', 'sum(year_yuan)') }} as zone_error_ratio,
    {{ rounded('median(abs(error_ratio))', 6) }} as median_zone_error_ratio,
    {{ safe_div('count(*) filter (where is_inside_band)', 'count(is_inside_band)') }} as zones_inside_band_ratio,
    sum(year_yuan) >= sum(low_yuan) and sum(year_yuan) <= sum(high_yuan) as is_inside_band
from judged
group by business_month, business_year, month_number
