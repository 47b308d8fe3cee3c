with versions as (
    {{ dated_versions(
        ref('stg_trading__land_deal'),
        ['data_key'],
        ["operation = '3'", 'deal_land_code', 'land_code', 'region_code', 'land_area_mu', 'land_usage',
         'deal_price_yuan', 'grantee_name', 'grantee_code', 'published_at']
    ) }}
),

-- Several grantees share one field; the first of them stands for the deal.
parted as (
    select
        versions.*,
        replace(replace(versions.grantee_code, '，', ','), ';', ',') as grantee_codes
    from versions
),

enterprise as (
    select
        uscc,
        enterprise_id,
        zone_id
    from {{ ref('dim_enterprise') }}
    where is_current
    qualify row_number() over (partition by uscc order by valid_from desc, enterprise_id asc) = 1
)

select
    parted.data_key,
    parted.deal_land_code,
    parted.land_code,
    parted.region_code,
    parted.land_usage,
    cast(parted.land_area_mu as decimal(24, 4)) as land_area_mu,
    cast(parted.deal_price_yuan as decimal(24, 2)) as deal_price_yuan,
    {{ safe_div('parted.deal_price_yuan', 'parted.land_area_mu') }} as price_per_mu_yuan,
    parted.grantee_name,
    parted.grantee_code,
    cast(length(parted.grantee_codes) - length(replace(parted.grantee_codes, ',', '')) + 1 as bigint) as grantee_count,
    enterprise.enterprise_id,
    enterprise.zone_id,
    parted.published_at,
    parted.is_current and coalesce(cast(parted.published_at as date) <= {{ as_of_date() }}, false) as is_standing,
    cast(parted.version_number as bigint) as version_number,
    parted.reported_at,
    parted.known_from,
    parted.known_to,
    parted.is_current,
    cast(parted.published_at as date) as business_date,
    'trading' as source_system,
    parted.source_record_id,
    parted.batch_id,
    parted.loaded_at
from parted
left join enterprise on upper(replace(split_part(parted.grantee_codes, ',', 1), ' ', '')) = enterprise.uscc
-- A withdrawn deal ends with its last version: none is current.
where parted.operation <> '3'
