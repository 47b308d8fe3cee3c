with versions as (
    {{ dated_versions(
        ref('stg_credit__registration_extract'),
        ['uscc'],
        ['enterprise_name', 'enterprise_type', 'established_date', 'registered_capital_yuan', 'city_name', 'address']
    ) }}
),

enterprise as (
    {{ enterprise_of_code() }}
)

select
    versions.uscc,
    versions.enterprise_name,
    versions.enterprise_type,
    versions.established_date,
    cast(versions.registered_capital_yuan as decimal(24, 2)) as registered_capital_yuan,
    versions.city_name,
    versions.address,
    place.zone_id,
    enterprise.enterprise_id,
    enterprise.enterprise_id is not null as is_on_platform,
    cast(versions.version_number as bigint) as version_number,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    versions.known_from as business_date,
    'credit' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join {{ ref('int_zone_address') }} as place on versions.address = place.address and place.zone_count = 1
left join enterprise on versions.uscc = enterprise.uscc
