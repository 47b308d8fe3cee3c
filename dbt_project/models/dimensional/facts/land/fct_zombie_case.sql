with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__zombie_case'),
        ['case_id'],
        ['subject_type', 'subject_name', 'uscc', 'project_id', 'zone_id', 'idle_land_area_mu', 'disposal_measure',
         'named_date', 'planned_date', 'disposed_date', 'case_state']
    ) }}
),

dated as (
    select
        versions.*,
        -- A case that is marked as disposed of without a day of it was when we learned of it.
        coalesce(versions.disposed_date, case when versions.case_state = '已处置' then versions.known_from end)
            as settled_date
    from versions
)

select
    case_id,
    subject_type,
    subject_type = '僵尸项目' as is_project,
    subject_name,
    uscc,
    project_id,
    zone_id,
    cast(idle_land_area_mu as decimal(24, 4)) as idle_land_area_mu,
    disposal_measure,
    named_date,
    planned_date,
    settled_date as disposed_date,
    case_state,
    is_current
    and named_date <= {{ as_of_date() }}
    and coalesce(settled_date > {{ as_of_date() }}, true) as is_open,
    is_current and coalesce(settled_date <= {{ as_of_date() }}, false) as is_disposed,
    -- In the stock at the start of the as-of year, the base of T19b.
    is_current
    and named_date <= {{ last_year_end() }}
    and coalesce(settled_date > {{ last_year_end() }}, true) as is_in_opening_stock,
    {{ days_between(
        'named_date', 'least(coalesce(settled_date, ' ~ as_of_date() ~ '), ' ~ as_of_date() ~ ')'
    ) }} as open_day_count,
    {{ version_and_lineage('smart_zone', 'named_date') }}
from dated
