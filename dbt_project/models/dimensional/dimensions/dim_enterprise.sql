with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__enterprise'),
        ['enterprise_id'],
        ['uscc', 'enterprise_name', 'zone_id', 'industry_code', 'standard_size', 'is_high_tech', 'is_key_polluter',
         'connected_at', 'enterprise_state']
    ) }}
),

periods as (
    select
        platform.enterprise_id,
        platform.uscc,
        platform.enterprise_name,
        platform.zone_id,
        platform.industry_code,
        platform.standard_size,
        platform.is_high_tech,
        platform.is_key_polluter,
        platform.connected_at,
        platform.enterprise_state,
        register.registration_state,
        register.enterprise_type,
        register.registered_capital_yuan,
        register.established_date,
        register.region_code as registered_region_code,
        coalesce(register.is_registered, false) as is_registered,
        greatest(platform.known_from, coalesce(register.known_from, platform.known_from)) as valid_from,
        least(platform.known_to, coalesce(register.known_to, platform.known_to)) as valid_to,
        platform.source_record_id,
        platform.batch_id,
        platform.loaded_at
    from versions as platform
    left join {{ ref('int_registration_version') }} as register
        on
            platform.uscc = register.uscc
            and platform.known_to > register.known_from
            and platform.known_from < register.known_to
    where platform.known_from < platform.known_to
)

select
    {{ hash_key(['periods.enterprise_id', 'periods.valid_from']) }} as enterprise_key,
    periods.enterprise_id,
    periods.uscc,
    substr(periods.uscc, 3, 6) as authority_code,
    periods.enterprise_name,
    periods.zone_id,
    periods.industry_code,
    substr(periods.industry_code, 1, 2) as industry_division_code,
    case periods.standard_size when '1' then 'above_scale' when '0' then 'below_scale' else 'unknown' end as size_class,
    periods.is_high_tech,
    periods.is_key_polluter,
    periods.connected_at,
    case periods.enterprise_state
        when '1' then 'in_operation'
        when '2' then 'deregistered'
        when '3' then 'revoked'
        when '4' then 'merged'
    end as platform_state,
    coalesce(periods.enterprise_state not in ('2', '3', '4'), true) as is_in_operation,
    periods.is_registered,
    periods.registration_state,
    periods.enterprise_type,
    periods.registered_capital_yuan,
    periods.established_date,
    periods.registered_region_code,
    periods.valid_from,
    periods.valid_to,
    periods.valid_to = {{ far_future() }} as is_current,
    'smart_zone' as source_system,
    periods.source_record_id,
    periods.batch_id,
    periods.loaded_at
from periods
