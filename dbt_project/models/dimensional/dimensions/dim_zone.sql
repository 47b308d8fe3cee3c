with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__zone'),
        ['zone_id'],
        ['zone_name', 'park_kind', 'city_code', 'county_code', 'leading_industry', 'approved_area_mu', 'longitude',
         'latitude', 'connected_at']
    ) }}
),

named as (
    select
        versions.*,
        {{ plain_name('zone_name') }} as plain_zone_name
    from versions
    where known_from < known_to
),

registry as (
    select
        zone_registry.*,
        {{ plain_name('zone_name') }} as plain_zone_name
    from {{ ref('zone_registry') }} as zone_registry
),

county as (
    select distinct region_code
    from {{ ref('region') }}
    where region_level = 'county'
),

city as (
    select
        region_code,
        region_name,
        longitude,
        latitude
    from {{ ref('region') }}
    where region_level = 'city'
)

select
    {{ hash_key(['named.zone_id', 'named.known_from']) }} as zone_key,
    named.zone_id,
    named.zone_name,
    coalesce(registry.short_name, named.zone_name) as short_name,
    case named.park_kind
        when '1' then 'national'
        when '2' then 'key_provincial'
        when '0' then 'provincial'
        else 'preparing'
    end as zone_level,
    case named.park_kind
        when '1' then '国家级'
        when '2' then '重点省级'
        when '0' then '省级'
        else '筹建'
    end as level_label,
    registry.zone_type,
    named.city_code,
    coalesce(city.region_name, named.city_name) as city_name,
    coalesce(registry.county_code, county.region_code) as county_code,
    registry.authority_code,
    coalesce(registry.platform_code, case when county.region_code is null then named.county_code end) as platform_code,
    registry.zone_name is not null as is_in_registry,
    named.leading_industry,
    named.approved_area_mu,
    coalesce(named.longitude, city.longitude) as longitude,
    coalesce(named.latitude, city.latitude) as latitude,
    named.connected_at,
    named.known_from as valid_from,
    named.known_to as valid_to,
    named.is_current,
    'smart_zone' as source_system,
    named.source_record_id,
    named.batch_id,
    named.loaded_at
from named
left join registry on named.plain_zone_name = registry.plain_zone_name
left join county on named.county_code = county.region_code
left join city on named.city_code = city.region_code
