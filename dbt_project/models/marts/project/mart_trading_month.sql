with months as (
    {{ months_of_year() }}
),

award as (
    select
        {{ month_start('business_date') }} as business_month,
        count(*) as award_count,
        sum(award_amount_yuan) as award_yuan
    from {{ ref('fct_tender_award') }}
    where is_standing
    group by {{ month_start('business_date') }}
),

notice as (
    select
        {{ month_start('business_date') }} as business_month,
        count(*) as notice_count,
        count(*) filter (where outcome = 'no_deal') as no_deal_count
    from {{ ref('fct_land_notice') }}
    where is_standing
    group by {{ month_start('business_date') }}
),

land as (
    select
        {{ month_start('business_date') }} as business_month,
        count(distinct data_key) as deal_count,
        sum(land_area_mu) as area_mu,
        sum(deal_price_yuan) as price_yuan
    from {{ ref('fct_land_deal') }}
    where is_standing
    group by {{ month_start('business_date') }}
),

farmland as (
    select
        {{ month_start('deal_date') }} as business_month,
        count(*) as deal_count,
        sum(quota_area_mu) as area_mu,
        sum(deal_price_yuan) as price_yuan
    from {{ ref('fct_farmland_balance_deal') }}
    where is_standing
    group by {{ month_start('deal_date') }}
),

known as (
    select
        (select count(*) from {{ ref('fct_tender_award') }}) > 0 as has_awards,
        (select count(*) from {{ ref('fct_land_notice') }}) > 0 as has_notices,
        (select count(*) from {{ ref('fct_land_deal') }}) > 0 as has_land,
        (select count(*) from {{ ref('fct_farmland_balance_deal') }}) > 0 as has_farmland
)

select
    months.business_month,
    months.month_label,
    cast(case when known.has_awards then coalesce(award.award_count, 0) end as bigint) as award_count,
    {{ yi('case when known.has_awards then coalesce(award.award_yuan, 0) end') }} as award_yi,
    cast(case when known.has_notices then coalesce(notice.notice_count, 0) end as bigint) as land_notice_count,
    cast(case when known.has_notices then coalesce(notice.no_deal_count, 0) end as bigint) as land_no_deal_count,
    cast(case when known.has_land then coalesce(land.deal_count, 0) end as bigint) as land_deal_count,
    {{ rounded('case when known.has_land then coalesce(land.area_mu, 0) end', 2) }} as land_area_mu,
    {{ yi('case when known.has_land then coalesce(land.price_yuan, 0) end') }} as land_price_yi,
    {{ safe_div('land.price_yuan', 'land.area_mu * 10000') }} as land_price_wan_per_mu,
    cast(case when known.has_farmland then coalesce(farmland.deal_count, 0) end as bigint) as farmland_deal_count,
    {{ rounded('case when known.has_farmland then coalesce(farmland.area_mu, 0) end', 2) }} as farmland_area_mu,
    {{ yi('case when known.has_farmland then coalesce(farmland.price_yuan, 0) end') }} as farmland_price_yi
from months
cross join known
left join award on months.business_month = award.business_month
left join notice on months.business_month = notice.business_month
left join land on months.business_month = land.business_month
left join farmland on months.business_month = farmland.business_month
where months.is_begun
