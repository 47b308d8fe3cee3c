with plan as (
    select distinct
        plan_year,
        first_date,
        plan_date
    from {{ ref('int_plan_target') }}
),

-- What happened to each project in the year of a plan. One that is ended without a day of it was when we learned of it.
project as (
    select
        plan.plan_year,
        fct_project.zone_id,
        fct_project.kind_code,
        fct_project.is_large,
        fct_project.is_leading_industry,
        fct_project.is_ended
        and coalesce(fct_project.ended_date, fct_project.known_from) <= plan.plan_date as is_ended,
        coalesce(
            fct_project.reserved_date >= plan.first_date and fct_project.reserved_date <= plan.plan_date, false
        ) as is_reserved_now,
        coalesce(
            fct_project.signed_date >= plan.first_date and fct_project.signed_date <= plan.plan_date, false
        ) as is_signed_now,
        coalesce(
            fct_project.started_date >= plan.first_date and fct_project.started_date <= plan.plan_date, false
        ) as is_started_now,
        -- In reserve at any time of the year: neither signed nor lost before it. Who signs was in reserve until then.
        coalesce(least(fct_project.reserved_date, fct_project.signed_date) <= plan.plan_date, false)
        and coalesce(fct_project.signed_date >= plan.first_date, true)
        and not (
            fct_project.is_ended and coalesce(fct_project.ended_date, fct_project.known_from) < plan.first_date
        ) as is_in_reserve,
        fct_project.batch_id,
        fct_project.loaded_at
    from {{ ref('fct_project') }} as fct_project
    cross join plan
),

-- T01a, T01b, T02a, T02b: projects that count, by zone. One that was lost or withdrawn does not.
counted as (
    select
        project.plan_year,
        target.target_id,
        project.zone_id,
        count(*) as actual_numerator,
        count(*) as evidence_count,
        max(project.batch_id) as batch_id,
        max(project.loaded_at) as loaded_at
    from project
    inner join {{ ref('int_plan_target') }} as target
        on
            project.plan_year = target.plan_year
            and case target.target_id
                when 'T01a' then project.is_large and project.is_signed_now
                when 'T01b' then project.is_large and project.is_signed_now
                when 'T02a' then project.kind_code = 'cluster_package' and project.is_reserved_now
                when 'T02b' then project.kind_code = 'ppp' and project.is_reserved_now
                else false
            end
    where not project.is_ended
    group by project.plan_year, target.target_id, project.zone_id
),

project_reporting as (
    select
        target.plan_year,
        target.target_id,
        cast(null as double) as actual_denominator,
        max(project.batch_id) as batch_id,
        max(project.loaded_at) as loaded_at
    from project
    inner join {{ ref('int_plan_target') }} as target on project.plan_year = target.plan_year
    where target.target_id in ('T01a', 'T01b', 'T02a', 'T02b', 'T03a', 'T03b', 'T03c')
    group by target.plan_year, target.target_id
),

counted_reporting as (
    select *
    from project_reporting
    where target_id in ('T01a', 'T01b', 'T02a', 'T02b')
),

-- T03a, T03b, T03c: industrial projects of the year by zone, also those that were lost after the signature.
converted as (
    select
        plan_year,
        zone_id,
        count(*) filter (where is_in_reserve) as reserve_count,
        count(*) filter (where is_reserved_now) as reserved_count,
        count(*) filter (where is_signed_now) as signed_count,
        count(*) filter (where is_signed_now and is_leading_industry) as leading_count,
        count(*) filter (where is_signed_now and is_started_now) as started_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from project
    where kind_code = 'industrial' and (is_in_reserve or is_signed_now)
    group by plan_year, zone_id
),

-- T03d: problems that were open at any time of the year.
problem as (
    select
        plan.plan_year,
        fct_project_problem.zone_id,
        count(*) filter (where fct_project_problem.closed_date <= plan.plan_date) as closed_count,
        count(*) as problem_count,
        max(fct_project_problem.batch_id) as batch_id,
        max(fct_project_problem.loaded_at) as loaded_at
    from {{ ref('fct_project_problem') }} as fct_project_problem
    cross join plan
    where
        fct_project_problem.is_current
        and fct_project_problem.opened_date <= plan.plan_date
        and coalesce(fct_project_problem.closed_date >= plan.first_date, true)
    group by plan.plan_year, fct_project_problem.zone_id
),

rates as (
    select
        target.plan_year,
        target.target_id,
        converted.zone_id,
        case target.target_id
            when 'T03b' then converted.leading_count
            when 'T03c' then converted.started_count
            else converted.signed_count
        end as numerator,
        case target.target_id when 'T03a' then converted.reserve_count else converted.signed_count end as denominator,
        case target.target_id when 'T03a' then converted.signed_count end as beside_numerator,
        case target.target_id when 'T03a' then converted.reserved_count end as beside_denominator,
        converted.batch_id,
        converted.loaded_at
    from converted
    inner join {{ ref('int_plan_target') }} as target
        on converted.plan_year = target.plan_year and target.target_id in ('T03a', 'T03b', 'T03c')
    union all
    select
        plan_year,
        'T03d' as target_id,
        zone_id,
        closed_count as numerator,
        problem_count as denominator,
        cast(null as bigint) as beside_numerator,
        cast(null as bigint) as beside_denominator,
        batch_id,
        loaded_at
    from problem
),

