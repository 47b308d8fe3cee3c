select
    zombie.case_id,
    zombie.subject_type,
    zombie.subject_name,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    zombie.case_state,
    zombie.disposal_measure,
    {{ rounded('zombie.idle_land_area_mu', 2) }} as idle_land_area_mu,
    zombie.named_date,
    zombie.disposed_date,
    zombie.open_day_count,
    zombie.is_open,
    zombie.is_in_opening_stock,
    cast(1 as bigint) as case_count
from {{ ref('fct_zombie_case') }} as zombie
left join {{ ref('dim_zone') }} as zone on zombie.zone_id = zone.zone_id and zone.is_current
where zombie.is_open or (zombie.is_disposed and year(zombie.disposed_date) = year({{ as_of_date() }}))
