select
    {{ hash_key(['region.region_code', 'region.valid_from']) }} as region_key,
    region.region_code,
    region.region_name,
    region.region_level,
    region.parent_code,
    case region.region_level
        when 'city' then region.region_code
        when 'county' then region.parent_code
    end as city_code,
    region.replaced_by_code,
    region.longitude,
    region.latitude,
    city_tile.tile_column,
    city_tile.tile_row,
    region.valid_from,
    region.valid_to,
    region.valid_from <= {{ as_of_date() }} and {{ as_of_date() }} < region.valid_to as is_current
from {{ ref('region') }} as region
left join {{ ref('city_tile') }} as city_tile on region.region_code = city_tile.city_code
