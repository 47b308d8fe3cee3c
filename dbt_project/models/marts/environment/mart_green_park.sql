select
    title.title_id,
    title.zone_id,
    coalesce(zone.short_name, title.zone_id) as zone_name,
    zone.level_label,
    zone.city_code,
    zone.city_name,
    title.pilot_kind,
    title.pilot_level,
    title.approval_no,
    title.approved_date,
    title.accepted_date,
    case when title.is_accepted then '已验收' else '创建中' end as state_label,
    cast(1 as bigint) as title_count,
    cast(case when year(title.approved_date) = year({{ as_of_date() }}) then 1 else 0 end as bigint) as new_title_count
from {{ ref('fct_green_park') }} as title
left join {{ ref('dim_zone') }} as zone on title.zone_id = zone.zone_id and zone.is_current
where title.is_standing
