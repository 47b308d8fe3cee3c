with latest as (
    select max(fact.business_month) as business_month
    from {{ ref('mart_revenue_trend') }} as fact
    where fact.actual_ytd_yi is not null
),

revenue as (
    select
        fact.zone_id,
        fact.business_month,
        fact.caliber,
        fact.reported_value as revenue_ytd_yuan
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.indicator_code = 'main_business_revenue' and fact.is_current and fact.is_published
),

ranked as (
    select
        zone.zone_id,
        zone.zone_name,
        zone.short_name,
        zone.level_label,
        zone.city_code,
        zone.city_name,
        zone.longitude,
        zone.latitude,
        latest.business_month,
        cast(this_year.revenue_ytd_yuan as double) as revenue_ytd_yuan,
        cast(last_year.revenue_ytd_yuan as double) as last_year_ytd_yuan,
        this_year.caliber = last_year.caliber as is_comparable,
        fact.target_value,
        fact.gap_value,
        fact.pace_ratio,
        coalesce(fact.status, 'no_data') as status
    from {{ ref('dim_zone') }} as zone
    cross join latest
    left join revenue as this_year
        on zone.zone_id = this_year.zone_id and latest.business_month = this_year.business_month
    left join revenue as last_year
        on
            zone.zone_id = last_year.zone_id
            and last_year.business_month = {{ add_months('latest.business_month', -12) }}
    left join {{ ref('fct_target_attainment') }} as fact
        on zone.zone_id = fact.scope_code and fact.target_id = 'T00' and fact.scope_type = 'zone'
    where zone.is_current
)

select
    ranked.zone_id,
    ranked.zone_name,
    ranked.short_name,
    ranked.level_label,
    ranked.city_code,
    ranked.city_name,
    ranked.longitude,
    ranked.latitude,
    ranked.business_month,
    round(ranked.revenue_ytd_yuan / 100000000, 4) as revenue_ytd_yi,
    round(ranked.last_year_ytd_yuan / 100000000, 4) as last_year_ytd_yi,
    case
        when ranked.is_comparable
            then {{ safe_div('ranked.revenue_ytd_yuan - ranked.last_year_ytd_yuan', 'ranked.last_year_ytd_yuan') }}
    end as growth_ratio,
    round(ranked.target_value / 100000000, 4) as share_target_yi,
    round(ranked.gap_value / 100000000, 4) as gap_yi,
    ranked.pace_ratio,
    cast(case
        when ranked.revenue_ytd_yuan is not null
            then rank() over (order by ranked.revenue_ytd_yuan desc nulls last)
    end as bigint) as rank_number,
    ranked.status,
    status.status_label,
    status.status_color
from ranked
inner join {{ ref('dim_status') }} as status on ranked.status = status.status
