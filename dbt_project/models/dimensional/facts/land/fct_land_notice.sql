with versions as (
    {{ dated_versions(
        ref('stg_trading__land_notice'),
        ['data_key'],
        ["operation = '3'", 'announcement_guid', 'announcement_no', 'project_name', 'region_code',
         'announcing_office', 'parcel_count', 'published_date', 'listing_from_at', 'listing_until_at']
    ) }}
),

deal as (
    select
        announcement_guid,
        min(deal_land_code) as deal_land_code,
        count(distinct data_key) as deal_count,
        sum(land_area_mu) as sold_area_mu,
        min(business_date) as first_deal_date
    from {{ ref('fct_land_deal') }}
    where is_standing
    group by announcement_guid
),

standing as (
    select
        versions.*,
        versions.is_current and coalesce(versions.published_date <= {{ as_of_date() }}, false) as is_standing
    from versions
    -- A withdrawn notice ends with its last version: none is current.
    where versions.operation <> '3'
)

select
    standing.data_key,
    standing.announcement_guid,
    standing.announcement_no,
    standing.project_name,
    standing.region_code,
    standing.announcing_office,
    cast(standing.parcel_count as bigint) as parcel_count,
    standing.published_date,
    standing.listing_from_at,
    standing.listing_until_at,
    {{ days_between('standing.published_date', 'cast(standing.listing_from_at as date)') }} as notice_day_count,
    {{ days_between('cast(standing.listing_from_at as date)', 'cast(standing.listing_until_at as date)') }}
        as listing_day_count,
    case
        when not standing.is_standing then null
        when deal.deal_count >= coalesce(standing.parcel_count, 1) then 'sold'
        when deal.deal_count > 0 then 'partly_sold'
        when cast(standing.listing_until_at as date) < {{ as_of_date() }} then 'no_deal'
        else 'listed'
    end as outcome,
    deal.deal_land_code,
    cast(coalesce(deal.deal_count, 0) as bigint) as deal_count,
    cast(coalesce(deal.sold_area_mu, 0) as decimal(24, 4)) as sold_area_mu,
    deal.first_deal_date,
    standing.is_standing,
    cast(standing.version_number as bigint) as version_number,
    standing.reported_at,
    standing.known_from,
    standing.known_to,
    standing.is_current,
    standing.published_date as business_date,
    'trading' as source_system,
    standing.source_record_id,
    standing.batch_id,
    standing.loaded_at
from standing
left join deal on standing.announcement_guid = deal.announcement_guid
