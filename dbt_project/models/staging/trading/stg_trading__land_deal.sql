select
    data_key,
    operation,
    deal_land_code,
    land_code,
    region_code,
    land_area_mu,
    land_usage,
    deal_price_yuan,
    grantee_name,
    grantee_code,
    published_at,
    reported_at,
    cast(reported_at as date) as known_from,
    {{ lineage_columns() }}
from {{ source('raw', 'trading__land_deal') }}
where cast(reported_at as date) <= {{ as_of_date() }}
