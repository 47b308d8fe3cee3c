with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__green_park'),
        ['title_id'],
        ['zone_id', 'pilot_kind', 'pilot_level', 'approval_no', 'approved_date', 'accepted_date', 'revoked_date']
    ) }}
)

select
    title_id,
    zone_id,
    pilot_kind,
    pilot_level,
    approval_no,
    approved_date,
    accepted_date,
    revoked_date,
    is_current
    and approved_date <= {{ as_of_date() }}
    and coalesce(revoked_date > {{ as_of_date() }}, true) as is_standing,
    is_current
    and coalesce(accepted_date <= {{ as_of_date() }}, false)
    and coalesce(revoked_date > {{ as_of_date() }}, true) as is_accepted,
    {{ version_and_lineage('smart_zone', 'approved_date') }}
from versions
