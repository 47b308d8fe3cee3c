with milestone as (
    select
        fact.*,
        kind.target_id,
        kind.is_counted
    from {{ ref('fct_reform_milestone') }} as fact
    inner join {{ ref('dim_reform_kind') }} as kind on fact.milestone_code = kind.milestone_code
    where fact.is_current and fact.scope_type = 'zone'
),

scoped as (
    {{ scoped_zones(['milestone']) }}
),

statuses as (
    {{ scope_statuses('scoped', ['T12a', 'T12b', 'T13', 'T15', 'T16']) }}
),

zone as (
    select
        zone_id,
        count(*) filter (
            where milestone_code = 'power_list_evaluated' and is_done and year(done_date) = year({{ as_of_date() }})
        ) as evaluated_count,
        count(*) filter (
            where milestone_code = 'power_list_adjusted' and is_done and year(done_date) = year({{ as_of_date() }})
        ) as adjusted_count,
        count(*) filter (where milestone_code = 'governance_list_issued' and is_done) as governance_count,
        count(*) filter (
            where milestone_code = 'living_facility_built' and is_done and year(done_date) = year({{ as_of_date() }})
        ) as facility_count,
        count(distinct milestone_code) filter (where target_id = 'T15' and is_done) as personnel_count,
        count(distinct milestone_code) filter (where target_id = 'T16' and is_done) as bureau_count,
        count(*) filter (where year(planned_date) = year({{ as_of_date() }})) as planned_count,
        count(*) filter (where year(planned_date) = year({{ as_of_date() }}) and is_done) as planned_done_count,
        count(*) filter (where is_overdue) as overdue_count,
        max(late_day_count) filter (where is_overdue) as longest_overdue_count
    from milestone
    group by zone_id
),

known as (
    select count(*) > 0 as has_milestones
    from {{ ref('fct_reform_milestone') }}
),

measured as (
    select
        {{ scope_columns('scoped') }},
        count(*) as zone_count,
        case when max(known.has_milestones) then count(*) filter (where zone.evaluated_count > 0) end
            as evaluated_zone_count,
        case when max(known.has_milestones) then count(*) filter (where zone.adjusted_count > 0) end
            as adjusted_zone_count,
        case when max(known.has_milestones) then count(*) filter (where zone.governance_count > 0) end
            as governance_zone_count,
        count(*) filter (where scoped.zone_level in ('national', 'key_provincial')) as personnel_bound_count,
        case
            when max(known.has_milestones)
                then coalesce(
                    sum(zone.personnel_count) filter (where scoped.zone_level in ('national', 'key_provincial')), 0
                )
        end as personnel_count,
        count(*) filter (where scoped.zone_level = 'national') as bureau_bound_count,
        case
            when max(known.has_milestones)
                then count(*) filter (where scoped.zone_level = 'national' and zone.bureau_count = 2)
        end as bureau_zone_count,
        {{ sums_if_known('has_milestones', 'zone', [
            'facility_count', 'planned_count', 'planned_done_count', 'overdue_count'
        ]) }},
        max(zone.longest_overdue_count) as longest_overdue_count
    from scoped
    cross join known
    left join zone on scoped.zone_id = zone.zone_id
    group by {{ scope_columns('scoped') }}
)

select
    {{ scope_columns('measured') }},
    cast(measured.zone_count as bigint) as zone_count,
    cast(measured.evaluated_zone_count as bigint) as evaluated_zone_count,
    cast(measured.adjusted_zone_count as bigint) as adjusted_zone_count,
    cast(measured.governance_zone_count as bigint) as governance_zone_count,
    cast(measured.facility_count as bigint) as facility_count,
    cast(measured.personnel_count as bigint) as personnel_done_count,
    cast(measured.personnel_bound_count * 3 as bigint) as personnel_needed_count,
    cast(measured.bureau_zone_count as bigint) as bureau_zone_count,
    cast(measured.bureau_bound_count as bigint) as bureau_needed_count,
    cast(measured.planned_count as bigint) as planned_count,
    cast(measured.planned_done_count as bigint) as planned_done_count,
    {{ safe_div('measured.planned_done_count', 'measured.planned_count') }} as done_ratio,
    cast(measured.overdue_count as bigint) as overdue_count,
    cast(measured.longest_overdue_count as bigint) as longest_overdue_day_count,
    statuses.t12a_label,
    statuses.t12b_label,
    statuses.t13_label,
    statuses.t15_label,
    statuses.t16_label,
    statuses.status,
    statuses.status_label,
    statuses.status_color
from measured
inner join statuses on measured.scope_type = statuses.scope_type and measured.scope_code = statuses.scope_code
