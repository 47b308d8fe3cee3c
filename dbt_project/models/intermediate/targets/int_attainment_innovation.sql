with evidence as (
    select
        target.plan_year,
        target.target_id,
        plan.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where plan.issued_date <= target.opening_date) as year_start_numerator,
        count(*) as evidence_count,
        max(plan.batch_id) as batch_id,
        max(plan.loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('int_plan_target') }} as target on target.target_id in ('T09a', 'T09b')
    where
        plan.is_current
        and plan.is_large_enough
        and plan.issued_date <= target.plan_date
        and plan.last_year >= target.plan_year
    group by target.plan_year, target.target_id, plan.zone_id
),

reporting as (
    select
        target.plan_year,
        target.target_id,
        true as is_standing,
        cast(null as double) as actual_denominator,
        max(plan.batch_id) as batch_id,
        max(plan.loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('int_plan_target') }} as target on target.target_id in ('T09a', 'T09b')
    group by target.plan_year, target.target_id
),

-- T10: enterprises with a certificate on the plan's day, at the end of the year before and on the same day of it.
certificates as (
    select
        target.plan_year,
        target.target_id,
        target.target_value,
        target.year_share,
        cast(
            count(distinct certificate.uscc) filter (
                where certificate.issued_date <= target.plan_date and certificate.valid_to > target.plan_date
            ) as double
        ) as now_count,
        cast(
            count(distinct certificate.uscc) filter (
                where certificate.issued_date <= target.opening_date and certificate.valid_to > target.opening_date
            ) as double
        ) as year_start_count,
        cast(
            count(distinct certificate.uscc) filter (
                where
                certificate.issued_date <= {{ add_months('target.plan_date', -12) }}
                and certificate.valid_to > {{ add_months('target.plan_date', -12) }}
            ) as double
        ) as year_ago_count,
        count(*) filter (
            where certificate.issued_date <= target.plan_date and certificate.valid_to > target.plan_date
        ) as evidence_count,
        max(certificate.batch_id) as batch_id,
        max(certificate.loaded_at) as loaded_at
    from {{ ref('fct_high_tech_certificate') }} as certificate
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T10'
    where certificate.is_current
    group by target.plan_year, target.target_id, target.target_value, target.year_share
),

platforms as (
    select
        target.plan_year,
        target.target_id,
        count(*) filter (
            where
            platform.is_national
            and platform.approved_date >= target.first_date
            and platform.approved_date <= target.plan_date
            and coalesce(platform.revoked_date > target.plan_date, true)
        ) as new_count,
        max(platform.batch_id) as batch_id,
        max(platform.loaded_at) as loaded_at
    from {{ ref('fct_innovation_platform') }} as platform
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T11a'
    where platform.is_current
    group by target.plan_year, target.target_id
),

standing_contract as (
    select
        target.plan_year,
        target.target_id,
        contract.is_online_market
        and contract.signed_date >= target.first_date
        and contract.signed_date <= target.plan_date
        and case
            when contract.cancelled_date is not null then contract.cancelled_date > target.plan_date
            else contract.contract_state <> '已撤销'
        end as is_counted,
        contract.contract_amount_yuan,
        contract.batch_id,
        contract.loaded_at
    from {{ ref('fct_technology_contract') }} as contract
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T11b'
    where contract.is_current
),

provincial as (
    select
        certificates.plan_year,
        certificates.target_id,
        certificates.now_count as actual_numerator,
        -- The stock has to rise evenly from last year's end to the target.
        {{ standing_needed_share(
            'least(certificates.year_start_count / certificates.target_value, 1)', 'certificates'
        ) }} as needed_share,
        -- What last year brought between this day and its end comes again.
        certificates.now_count + certificates.year_start_count - certificates.year_ago_count as forecast_value,
        certificates.evidence_count,
        certificates.batch_id,
        certificates.loaded_at
    from certificates
    union all
    select
        plan_year,
        target_id,
        cast(new_count as double) as actual_numerator,
        cast(null as double) as needed_share,
        cast(null as double) as forecast_value,
        new_count as evidence_count,
        batch_id,
        loaded_at
    from platforms
    union all
    select
        plan_year,
        target_id,
        cast(coalesce(sum(contract_amount_yuan) filter (where is_counted), 0) as double) as actual_numerator,
        cast(null as double) as needed_share,
        cast(null as double) as forecast_value,
        count(*) filter (where is_counted) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from standing_contract
    group by plan_year, target_id
)

select
    plan_year,
    target_id,
    'province' as scope_type,
    '360000' as scope_code,
    actual_numerator,
    cast(null as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    needed_share,
    forecast_value,
    cast(evidence_count as bigint) as evidence_count,
    batch_id,
    loaded_at
from provincial
union all
{{ zone_attainment('evidence', 'reporting', standing=true) }}
