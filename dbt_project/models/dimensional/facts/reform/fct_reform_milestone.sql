with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__reform_milestone'),
        ['milestone_id'],
        ['scope_type', 'scope_code', 'work_item', 'milestone_code', 'milestone_name', 'subject_name', 'area_mu',
         'planned_date', 'done_date', 'document_no']
    ) }}
),

-- A county keeps its milestones when its code changes.
successor as (
    select
        region_code,
        replaced_by_code
    from {{ ref('dim_region') }}
    where
        region_level = 'county'
        and replaced_by_code is not null
        and region_code <> replaced_by_code
        and valid_to <= {{ as_of_date() }}
),

judged as (
    select
        versions.*,
        case when versions.scope_type = 'county' then coalesce(successor.replaced_by_code, versions.scope_code) end
            as county_code,
        versions.is_current and coalesce(versions.done_date <= {{ as_of_date() }}, false) as is_done
    from versions
    left join successor on versions.scope_code = successor.region_code and versions.scope_type = 'county'
)

select
    milestone_id,
    scope_type,
    scope_code,
    case when scope_type = 'zone' then scope_code end as zone_id,
    county_code,
    cast(work_item as bigint) as work_item,
    milestone_code,
    milestone_name,
    subject_name,
    cast(area_mu as decimal(24, 6)) as area_mu,
    planned_date,
    done_date,
    document_no,
    is_done,
    is_current and not is_done and planned_date < {{ as_of_date() }} as is_overdue,
    greatest(
        {{ days_between('planned_date', 'case when is_done then done_date else ' ~ as_of_date() ~ ' end') }},
        cast(0 as bigint)
    ) as late_day_count,
    {{ version_and_lineage('smart_zone', 'coalesce(done_date, planned_date)') }}
from judged
