with scoped as (
    {{ scoped_zones([
        ref('fct_innovation_platform'), ref('fct_high_tech_certificate'), ref('fct_technology_contract'),
        ref('fct_cluster_plan')
    ]) }}
),

statuses as (
    {{ scope_statuses('scoped', ['T09a', 'T09b', 'T10', 'T11a']) }}
),

platform as (
    select
        zone_id,
        count(*) filter (where platform_level = '国家级') as national_count,
        count(*) filter (where platform_level = '省级') as provincial_count,
        count(*) filter (where platform_level = '市级') as municipal_count,
        count(*) filter (where is_national and year(approved_date) = year({{ as_of_date() }})) as new_national_count
    from {{ ref('fct_innovation_platform') }}
    where is_standing
    group by zone_id
),

certificate as (
    select
        zone_id,
        count(distinct uscc) filter (where is_valid) as valid_count,
        count(distinct uscc) filter (where is_certified) as certified_count,
        count(distinct uscc) filter (
            where issued_date <= {{ last_year_end() }} and valid_to > {{ last_year_end() }}
        ) as year_start_count,
        count(distinct uscc) filter (
            where is_valid and valid_to <= {{ add_days(as_of_date(), 180) }}
        ) as expiring_count
    from {{ ref('fct_high_tech_certificate') }}
    where is_current
    group by zone_id
),

contract as (
    select
        zone_id,
        count(*) filter (where year(signed_date) = year({{ as_of_date() }})) as contract_count,
        sum(contract_amount_yuan) filter (where year(signed_date) = year({{ as_of_date() }})) as amount_yuan,
        sum(contract_amount_yuan) filter (
            where is_online_market and year(signed_date) = year({{ as_of_date() }})
        ) as online_amount_yuan,
        sum(contract_amount_yuan) filter (
            where year(signed_date) = year({{ as_of_date() }}) - 1
            and signed_date <= {{ add_months(as_of_date(), -12) }}
        ) as last_year_amount_yuan
    from {{ ref('fct_technology_contract') }}
    where is_standing
    group by zone_id
),

plan as (
    select
        zone_id,
        count(*) as innovative_plan_count,
        sum(planned_revenue_yuan) as planned_revenue_yuan
    from {{ ref('fct_cluster_plan') }}
    where is_in_force and is_innovative
    group by zone_id
),

known as (
    select
        (select count(*) from {{ ref('fct_innovation_platform') }}) > 0 as has_platforms,
        (select count(*) from {{ ref('fct_high_tech_certificate') }}) > 0 as has_certificates,
        (select count(*) from {{ ref('fct_technology_contract') }}) > 0 as has_contracts,
        (select count(*) from {{ ref('fct_cluster_plan') }}) > 0 as has_plans
),

measured as (
    select
        {{ scope_columns('scoped') }},
        count(*) as zone_count,
        {{ sums_if_known('has_platforms', 'platform', [
            'national_count', 'provincial_count', 'municipal_count', 'new_national_count'
        ]) }},
        {{ sums_if_known('has_certificates', 'certificate', [
            'valid_count', 'certified_count', 'year_start_count', 'expiring_count'
        ]) }},
        {{ sums_if_known('has_contracts', 'contract', [
            'contract_count', 'amount_yuan', 'online_amount_yuan', 'last_year_amount_yuan'
        ]) }},
        {{ sums_if_known('has_plans', 'plan', ['innovative_plan_count', 'planned_revenue_yuan']) }}
    from scoped
    cross join known
    left join platform on scoped.zone_id = platform.zone_id
    left join certificate on scoped.zone_id = certificate.zone_id
    left join contract on scoped.zone_id = contract.zone_id
    left join plan on scoped.zone_id = plan.zone_id
    group by {{ scope_columns('scoped') }}
)

select
    {{ scope_columns('measured') }},
    cast(measured.zone_count as bigint) as zone_count,
    cast(measured.national_count as bigint) as national_platform_count,
    cast(measured.new_national_count as bigint) as new_national_count,
    cast(measured.provincial_count as bigint) as provincial_platform_count,
    cast(measured.municipal_count as bigint) as municipal_platform_count,
    cast(measured.valid_count as bigint) as high_tech_count,
    cast(measured.certified_count as bigint) as high_tech_certified_count,
    cast(measured.year_start_count as bigint) as high_tech_year_start_count,
    cast(measured.valid_count - measured.year_start_count as bigint) as high_tech_gain_count,
    cast(measured.expiring_count as bigint) as high_tech_expiring_count,
    cast(
        case
            when measured.valid_count is not null
                then rank() over (partition by measured.scope_type order by measured.valid_count desc nulls last)
        end as bigint
    ) as high_tech_rank,
    cast(measured.contract_count as bigint) as contract_count,
    {{ yi('measured.amount_yuan') }} as contract_amount_yi,
    {{ yi('measured.online_amount_yuan') }} as online_amount_yi,
    {{ safe_div('measured.online_amount_yuan', 'measured.amount_yuan') }} as online_ratio,
    {{ safe_div('measured.amount_yuan - measured.last_year_amount_yuan', 'measured.last_year_amount_yuan') }}
        as contract_growth_ratio,
    cast(measured.innovative_plan_count as bigint) as innovative_plan_count,
    {{ yi('measured.planned_revenue_yuan') }} as planned_revenue_yi,
    statuses.t09a_label,
    statuses.t09b_label,
    statuses.t10_label,
    statuses.t11a_label,
    statuses.status,
    statuses.status_label,
    statuses.status_color
from measured
inner join statuses on measured.scope_type = statuses.scope_type and measured.scope_code = statuses.scope_code
