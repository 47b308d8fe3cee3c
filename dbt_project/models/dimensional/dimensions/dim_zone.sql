with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__zone'),
        ['zone_id'],
        ['zone_name', 'park_kind', 'city_code', 'county_code', 'leading_industry', 'approved_area_mu', 'longitude',
         'latitude', 'connected_at']
    ) }}
),

-- A zone is found in the registry by its name; a renamed zone by the latest of its names that the registry knows.
registered as (
    select
        versions.zone_id,
        max_by(zone_registry.zone_name, versions.known_from) as registry_name
    from versions
    inner join {{ ref('zone_registry') }} as zone_registry
        on {{ plain_name('versions.zone_name') }} = {{ plain_name('zone_registry.zone_name') }}
    group by versions.zone_id
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
    {{ hash_key(['version.zone_id', 'version.known_from']) }} as zone_key,
    version.zone_id,
    version.zone_name,
    coalesce(registry.short_name, version.zone_name) as short_name,
    case version.park_kind
        when '1' then 'national'
        when '2' then 'key_provincial'
        when '0' then 'provincial'
        else 'preparing'
    end as zone_level,
    case version.park_kind
        when '1' then '国家级'
        when '2' then '重点省级'
        when '0' then '省级'
        else '筹建'
    end as level_label,
    registry.zone_type,
    version.city_code,
    coalesce(city.region_name, version.city_name) as city_name,
    coalesce(county.region_code, registry.county_code) as county_code,
    registry.authority_code,
    coalesce(registry.platform_code, case when county.region_code is null then version.county_code end)
        as platform_code,
    registry.zone_name is not null as is_in_registry,
    version.leading_industry,
    version.approved_area_mu,
    coalesce(version.longitude, city.longitude) as longitude,
    coalesce(version.latitude, city.latitude) as latitude,
    version.connected_at,
    version.known_from as valid_from,
    version.known_to as valid_to,
    version.is_current,
    'smart_zone' as source_system,
    version.source_record_id,
    version.batch_id,
    version.loaded_at
from versions as version
left join registered on version.zone_id = registered.zone_id
left join {{ ref('zone_registry') }} as registry on registered.registry_name = registry.zone_name
left join county on version.county_code = county.region_code
left join city on version.city_code = city.region_code
where version.known_from < version.known_to
