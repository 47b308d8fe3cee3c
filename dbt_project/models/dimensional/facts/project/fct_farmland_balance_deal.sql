with versions as (
    {{ dated_versions(
        ref('stg_trading__farmland_balance_deal'),
        ['data_key'],
        ["operation = '3'", 'quota_deal_code', 'quota_kind', 'seller_region_code', 'seller_name', 'buyer_region_code',
         'buyer_name', 'quota_area_mu', 'paddy_area_mu', 'grain_capacity_kg', 'deal_price_yuan', 'deal_date']
    ) }}
)

select
    data_key,
    quota_deal_code,
    quota_kind,
    seller_region_code,
    substr(seller_region_code, 1, 4) || '00' as seller_city_code,
    seller_name,
    buyer_region_code,
    substr(buyer_region_code, 1, 4) || '00' as buyer_city_code,
    buyer_name,
    cast(quota_area_mu as decimal(24, 4)) as quota_area_mu,
    cast(paddy_area_mu as decimal(24, 4)) as paddy_area_mu,
    cast(grain_capacity_kg as double) as grain_capacity_kg,
    cast(deal_price_yuan as decimal(24, 2)) as deal_price_yuan,
    {{ safe_div('deal_price_yuan', 'quota_area_mu') }} as price_per_mu_yuan,
    deal_date,
    published_at,
    is_current and coalesce(deal_date <= {{ as_of_date() }}, false) as is_standing,
    {{ version_and_lineage('trading', 'deal_date') }}
from versions
-- A withdrawn deal ends with its last version: none is current.
where operation <> '3'
