{#- The classes of the latest year in which anybody is graded. -#}
with graded_year as (
    select max(business_year) as business_year
    from {{ ref('fct_land_efficiency') }}
    where efficiency_class is not null
),

efficiency_zone as (
    select
        zone_id,
        true as is_current
    from {{ ref('fct_land_efficiency') }}
),

scoped as (
    {{ scoped_zones(['efficiency_zone']) }}
)

select
    scoped.scope_type,
    scoped.scope_code,
    scoped.scope_name,
    scoped.city_code,
    scoped.city_name,
    efficiency.business_year,
    case efficiency.size_class when 'above_scale' then '规上' when 'below_scale' then '规下' else '规模未知' end
        as size_label,
    coalesce(efficiency.efficiency_class, '不定级') as class_label,
    cast(count(*) as bigint) as enterprise_count,
    {{ rounded('sum(efficiency.land_area_mu)', 2) }} as land_area_mu,
    {{ safe_div('sum(efficiency.revenue_yuan)', 'sum(efficiency.land_area_mu) * 10000') }} as revenue_wan_per_mu,
    {{ rounded('
        cast(sum(efficiency.tax_paid_yuan) as double)
        / nullif(cast(sum(
            case when efficiency.tax_paid_yuan is not null then efficiency.land_area_mu end
        ) as double), 0) / 10000
    ', 4) }} as tax_wan_per_mu,
    {{ rounded(exact_mean('efficiency.score'), 2) }} as score_mean,
    {{ rounded(exact_mean('efficiency.coverage_ratio'), 4) }} as coverage_ratio
from scoped
inner join {{ ref('fct_land_efficiency') }} as efficiency on scoped.zone_id = efficiency.zone_id
inner join graded_year on efficiency.business_year = graded_year.business_year
group by
    scoped.scope_type, scoped.scope_code, scoped.scope_name, scoped.city_code, scoped.city_name,
    efficiency.business_year, efficiency.size_class, coalesce(efficiency.efficiency_class, '不定级')
