select
    park.themed_park_id,
    park.themed_park_name,
    park.theme,
    park.zone_id,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    coalesce(zone.level_label, '未登记') as level_label,
    zone.city_code,
    zone.city_name,
    {{ rounded('park.planned_area_mu', 2) }} as planned_area_mu,
    {{ yi('park.investment_yuan') }} as investment_yi,
    park.approved_date,
    park.started_date,
    park.operating_date,
    park.park_stage,
    case park.park_stage
        when 'operating' then '已投运'
        when 'building' then '在建'
        when 'approved' then '已批准未开工'
        else '未批准'
    end as stage_label,
    case
        when park.park_stage = 'approved' then {{ days_between('park.approved_date', as_of_date()) }}
    end as waiting_day_count,
    cast(1 as bigint) as park_count
from {{ ref('fct_themed_park') }} as park
left join {{ ref('dim_zone') }} as zone on park.zone_id = zone.zone_id and zone.is_current
where park.is_current
