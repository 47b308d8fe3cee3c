with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__cluster_plan'),
        ['plan_id'],
        ['plan_name', 'zone_id', 'plan_kind', 'cluster_industry', 'first_year', 'last_year', 'planned_revenue_yuan',
         'drafted_date', 'issued_date', 'document_no']
    ) }}
)

select
    versions.plan_id,
    versions.plan_name,
    versions.zone_id,
    versions.plan_kind,
    versions.plan_kind = '创新型产业集群规划' as is_innovative,
    versions.cluster_industry,
    cast(versions.first_year as bigint) as first_year,
    cast(versions.last_year as bigint) as last_year,
    cast(versions.planned_revenue_yuan as decimal(24, 2)) as planned_revenue_yuan,
    cast(size.least_revenue_yuan as decimal(24, 2)) as least_revenue_yuan,
    versions.drafted_date,
    versions.issued_date,
    versions.document_no,
    versions.is_current
    and coalesce(versions.issued_date <= {{ as_of_date() }}, false)
    and versions.last_year >= year({{ as_of_date() }}) as is_in_force,
    versions.plan_kind = '创新型产业集群规划'
    and coalesce(versions.planned_revenue_yuan >= size.least_revenue_yuan, false) as is_large_enough,
    cast(versions.version_number as bigint) as version_number,
    versions.reported_at,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    coalesce(versions.issued_date, versions.drafted_date) as business_date,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join {{ ref('dim_zone') }} as zone on versions.zone_id = zone.zone_id and zone.is_current
left join {{ ref('cluster_plan_size') }} as size on zone.zone_level = size.zone_level
