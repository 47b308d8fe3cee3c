select
    data_key,
    operation,
    deal_land_code,
    announcement_guid,
    land_code,
    region_code,
    land_area_mu,
    land_usage,
    deal_price_yuan,
    grantee_name,
    grantee_code,
    published_at,
    reported_at,
    known_from,
    {{ lineage_columns() }}
from {{ reported(source('raw', 'trading__land_deal')) }} as received
