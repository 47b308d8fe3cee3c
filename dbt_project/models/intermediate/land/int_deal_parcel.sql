-- What the exchange last said about each deal, also about one that it withdrew later.
with deal as (
    select
        message.deal_land_code,
        message.land_code
    from {{ ref('stg_trading__land_deal') }} as message
    where message.operation <> '3'
    qualify row_number() over (
        partition by message.deal_land_code
        order by message.reported_at desc nulls last, message.data_key desc, {{ arrival('message', 'desc') }}
    ) = 1
),

only_deal_of_land as (
    select
        land_code,
        min(deal_land_code) as deal_land_code
    from deal
    group by land_code
    having count(*) = 1
),

-- Who got it: after a merger another one holds it.
receiver as (
    select
        parcel_id,
        uscc
    from {{ ref('fct_land_parcel') }}
    where version_number = 1
)

select
    parcel.parcel_id,
    coalesce(by_contract.deal_land_code, by_land.deal_land_code) as deal_land_code,
    by_contract.deal_land_code is null as is_code_wrong,
    receiver.uscc as receiver_uscc,
    parcel.zone_id,
    parcel.land_area_mu
from {{ ref('fct_land_parcel') }} as parcel
inner join receiver on parcel.parcel_id = receiver.parcel_id
left join deal as by_contract on parcel.contract_no = by_contract.deal_land_code
left join only_deal_of_land as by_land on parcel.land_code = by_land.land_code
where
    parcel.is_current
    and parcel.tenure = '出让'
    and (by_contract.deal_land_code is not null or by_land.deal_land_code is not null)
