-- The points stand inside their city's tile of mart_city_map, six in a row from the north-west by rank; the zone's real
-- place is in longitude and latitude.
with pointed as (
    select
        zone.zone_id,
        zone.zone_name,
        replace(zone.short_name, '"', '') as plain_name,
        zone.city_code,
        zone.city_name,
        zone.longitude,
        zone.latitude,
        ranked.revenue_ytd_yuan,
        status.status_label,
        status.status_color,
        {{ rounded('113.7 + region.tile_column * 0.96 + 0.12 + ((ranked.city_place - 1) % 6) * 0.132', 4) }}
            as point_longitude,
        {{ rounded('29.9 - region.tile_row * 0.86 - 0.3 - floor((ranked.city_place - 1) / 6.0) * 0.12', 4) }}
            as point_latitude
    from {{ ref('fct_zone_revenue_rank') }} as ranked
    inner join {{ ref('dim_zone') }} as zone on ranked.zone_id = zone.zone_id and zone.is_current
    left join {{ ref('fct_target_attainment') }} as fact
        on
            year(ranked.business_month) = fact.plan_year
            and ranked.zone_id = fact.scope_code
            and fact.target_id = 'T00'
            and fact.scope_type = 'zone'
    inner join {{ ref('dim_status') }} as status on coalesce(fact.status, 'no_data') = status.status
    left join {{ ref('dim_region') }} as region
        on zone.city_code = region.region_code and region.region_level = 'city' and region.is_current
)

select
    zone_id,
    zone_name,
    city_code,
    city_name,
    longitude,
    latitude,
    concat_ws(
        '',
        '{"type":"Feature","properties":{"name":"', plain_name, '","label":"', plain_name, ' ', status_label,
        '","fillColor":"', status_color,
        '","strokeColor":"#1F2D3D"},"geometry":{"type":"Point","coordinates":[',
        cast(coalesce(point_longitude, longitude) as varchar), ',',
        cast(coalesce(point_latitude, latitude) as varchar), ']}}'
    ) as feature,
    {{ yi('revenue_ytd_yuan') }} as revenue_ytd_yi,
    status_label,
    status_color
from pointed
