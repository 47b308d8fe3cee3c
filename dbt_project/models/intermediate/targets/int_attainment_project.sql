with this_year as (
    select
        make_date(cast(year({{ as_of_date() }}) as int), 1, 1) as first_date,
        {{ as_of_date() }} as as_of_date
),

-- What happened to each project in the as-of year.
project as (
    select
        fct_project.*,
        fct_project.reserved_date >= this_year.first_date and fct_project.reserved_date <= this_year.as_of_date
            as is_reserved_now,
        coalesce(
            fct_project.signed_date >= this_year.first_date and fct_project.signed_date <= this_year.as_of_date, false
        ) as is_signed_now,
        coalesce(
            fct_project.started_date >= this_year.first_date and fct_project.started_date <= this_year.as_of_date, false
        ) as is_started_now
    from {{ ref('fct_project') }} as fct_project
    cross join this_year
),

-- T01a, T01b, T02a, T02b: projects that count, by zone. One that was lost or withdrawn does not.
counted as (
    select
        target.target_id,
        project.zone_id,
        count(*) as actual_numerator,
        count(*) as evidence_count,
        max(project.batch_id) as batch_id,
        max(project.loaded_at) as loaded_at
    from project
    inner join {{ ref('dim_target') }} as target
        on
            case target.target_id
                when 'T01a' then project.is_large and project.is_signed_now
                when 'T01b' then project.is_large and project.is_signed_now
                when 'T02a' then project.kind_code = 'cluster_package' and project.is_reserved_now
                when 'T02b' then project.kind_code = 'ppp' and project.is_reserved_now
                else false
            end
    where not project.is_ended
    group by target.target_id, project.zone_id
),

counted_reporting as (
    select
        target.target_id,
        cast(null as double) as actual_denominator,
        max(project.batch_id) as batch_id,
        max(project.loaded_at) as loaded_at
    from project
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T01a', 'T01b', 'T02a', 'T02b')
    group by target.target_id
),

-- T03a, T03b, T03c: industrial projects of the year by zone, also those that were lost after the signature.
converted as (
    select
        zone_id,
        count(*) filter (where is_reserved_now) as reserved_count,
        count(*) filter (where is_signed_now) as signed_count,
        count(*) filter (where is_signed_now and is_leading_industry) as leading_count,
        count(*) filter (where is_signed_now and is_started_now) as started_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from project
    where kind_code = 'industrial' and (is_reserved_now or is_signed_now)
    group by zone_id
),

-- T03d: problems that were open at any time of the year.
problem as (
    select
        fct_project_problem.zone_id,
        count(*) filter (where fct_project_problem.is_closed) as closed_count,
        count(*) as problem_count,
        max(fct_project_problem.batch_id) as batch_id,
        max(fct_project_problem.loaded_at) as loaded_at
    from {{ ref('fct_project_problem') }} as fct_project_problem
    cross join this_year
    where
        fct_project_problem.is_current
        and fct_project_problem.opened_date <= this_year.as_of_date
        and (fct_project_problem.is_open or fct_project_problem.closed_date >= this_year.first_date)
    group by fct_project_problem.zone_id
),

rates as (
    select
        target.target_id,
        converted.zone_id,
        case target.target_id
            when 'T03a' then converted.signed_count
            when 'T03b' then converted.leading_count
            else converted.started_count
        end as numerator,
        case target.target_id when 'T03a' then converted.reserved_count else converted.signed_count end as denominator,
        converted.batch_id,
        converted.loaded_at
    from converted
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T03a', 'T03b', 'T03c')
    union all
    select
        'T03d' as target_id,
        zone_id,
        closed_count as numerator,
        problem_count as denominator,
        batch_id,
        loaded_at
    from problem
),

rates_reporting as (
    select
        target.target_id,
        max(project.batch_id) as batch_id,
        max(project.loaded_at) as loaded_at
    from project
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T03a', 'T03b', 'T03c')
    group by target.target_id
    union all
    select
        'T03d' as target_id,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_project_problem') }}
    having count(*) > 0
),

flow as (
    select
        fund_flow.source_kind,
        fund_flow.flow_type,
        case
            when fund_flow.source_kind = 'investment'
                then
                    fund_flow.flow_type = 'paid'
                    and fund_flow.flow_date >= this_year.first_date
                    and fund_flow.flow_date <= this_year.as_of_date
            else fund_flow.flow_type <> 'paid' and fund_flow.budget_year = year(this_year.as_of_date)
        end as is_counted,
        case when fund_flow.flow_type = 'returned' then -fund_flow.amount_yuan else fund_flow.amount_yuan end
            as amount_yuan,
        fund_flow.record_id,
        fund_flow.batch_id,
        fund_flow.loaded_at
    from {{ ref('fct_fund_flow') }} as fund_flow
    cross join this_year
),

provincial as (
    select
        case source_kind when 'investment' then 'T04' else 'T18a' end as target_id,
        sum(case when is_counted then amount_yuan else 0 end) as actual_numerator,
        count(distinct case when is_counted then record_id end) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from flow
    group by source_kind
    union all
    select
        'T18b' as target_id,
        coalesce(
            sum(deal.quota_area_mu) filter (where deal.is_standing and deal.deal_date >= this_year.first_date), 0
        ) as actual_numerator,
        count(*) filter (where deal.is_standing and deal.deal_date >= this_year.first_date) as evidence_count,
        max(deal.batch_id) as batch_id,
        max(deal.loaded_at) as loaded_at
    from {{ ref('fct_farmland_balance_deal') }} as deal
    cross join this_year
    having count(*) > 0
)

{{ zone_attainment('counted', 'counted_reporting') }}
union all
select
    rates_reporting.target_id,
    'zone' as scope_type,
    zone.zone_id as scope_code,
    cast(coalesce(rates.numerator, 0) as double) as actual_numerator,
    cast(coalesce(rates.denominator, 0) as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(coalesce(rates.denominator, 0) as bigint) as evidence_count,
    coalesce(rates.batch_id, rates_reporting.batch_id) as batch_id,
    coalesce(rates.loaded_at, rates_reporting.loaded_at) as loaded_at
from rates_reporting
cross join {{ ref('dim_zone') }} as zone
left join rates on rates_reporting.target_id = rates.target_id and zone.zone_id = rates.zone_id
where zone.is_current
union all
select
    target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(actual_numerator as double) as actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(evidence_count as bigint) as evidence_count,
    batch_id,
    loaded_at
from provincial