rates_reporting as (
    select
        plan_year,
        target_id,
        batch_id,
        loaded_at
    from project_reporting
    where target_id in ('T03a', 'T03b', 'T03c')
    union all
    select
        target.plan_year,
        target.target_id,
        max(fct_project_problem.batch_id) as batch_id,
        max(fct_project_problem.loaded_at) as loaded_at
    from {{ ref('fct_project_problem') }} as fct_project_problem
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T03d'
    group by target.plan_year, target.target_id
),

flow as (
    select
        plan.plan_year,
        fund_flow.source_kind,
        fund_flow.flow_date <= plan.plan_date
        and case
            when fund_flow.source_kind = 'investment'
                then fund_flow.flow_type = 'paid' and fund_flow.flow_date >= plan.first_date
            else fund_flow.flow_type <> 'paid' and fund_flow.budget_year = plan.plan_year
        end as is_counted,
        case when fund_flow.flow_type = 'returned' then -fund_flow.amount_yuan else fund_flow.amount_yuan end
            as amount_yuan,
        fund_flow.record_id,
        fund_flow.batch_id,
        fund_flow.loaded_at
    from {{ ref('fct_fund_flow') }} as fund_flow
    cross join plan
),

provincial as (
    select
        plan_year,
        case source_kind when 'investment' then 'T04' else 'T18a' end as target_id,
        cast(sum(case when is_counted then amount_yuan else 0 end) as decimal(38, 6)) as actual_numerator,
        count(distinct case when is_counted then record_id end) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from flow
    group by plan_year, source_kind
    union all
    select
        plan.plan_year,
        'T18b' as target_id,
        cast(
            coalesce(
                sum(deal.quota_area_mu) filter (
                    where
                    deal.is_current and deal.deal_date >= plan.first_date and deal.deal_date <= plan.plan_date
                ),
                0
            ) as decimal(38, 6)
        ) as actual_numerator,
        count(*) filter (
            where deal.is_current and deal.deal_date >= plan.first_date and deal.deal_date <= plan.plan_date
        ) as evidence_count,
        max(deal.batch_id) as batch_id,
        max(deal.loaded_at) as loaded_at
    from {{ ref('fct_farmland_balance_deal') }} as deal
    cross join plan
    group by plan.plan_year
),

-- What takes time is needed, and expected to end, as the cohort of last year did from the same day on.
rated as (
    select
        rates_reporting.plan_year,
        rates_reporting.target_id,
        zone.zone_id,
        cast(coalesce(rates.numerator, 0) as double) as numerator,
        cast(coalesce(rates.denominator, 0) as double) as denominator,
        {{ safe_div('rates.numerator', 'rates.denominator') }} as actual_ratio,
        case when rates_reporting.target_id = 'T03b' then 1 else pace.needed_share end as needed_share,
        pace.last_year_ratio,
        rates.beside_numerator,
        rates.beside_denominator,
        coalesce(rates.batch_id, rates_reporting.batch_id) as batch_id,
        coalesce(rates.loaded_at, rates_reporting.loaded_at) as loaded_at
    from rates_reporting
    inner join plan on rates_reporting.plan_year = plan.plan_year
    inner join {{ ref('dim_zone') }} as zone on {{ held_on('zone', 'plan.plan_date') }}
    left join {{ ref('int_cohort_pace') }} as pace
        on rates_reporting.plan_year = pace.plan_year and rates_reporting.target_id = pace.target_id
    left join rates
        on
            rates_reporting.plan_year = rates.plan_year
            and rates_reporting.target_id = rates.target_id
            and zone.zone_id = rates.zone_id
)

select
    counted_rows.*,
    cast(null as double) as beside_numerator,
    cast(null as double) as beside_denominator
from (
    {{ zone_attainment('counted', 'counted_reporting') }}
) as counted_rows
union all
select
    plan_year,
    target_id,
    'zone' as scope_type,
    zone_id as scope_code,
    numerator as actual_numerator,
    denominator as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    needed_share,
    -- While nothing is needed, whatever is done is ahead; who has done nothing may still end as last year's cohort did.
    case
        when needed_share = 0 and actual_ratio > 0 then 1
        when needed_share = 0 and actual_ratio = 0 then last_year_ratio
    end as forecast_value,
    cast(denominator as bigint) as evidence_count,
    batch_id,
    loaded_at,
    cast(beside_numerator as double) as beside_numerator,
    cast(beside_denominator as double) as beside_denominator
from rated
union all
select
    plan_year,
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
    loaded_at,
    cast(null as double) as beside_numerator,
    cast(null as double) as beside_denominator
from provincial
