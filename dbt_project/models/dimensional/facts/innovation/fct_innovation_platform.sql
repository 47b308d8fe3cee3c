with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__innovation_platform'),
        ['platform_id'],
        ['platform_name', 'platform_type', 'platform_level', 'zone_id', 'uscc', 'approval_no', 'approved_date',
         'revoked_date']
    ) }}
)

select
    platform_id,
    platform_name,
    platform_type,
    platform_level,
    platform_level = '国家级' as is_national,
    zone_id,
    uscc,
    approval_no,
    approved_date,
    revoked_date,
    is_current
    and approved_date <= {{ as_of_date() }}
    and coalesce(revoked_date > {{ as_of_date() }}, true) as is_standing,
    {{ version_and_lineage('smart_zone', 'approved_date') }}
from versions
