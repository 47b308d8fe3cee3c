select
    zone_id,
    zone_name,
    park_kind,
    city_code,
    city_name,
    county_code,
    county_name,
    leading_industry,
    approved_area_mu,
    longitude,
    latitude,
    connected_at,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'smart_zone__zone')) }} as received
