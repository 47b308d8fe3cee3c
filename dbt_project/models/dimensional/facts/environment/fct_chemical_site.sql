with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__chemical_site'),
        ['site_id'],
        ['site_name', 'site_kind', 'zone_id', 'region_code', 'uscc', 'is_in_protected_area', 'protected_area_kind',
         'protected_area_name', 'surveyed_date', 'planned_closure_date', 'closed_date', 'closure_measure']
    ) }}
),

judged as (
    select
        versions.*,
        versions.is_current
        and versions.is_in_protected_area
        and versions.surveyed_date <= {{ as_of_date() }} as is_to_close,
        coalesce(versions.closed_date <= {{ as_of_date() }}, false) as is_gone
    from versions
)

select
    site_id,
    site_name,
    site_kind,
    zone_id,
    region_code,
    uscc,
    is_in_protected_area,
    protected_area_kind,
    protected_area_name,
    surveyed_date,
    planned_closure_date,
    closed_date,
    closure_measure,
    is_to_close,
    is_to_close and is_gone as is_closed,
    is_to_close and not is_gone as is_open,
    is_to_close and not is_gone and coalesce(planned_closure_date < {{ as_of_date() }}, false) as is_overdue,
    {{ version_and_lineage('smart_zone', 'surveyed_date') }}
from judged
