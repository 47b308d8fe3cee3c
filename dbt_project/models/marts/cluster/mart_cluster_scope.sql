with scoped as (
    {{ scoped_zones([ref('fct_cluster_plan'), ref('fct_themed_park'), ref('fct_service_platform')]) }}
),

statuses as (
    {{ scope_statuses('scoped', ['T06', 'T07', 'T08a', 'T08b']) }}
),

plan as (
    select
        zone_id,
        count(*) filter (where is_in_force and not is_innovative) as development_count,
        count(*) filter (where is_in_force and is_innovative) as innovative_count,
        count(*) filter (where issued_date is null or issued_date > {{ as_of_date() }}) as draft_count,
        sum(planned_revenue_yuan) filter (where is_in_force and is_innovative) as planned_revenue_yuan
    from {{ ref('fct_cluster_plan') }}
    where is_current
    group by zone_id
),

park as (
    select
        zone_id,
        count(*) as park_count,
        count(*) filter (where is_built) as built_count,
        count(*) filter (where park_stage = 'operating') as operating_count,
        sum(planned_area_mu) as area_mu,
        sum(investment_yuan) as investment_yuan
    from {{ ref('fct_themed_park') }}
    where is_current and approved_date <= {{ as_of_date() }}
    group by zone_id
),

platform as (
    select
        zone_id,
        count(*) as running_count,
        count(*) filter (where is_comprehensive) as comprehensive_count,
        sum(function_count) as function_count
    from {{ ref('fct_service_platform') }}
    where is_running
    group by zone_id
),

known as (
    select
        (select count(*) from {{ ref('fct_cluster_plan') }}) > 0 as has_plans,
        (select count(*) from {{ ref('fct_themed_park') }}) > 0 as has_parks,
        (select count(*) from {{ ref('fct_service_platform') }}) > 0 as has_platforms
),

measured as (
    select
        {{ scope_columns('scoped') }},
        count(*) as zone_count,
        case when max(known.has_plans) then count(*) filter (where plan.development_count > 0) end
            as planned_zone_count,
        {{ sums_if_known('has_plans', 'plan', [
            'development_count', 'innovative_count', 'draft_count', 'planned_revenue_yuan'
        ]) }},
        {{ sums_if_known('has_parks', 'park', [
            'park_count', 'built_count', 'operating_count', 'area_mu', 'investment_yuan'
        ]) }},
        {{ sums_if_known('has_platforms', 'platform', ['running_count', 'comprehensive_count']) }},
        sum(platform.function_count) as function_count
    from scoped
    cross join known
    left join plan on scoped.zone_id = plan.zone_id
    left join park on scoped.zone_id = park.zone_id
    left join platform on scoped.zone_id = platform.zone_id
    group by {{ scope_columns('scoped') }}
)

select
    {{ scope_columns('measured') }},
    cast(measured.zone_count as bigint) as zone_count,
    cast(measured.planned_zone_count as bigint) as planned_zone_count,
    {{ safe_div('measured.planned_zone_count', 'measured.zone_count') }} as planned_zone_ratio,
    cast(measured.development_count as bigint) as development_plan_count,
    cast(measured.innovative_count as bigint) as innovative_plan_count,
    cast(measured.draft_count as bigint) as draft_plan_count,
    {{ yi('measured.planned_revenue_yuan') }} as planned_revenue_yi,
    cast(measured.park_count as bigint) as themed_park_count,
    cast(measured.built_count as bigint) as built_park_count,
    cast(measured.operating_count as bigint) as operating_park_count,
    {{ rounded('measured.area_mu', 2) }} as park_area_mu,
    {{ yi('measured.investment_yuan') }} as park_investment_yi,
    cast(measured.running_count as bigint) as service_platform_count,
    cast(measured.comprehensive_count as bigint) as comprehensive_platform_count,
    {{ safe_div('measured.function_count', 'measured.running_count') }} as functions_per_platform,
    statuses.t06_label,
    statuses.t07_label,
    statuses.t08a_label,
    statuses.t08b_label,
    statuses.status,
    statuses.status_label,
    statuses.status_color
from measured
inner join statuses on measured.scope_type = statuses.scope_type and measured.scope_code = statuses.scope_code
