select
    platform.platform_id,
    platform.platform_name,
    platform.platform_type,
    platform.platform_level,
    coalesce(zone.zone_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    platform.approved_date,
    platform.is_national and year(platform.approved_date) = year({{ as_of_date() }}) as is_new_national,
    cast(1 as bigint) as platform_count
from {{ ref('fct_innovation_platform') }} as platform
left join {{ ref('dim_zone') }} as zone on platform.zone_id = zone.zone_id and zone.is_current
where platform.is_standing
