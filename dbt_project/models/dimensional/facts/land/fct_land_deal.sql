with versions as (
    {{ dated_versions(
        ref('stg_trading__land_deal'),
        ['data_key'],
        ["operation = '3'", 'deal_land_code', 'land_code', 'region_code', 'land_area_mu', 'land_usage',
         'deal_price_yuan', 'grantee_name', 'grantee_code', 'published_at', 'announcement_guid']
    ) }}
),

-- Joint grantees share one field each for their names and their codes, typed by hand. A withdrawn deal ends with its
-- last version: none is current.
typed as (
    select
        versions.*,
        cast(versions.published_at as date) as published_date,
        replace(replace(versions.grantee_name, '，', ','), ';', ',') as names,
        upper(replace(replace(replace(coalesce(versions.grantee_code, ''), '，', ','), ';', ','), ' ', '')) as codes
    from versions
    where versions.operation <> '3'
),

counted as (
    select
        typed.*,
        length(typed.codes) - length(replace(typed.codes, ',', '')) + 1 as code_count,
        length(typed.names) - length(replace(typed.names, ',', '')) + 1 as name_count
    from typed
),

placed as (
    select
        counted.*,
        {{ each_number(1, 'code_count') }} as place
    from counted
),

grantee as (
    select
        placed.*,
        split_part(placed.codes, ',', placed.place) as own_code,
        case
            when placed.name_count = placed.code_count then split_part(placed.names, ',', placed.place)
            else placed.grantee_name
        end as own_name,
        row_number() over (
            partition by placed.data_key, placed.version_number order by placed.place nulls last
        ) as grantee_number,
        count(*) over (partition by placed.data_key, placed.version_number) as grantee_count
    from placed
    where placed.place = 1 or split_part(placed.codes, ',', placed.place) <> ''
),

enterprise as (
    {{ enterprise_on_day('grantee', 'own_code', 'published_date') }}
),

own_parcel as (
    select
        deal_land_code,
        receiver_uscc,
        sum(land_area_mu) as area_mu,
        case when count(distinct zone_id) = 1 then min(zone_id) end as zone_id
    from {{ ref('int_deal_parcel') }}
    group by deal_land_code, receiver_uscc
),

any_parcel as (
    select
        deal_land_code,
        case when count(distinct zone_id) = 1 then min(zone_id) end as zone_id
    from {{ ref('int_deal_parcel') }}
    group by deal_land_code
),

weighed as (
    select
        grantee.*,
        coalesce(own_parcel.zone_id, any_parcel.zone_id) as parcel_zone_id,
        -- By the areas of their parcels where each grantee has one, else evenly.
        case
            when
                count(own_parcel.area_mu) over (partition by grantee.data_key, grantee.version_number)
                = grantee.grantee_count
                then own_parcel.area_mu
        end as own_area_mu
    from grantee
    left join own_parcel
        on grantee.deal_land_code = own_parcel.deal_land_code and grantee.own_code = own_parcel.receiver_uscc
    left join any_parcel on grantee.deal_land_code = any_parcel.deal_land_code
),

shared as (
    select
        weighed.*,
        cast(coalesce(weighed.own_area_mu, 1) as double) / cast(
            sum(coalesce(weighed.own_area_mu, 1)) over (partition by weighed.data_key, weighed.version_number) as double
        ) as share
    from weighed
),

divided as (
    select
        shared.*,
        cast({{ rounded('cast(shared.land_area_mu as double) * shared.share', 4) }} as decimal(24, 4)) as part_mu,
        cast({{ rounded('cast(shared.deal_price_yuan as double) * shared.share', 2) }} as decimal(24, 2)) as part_yuan
    from shared
)

select
    divided.data_key,
    divided.deal_land_code,
    divided.land_code,
    divided.announcement_guid,
    divided.region_code,
    divided.land_usage,
    {{ part_of_whole('land_area_mu', 'part_mu', 4) }} as land_area_mu,
    {{ part_of_whole('deal_price_yuan', 'part_yuan', 2) }} as deal_price_yuan,
    {{ safe_div('divided.deal_price_yuan', 'divided.land_area_mu') }} as price_per_mu_yuan,
    divided.own_name as grantee_name,
    divided.own_code as grantee_code,
    cast(divided.grantee_number as bigint) as grantee_number,
    cast(divided.grantee_count as bigint) as grantee_count,
    {{ rounded('divided.share', 6) }} as share_ratio,
    case
        when divided.grantee_count = 1 then 'whole'
        when divided.own_area_mu is not null then 'area'
        else 'even'
    end as share_rule,
    enterprise.enterprise_id,
    coalesce(divided.parcel_zone_id, enterprise.zone_id) as zone_id,
    case
        when divided.parcel_zone_id is not null then 'parcel'
        when enterprise.zone_id is not null then 'grantee'
    end as zone_rule,
    divided.published_at,
    divided.is_current and coalesce(cast(divided.published_at as date) <= {{ as_of_date() }}, false) as is_standing,
    cast(divided.version_number as bigint) as version_number,
    divided.reported_at,
    divided.known_from,
    divided.known_to,
    divided.is_current,
    cast(divided.published_at as date) as business_date,
    'trading' as source_system,
    divided.source_record_id,
    divided.batch_id,
    divided.loaded_at
from divided
left join enterprise on divided.own_code = enterprise.uscc and divided.published_date = enterprise.event_date
