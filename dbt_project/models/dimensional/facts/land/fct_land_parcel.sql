with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__land_parcel'),
        ['parcel_id'],
        ['land_code', 'contract_no', 'zone_id', 'uscc', 'enterprise_name', 'tenure', 'land_usage', 'land_area_mu',
         'building_area_m2', 'contract_date', 'delivered_date', 'idle_date', 'until_date', 'returned_date',
         'parcel_state']
    ) }}
),

enterprise as (
    select
        uscc,
        enterprise_id
    from {{ ref('dim_enterprise') }}
    where is_current
    qualify row_number() over (partition by uscc order by valid_from desc, enterprise_id asc) = 1
)

select
    versions.parcel_id,
    versions.land_code,
    versions.contract_no,
    versions.zone_id,
    versions.uscc,
    enterprise.enterprise_id,
    versions.enterprise_name,
    versions.tenure,
    versions.land_usage,
    cast(versions.land_area_mu as decimal(24, 4)) as land_area_mu,
    cast(versions.building_area_m2 as decimal(24, 2)) as building_area_m2,
    {{ safe_div('versions.building_area_m2', 'versions.land_area_mu * 2000 / 3') }} as floor_area_ratio,
    versions.contract_date,
    versions.delivered_date,
    versions.idle_date,
    versions.until_date,
    versions.returned_date,
    versions.parcel_state,
    versions.is_current
    and coalesce(versions.delivered_date <= {{ as_of_date() }}, false)
    and coalesce(versions.returned_date > {{ as_of_date() }}, true) as is_held,
    versions.is_current
    and coalesce(versions.idle_date <= {{ as_of_date() }}, false)
    and coalesce(versions.returned_date > {{ as_of_date() }}, true) as is_idle,
    cast(versions.version_number as bigint) as version_number,
    versions.reported_at,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    versions.contract_date as business_date,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join enterprise on versions.uscc = enterprise.uscc
