-- The points stand inside their city's tile of mart_city_map, six in a row from the north-west by rank; the zone's real
-- place is in longitude and latitude.
with placed as (
    select
        ranking.*,
        row_number() over (partition by ranking.city_code order by ranking.rank_number nulls last, ranking.zone_id) - 1
            as place
    from {{ ref('mart_zone_ranking') }} as ranking
),

pointed as (
    select
        placed.*,
        round(113.7 + region.tile_column * 0.96 + 0.12 + (placed.place % 6) * 0.132, 4) as point_longitude,
        round(29.9 - region.tile_row * 0.86 - 0.3 - floor(placed.place / 6) * 0.12, 4) as point_latitude
    from placed
    left join {{ ref('dim_region') }} as region
        on placed.city_code = region.region_code and region.region_level = 'city' and region.is_current
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
        '{"type":"Feature","properties":{"name":"', replace(short_name, '"', ''), '","label":"',
        replace(short_name, '"', ''), ' ', status_label, '","fillColor":"', status_color,
        '","strokeColor":"#1F2D3D"},"geometry":{"type":"Point","coordinates":[',
        cast(coalesce(point_longitude, longitude) as varchar), ',',
        cast(coalesce(point_latitude, latitude) as varchar), ']}}'
    ) as feature,
    revenue_ytd_yi,
    status_label,
    status_color
from pointed
