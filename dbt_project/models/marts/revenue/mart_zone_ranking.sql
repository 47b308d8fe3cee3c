select
    zone.zone_id,
    zone.zone_name,
    zone.short_name,
    zone.level_label,
    zone.city_code,
    zone.city_name,
    zone.longitude,
    zone.latitude,
    ranked.business_month,
    ranked.value_month,
    ranked.is_carried,
    {{ yi('ranked.revenue_ytd_yuan') }} as revenue_ytd_yi,
    {{ yi('ranked.last_year_ytd_yuan') }} as last_year_ytd_yi,
    ranked.growth_ratio,
    {{ yi('fact.target_value') }} as share_target_yi,
    {{ yi('fact.gap_value') }} as gap_yi,
    fact.pace_ratio,
    ranked.rank_number,
    status.status,
    status.status_label,
    status.status_color
from {{ ref('fct_zone_revenue_rank') }} as ranked
inner join {{ ref('dim_zone') }} as zone on ranked.zone_id = zone.zone_id and zone.is_current
left join {{ ref('fct_target_attainment') }} as fact
    on
        year(ranked.business_month) = fact.plan_year
        and ranked.zone_id = fact.scope_code
        and fact.target_id = 'T00'
        and fact.scope_type = 'zone'
inner join {{ ref('dim_status') }} as status on coalesce(fact.status, 'no_data') = status.status
