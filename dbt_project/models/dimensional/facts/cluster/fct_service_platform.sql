with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__service_platform'),
        ['platform_id'],
        ['platform_name', 'zone_id', 'uscc', 'has_rd', 'has_testing', 'has_transfer', 'has_incubation', 'has_training',
         'has_information', 'has_financing', 'investment_yuan', 'opened_date', 'closed_date']
    ) }}
),

counted as (
    select
        versions.*,
        cast(
            case when versions.has_rd then 1 else 0 end
            + case when versions.has_testing then 1 else 0 end
            + case when versions.has_transfer then 1 else 0 end
            + case when versions.has_incubation then 1 else 0 end
            + case when versions.has_training then 1 else 0 end
            + case when versions.has_information then 1 else 0 end
            + case when versions.has_financing then 1 else 0 end as bigint
        ) as function_count
    from versions
)

select
    platform_id,
    platform_name,
    zone_id,
    uscc,
    has_rd,
    has_testing,
    has_transfer,
    has_incubation,
    has_training,
    has_information,
    has_financing,
    function_count,
    function_count = 7 as is_comprehensive,
    cast(investment_yuan as decimal(24, 2)) as investment_yuan,
    opened_date,
    closed_date,
    is_current
    and opened_date <= {{ as_of_date() }}
    and coalesce(closed_date >= {{ as_of_date() }}, true) as is_running,
    {{ version_and_lineage('smart_zone', 'opened_date') }}
from counted
