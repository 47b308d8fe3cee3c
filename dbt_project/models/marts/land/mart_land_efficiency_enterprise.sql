with graded_year as (
    select max(business_year) as business_year
    from {{ ref('fct_land_efficiency') }}
    where efficiency_class is not null
)

select
    efficiency.enterprise_id,
    efficiency.enterprise_name,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    efficiency.business_year,
    case efficiency.size_class when 'above_scale' then '规上' when 'below_scale' then '规下' else '规模未知' end
        as size_label,
    industry.industry_name,
    coalesce(efficiency.efficiency_class, '不定级') as class_label,
    coalesce(efficiency.treated_class, '暂无') as treated_label,
    efficiency.exemption_label,
    efficiency.score,
    efficiency.rank_number,
    efficiency.graded_count,
    efficiency.coverage_ratio,
    {{ rounded('efficiency.land_area_mu', 2) }} as land_area_mu,
    {{ rounded('efficiency.revenue_per_mu_yuan / 10000', 2) }} as revenue_wan_per_mu,
    {{ rounded('efficiency.tax_per_mu_yuan / 10000', 4) }} as tax_wan_per_mu
from {{ ref('fct_land_efficiency') }} as efficiency
inner join graded_year on efficiency.business_year = graded_year.business_year
left join {{ ref('dim_zone') }} as zone on efficiency.zone_id = zone.zone_id and zone.is_current
left join {{ ref('dim_industry') }} as industry
    on efficiency.industry_division_code = industry.industry_code and industry.industry_level = 'division'
