with versions as (
    {{ dated_versions(
        ref('stg_smart_zone__project'),
        ['project_id'],
        ['project_name', 'project_kind', 'zone_id', 'invest_project_code', 'investor_name', 'investor_region_code',
         'uscc', 'industry_code', 'is_leading_industry', 'planned_investment_yuan', 'invested_to_date_yuan',
         'project_stage', 'project_state', 'reserved_date', 'negotiated_date', 'signed_date', 'registered_date',
         'started_date', 'stalled_date', 'produced_date', 'operated_date', 'ended_date']
    ) }}
),

enterprise as (
    select
        uscc,
        enterprise_id
    from {{ ref('dim_enterprise') }}
    where is_current
    qualify row_number() over (partition by uscc order by valid_from desc, enterprise_id asc) = 1
),

zone as (
    select
        dim_zone.zone_id,
        dim_zone.zone_level,
        size.above_yuan
    from {{ ref('dim_zone') }} as dim_zone
    left join {{ ref('large_project_size') }} as size on dim_zone.zone_level = size.zone_level
    where dim_zone.is_current
),

snapshot_row as (
    select
        versions.*,
        phase.project_phase,
        phase.phase_order,
        enterprise.enterprise_id,
        zone.above_yuan,
        case versions.project_kind
            when '产业项目' then 'industrial'
            when '产业集群项目包' then 'cluster_package'
            when 'PPP项目' then 'ppp'
        end as kind_code,
        -- The first day of the phase that the project is in.
        case phase.project_phase
            when 'reserve' then versions.reserved_date
            when 'negotiation' then versions.negotiated_date
            when 'signed' then versions.signed_date
            when 'registered' then versions.registered_date
            when 'started' then versions.started_date
            when 'production' then versions.produced_date
            when 'operation' then versions.operated_date
            when 'ended' then versions.ended_date
        end as phase_since_date,
        -- Where a phase ends that has no next day on record.
        least(coalesce(versions.ended_date, {{ as_of_date() }}), {{ as_of_date() }}) as last_date
    from versions
    left join {{ ref('project_phase') }} as phase on versions.project_stage = phase.phase_label
    left join enterprise on versions.uscc = enterprise.uscc
    left join zone on versions.zone_id = zone.zone_id
    where versions.is_current
),

stall as (
    select
        snapshot_row.project_id,
        min(rule.rule_code) as stall_rule_code,
        min(rule.rule_label) as stall_label,
        min(
            case
                when rule.rule_code = 'building_stopped'
                    then coalesce(snapshot_row.stalled_date, snapshot_row.known_from)
                else snapshot_row.phase_since_date
            end
        ) as stalled_since_date
    from snapshot_row
    inner join {{ ref('stall_rule') }} as rule on snapshot_row.project_phase = rule.project_phase
    where
        case
            when rule.rule_code = 'building_stopped' then snapshot_row.project_state = '停建'
            else
                coalesce(snapshot_row.project_state <> '停建', true)
                and {{ days_between('snapshot_row.phase_since_date', as_of_date()) }} > rule.day_limit
        end
    group by snapshot_row.project_id
)

select
    row_now.project_id,
    row_now.project_name,
    row_now.project_kind,
    row_now.kind_code,
    row_now.zone_id,
    row_now.invest_project_code,
    row_now.investor_name,
    row_now.investor_region_code,
    row_now.uscc,
    row_now.enterprise_id,
    row_now.industry_code,
    substr(row_now.industry_code, 1, 2) as industry_division_code,
    row_now.is_leading_industry,
    cast(row_now.planned_investment_yuan as decimal(24, 2)) as planned_investment_yuan,
    cast(row_now.invested_to_date_yuan as decimal(24, 2)) as invested_to_date_yuan,
    row_now.kind_code = 'industrial' and coalesce(row_now.planned_investment_yuan > row_now.above_yuan, false)
        as is_large,
    row_now.project_phase,
    cast(row_now.phase_order as bigint) as phase_order,
    row_now.project_stage,
    row_now.project_state,
    row_now.reserved_date,
    row_now.negotiated_date,
    row_now.signed_date,
    row_now.registered_date,
    row_now.started_date,
    row_now.stalled_date,
    row_now.produced_date,
    row_now.operated_date,
    row_now.ended_date,
    row_now.project_phase = 'ended' as is_ended,
    stall.project_id is not null as is_stalled,
    stall.stall_rule_code,
    stall.stall_label,
    stall.stalled_since_date,
    {{ days_between('stall.stalled_since_date', as_of_date()) }} as stalled_day_count,
    row_now.phase_since_date,
    {{ phase_days('row_now', 'reserved_date', ['negotiated_date', 'signed_date']) }} as reserve_day_count,
    {{ phase_days('row_now', 'negotiated_date', ['signed_date']) }} as negotiation_day_count,
    {{ phase_days('row_now', 'signed_date', ['registered_date', 'started_date']) }} as signed_day_count,
    {{ phase_days('row_now', 'registered_date', ['started_date']) }} as registered_day_count,
    {{ phase_days('row_now', 'started_date', ['produced_date']) }} as building_day_count,
    {{ phase_days('row_now', 'produced_date', ['operated_date']) }} as production_day_count,
    cast(row_now.version_number as bigint) as version_number,
    row_now.reported_at,
    row_now.known_from,
    row_now.reserved_date as business_date,
    'smart_zone' as source_system,
    row_now.source_record_id,
    row_now.batch_id,
    row_now.loaded_at
from snapshot_row as row_now
left join stall on row_now.project_id = stall.project_id
