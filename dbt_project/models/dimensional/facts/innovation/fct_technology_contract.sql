with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__technology_contract'),
        ['contract_no'],
        ['contract_name', 'contract_type', 'zone_id', 'seller_uscc', 'seller_name', 'buyer_name', 'buyer_region_code',
         'contract_amount_yuan', 'technology_amount_yuan', 'is_online_market', 'signed_date', 'registered_date',
         'cancelled_date', 'contract_state']
    ) }}
)

select
    contract_no,
    contract_name,
    contract_type,
    zone_id,
    seller_uscc,
    seller_name,
    buyer_name,
    buyer_region_code,
    substr(buyer_region_code, 1, 2) = '36' as is_buyer_in_province,
    cast(contract_amount_yuan as decimal(24, 2)) as contract_amount_yuan,
    cast(technology_amount_yuan as decimal(24, 2)) as technology_amount_yuan,
    is_online_market,
    signed_date,
    registered_date,
    cancelled_date,
    contract_state,
    is_current
    and signed_date <= {{ as_of_date() }}
    and case
        when cancelled_date is not null then cancelled_date > {{ as_of_date() }}
        else contract_state <> '已撤销'
    end as is_standing,
    {{ version_and_lineage('smart_zone', 'signed_date') }}
from versions
