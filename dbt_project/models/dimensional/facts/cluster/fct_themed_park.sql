with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__themed_park'),
        ['themed_park_id'],
        ['themed_park_name', 'zone_id', 'theme', 'planned_area_mu', 'investment_yuan', 'approved_date', 'started_date',
         'operating_date']
    ) }}
)

select
    themed_park_id,
    themed_park_name,
    zone_id,
    theme,
    cast(planned_area_mu as decimal(24, 6)) as planned_area_mu,
    cast(investment_yuan as decimal(24, 2)) as investment_yuan,
    approved_date,
    started_date,
    operating_date,
    case
        when operating_date <= {{ as_of_date() }} then 'operating'
        when started_date <= {{ as_of_date() }} then 'building'
        when approved_date <= {{ as_of_date() }} then 'approved'
        else 'planned'
    end as park_stage,
    is_current and coalesce(started_date <= {{ as_of_date() }}, false) as is_built,
    {{ version_and_lineage('smart_zone', 'approved_date') }}
from versions
