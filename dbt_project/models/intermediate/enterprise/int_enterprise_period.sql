with platform as (
    {{ dated_versions(
        ref('stg_smart_zone__enterprise'),
        ['enterprise_id'],
        ['uscc', 'enterprise_name', 'zone_id', 'address']
    ) }}
),

registration as (
    {{ dated_versions(ref('stg_credit__registration'), ['uscc'], ['address']) }}
),

register as (
    select
        uscc,
        address,
        known_from,
        known_to
    from registration
    where known_from < known_to
),

-- The time before the register first named an address is a period of its own, so that the periods have no gap.
address as (
    select
        uscc,
        cast(null as varchar) as address,
        date '1900-01-01' as known_from,
        min(known_from) as known_to
    from register
    group by uscc
    union all
    select
        uscc,
        address,
        known_from,
        known_to
    from register
)

select
    {{ hash_key([
        'platform.enterprise_id',
        'greatest(platform.known_from, coalesce(address.known_from, platform.known_from))'
    ]) }} as period_key,
    platform.enterprise_id,
    platform.uscc,
    platform.enterprise_name,
    platform.zone_id as platform_zone_id,
    platform.address,
    address.address as registered_address,
    greatest(platform.known_from, coalesce(address.known_from, platform.known_from)) as valid_from,
    least(platform.known_to, coalesce(address.known_to, platform.known_to)) as valid_to,
    platform.source_record_id,
    platform.batch_id,
    platform.loaded_at
from platform
left join address
    on
        platform.uscc = address.uscc
        and platform.known_to > address.known_from
        and platform.known_from < address.known_to
where platform.known_from < platform.known_to
