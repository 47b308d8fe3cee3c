with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__investor_lead'),
        ['lead_id'],
        ['investor_name', 'investor_region_code', 'zone_id', 'industry_code', 'intended_investment_yuan',
         'source_channel', 'lead_state', 'first_contact_date', 'visited_date', 'converted_date', 'dropped_date',
         'project_id']
    ) }}
),

dated as (
    select
        versions.*,
        -- A lead that is marked as ended without a day of it ended when we learned of it.
        coalesce(versions.converted_date, case when versions.lead_state = '转入储备' then versions.known_from end)
            as entered_date,
        coalesce(versions.dropped_date, case when versions.lead_state = '已放弃' then versions.known_from end)
            as given_up_date
    from versions
),

ended as (
    select
        dated.*,
        coalesce(least(dated.entered_date, dated.given_up_date), {{ far_future() }}) as end_date,
        project.project_id is not null as is_project_known,
        project.reserved_date as project_reserved_date
    from dated
    left join {{ ref('fct_project') }} as project on dated.project_id = project.project_id
)

select
    lead_id,
    investor_name,
    investor_region_code,
    zone_id,
    industry_code,
    substr(industry_code, 1, 2) as industry_division_code,
    cast(intended_investment_yuan as decimal(24, 2)) as intended_investment_yuan,
    source_channel,
    lead_state,
    first_contact_date,
    visited_date,
    entered_date as converted_date,
    given_up_date as dropped_date,
    project_id,
    is_project_known,
    project_reserved_date,
    is_current
    and first_contact_date <= {{ as_of_date() }}
    and end_date > {{ as_of_date() }} as is_open,
    is_current and coalesce(entered_date <= {{ as_of_date() }}, false) as is_converted,
    {{ days_between(
        'first_contact_date', 'greatest(first_contact_date, least(end_date, ' ~ as_of_date() ~ '))'
    ) }} as open_day_count,
    {{ version_and_lineage('smart_zone', 'first_contact_date') }}
from ended
