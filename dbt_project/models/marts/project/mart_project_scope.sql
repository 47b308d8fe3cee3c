with project_zone as (
    select
        zone_id,
        true as is_current
    from {{ ref('fct_project') }}
),

fund_zone as (
    select
        zone_id,
        true as is_current
    from {{ ref('fct_fund_flow') }}
),

scoped as (
    {{ scoped_zones(['project_zone', ref('fct_project_problem'), 'fund_zone']) }}
),

statuses as (
    {{ scope_statuses('scoped', ['T01a', 'T01b', 'T02a', 'T02b', 'T03a', 'T03b', 'T03c', 'T03d']) }}
),

project as (
    select
        zone_id,
        count(*) filter (where not is_ended) as standing_count,
        count(*) filter (
            where is_large and year(signed_date) = year({{ as_of_date() }}) and not is_ended
        ) as large_count,
        sum(planned_investment_yuan) filter (
            where is_large and year(signed_date) = year({{ as_of_date() }}) and not is_ended
        ) as large_yuan,
        count(*) filter (
            where kind_code = 'cluster_package' and year(reserved_date) = year({{ as_of_date() }}) and not is_ended
        ) as package_count,
        count(*) filter (
            where kind_code = 'ppp' and year(reserved_date) = year({{ as_of_date() }}) and not is_ended
        ) as ppp_count,
        count(*) filter (
            where kind_code = 'industrial' and year(reserved_date) = year({{ as_of_date() }})
        ) as reserved_count,
        count(*) filter (where kind_code = 'industrial' and year(signed_date) = year({{ as_of_date() }}))
            as signed_count,
        sum(planned_investment_yuan) filter (
            where kind_code = 'industrial' and year(signed_date) = year({{ as_of_date() }})
        ) as signed_yuan,
        count(*) filter (
            where kind_code = 'industrial' and year(signed_date) = year({{ as_of_date() }}) and is_leading_industry
        ) as leading_count,
        count(*) filter (
            where kind_code = 'industrial'
            and year(signed_date) = year({{ as_of_date() }})
            and year(started_date) = year({{ as_of_date() }})
        ) as started_count,
        count(*) filter (where is_stalled) as stalled_count,
        sum(invested_to_date_yuan) filter (where not is_ended) as invested_yuan
    from {{ ref('fct_project') }}
    group by zone_id
),

problem as (
    select
        zone_id,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_open and is_overdue) as overdue_count,
        count(*) filter (where is_closed and year(closed_date) = year({{ as_of_date() }})) as closed_count
    from {{ ref('fct_project_problem') }}
    where is_current
    group by zone_id
),

flow as (
    select
        zone_id,
        sum(amount_yuan) filter (
            where source_kind = 'investment' and flow_type = 'paid' and year(flow_date) = year({{ as_of_date() }})
        ) as fund_paid_yuan,
        sum(case when flow_type = 'returned' then -amount_yuan else amount_yuan end) filter (
            where source_kind = 'allocation' and flow_type <> 'paid' and budget_year = year({{ as_of_date() }})
        ) as allocated_yuan,
        sum(amount_yuan) filter (
            where source_kind = 'allocation' and flow_type = 'paid' and budget_year = year({{ as_of_date() }})
        ) as allocation_paid_yuan
    from {{ ref('fct_fund_flow') }}
    group by zone_id
),

known as (
    select
        (select count(*) from {{ ref('fct_project') }}) > 0 as has_projects,
        (select count(*) from {{ ref('fct_project_problem') }}) > 0 as has_problems,
        (select count(*) filter (where source_kind = 'investment') from {{ ref('fct_fund_flow') }}) > 0
            as has_investments,
        (select count(*) filter (where source_kind = 'allocation') from {{ ref('fct_fund_flow') }}) > 0
            as has_allocations
),

measured as (
    select
        {{ scope_columns('scoped') }},
        count(*) as zone_count,
        {{ sums_if_known('has_projects', 'project', [
            'standing_count', 'large_count', 'large_yuan', 'package_count', 'ppp_count', 'reserved_count',
            'signed_count', 'signed_yuan', 'leading_count', 'started_count', 'stalled_count', 'invested_yuan'
        ]) }},
        {{ sums_if_known('has_problems', 'problem', ['open_count', 'overdue_count', 'closed_count']) }},
        {{ sums_if_known('has_investments', 'flow', ['fund_paid_yuan']) }},
        {{ sums_if_known('has_allocations', 'flow', ['allocated_yuan', 'allocation_paid_yuan']) }}
    from scoped
    cross join known
    left join project on scoped.zone_id = project.zone_id
    left join problem on scoped.zone_id = problem.zone_id
    left join flow on scoped.zone_id = flow.zone_id
    group by {{ scope_columns('scoped') }}
)

select
    {{ scope_columns('measured') }},
    cast(measured.zone_count as bigint) as zone_count,
    cast(measured.standing_count as bigint) as project_count,
    {{ yi('measured.invested_yuan') }} as invested_yi,
    cast(measured.large_count as bigint) as large_project_count,
    {{ yi('measured.large_yuan') }} as large_investment_yi,
    cast(measured.package_count as bigint) as package_count,
    cast(measured.ppp_count as bigint) as ppp_count,
    cast(measured.reserved_count as bigint) as reserved_count,
    cast(measured.signed_count as bigint) as signed_count,
    {{ yi('measured.signed_yuan') }} as signed_investment_yi,
    {{ safe_div('measured.signed_count', 'measured.reserved_count') }} as signed_ratio,
    {{ safe_div('measured.leading_count', 'measured.signed_count') }} as leading_ratio,
    {{ safe_div('measured.started_count', 'measured.signed_count') }} as started_ratio,
    cast(measured.stalled_count as bigint) as stalled_count,
    cast(measured.open_count as bigint) as open_problem_count,
    cast(measured.overdue_count as bigint) as overdue_problem_count,
    cast(measured.closed_count as bigint) as closed_problem_count,
    {{ yi('measured.fund_paid_yuan') }} as fund_paid_yi,
    {{ yi('measured.allocated_yuan') }} as allocated_yi,
    {{ yi('measured.allocation_paid_yuan') }} as allocation_paid_yi,
    statuses.t01a_label,
    statuses.t01b_label,
    statuses.t02a_label,
    statuses.t02b_label,
    statuses.t03a_label,
    statuses.t03b_label,
    statuses.t03c_label,
    statuses.t03d_label,
    statuses.status,
    statuses.status_label,
    statuses.status_color
from measured
inner join statuses on measured.scope_type = statuses.scope_type and measured.scope_code = statuses.scope_code
