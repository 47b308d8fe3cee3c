with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__industry_map'),
        ['map_id'],
        ['industry', 'map_kind', 'planned_date', 'issued_date', 'document_no']
    ) }}
)

select
    versions.map_id,
    versions.industry,
    versions.map_kind,
    expected.industry is not null as is_expected,
    versions.planned_date,
    versions.issued_date,
    versions.document_no,
    versions.is_current and coalesce(versions.issued_date <= {{ as_of_date() }}, false) as is_issued,
    versions.is_current
    and versions.planned_date < {{ as_of_date() }}
    and coalesce(versions.issued_date > {{ as_of_date() }}, true) as is_overdue,
    cast(versions.version_number as bigint) as version_number,
    versions.reported_at,
    versions.known_from,
    versions.known_to,
    versions.is_current,
    coalesce(versions.issued_date, versions.planned_date) as business_date,
    'smart_zone' as source_system,
    versions.source_record_id,
    versions.batch_id,
    versions.loaded_at
from versions
left join {{ ref('four_map') }} as expected
    on versions.industry = expected.industry and versions.map_kind = expected.map_kind
