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
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'smart_zone__zone') }}
where cast(reported_at as date) <= {{ as_of_date() }}
