with evidence as (
    select
        target.target_id,
        plan.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where plan.issued_date <= {{ last_year_end() }}) as year_start_numerator,
        count(*) as evidence_count,
        max(plan.batch_id) as batch_id,
        max(plan.loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T09a', 'T09b')
    where plan.is_in_force and plan.is_large_enough
    group by target.target_id, plan.zone_id
),

reporting as (
    select
        target.target_id,
        true as is_standing,
        cast(null as double) as actual_denominator,
        max(plan.batch_id) as batch_id,
        max(plan.loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T09a', 'T09b')
    group by target.target_id
),

-- T10: enterprises with a certificate on the day, at the end of last year and on the same day of last year.
certificates as (
    select
        cast(count(distinct uscc) filter (where is_valid) as double) as now_count,
        cast(
            count(distinct uscc) filter (
                where issued_date <= {{ last_year_end() }} and valid_to > {{ last_year_end() }}
            ) as double
        ) as year_start_count,
        cast(
            count(distinct uscc) filter (
                where
                issued_date <= {{ add_months(as_of_date(), -12) }}
                and valid_to > {{ add_months(as_of_date(), -12) }}
            ) as double
        ) as year_ago_count,
        count(*) filter (where is_valid) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_high_tech_certificate') }}
    where is_current
),

platforms as (
    select
        count(*) filter (
            where is_national and is_standing and year(approved_date) = year({{ as_of_date() }})
        ) as new_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_innovation_platform') }}
    where is_current
),

contracts as (
    select
        sum(contract_amount_yuan) filter (
            where is_standing and is_online_market and year(signed_date) = year({{ as_of_date() }})
        ) as amount_yuan,
        count(*) filter (
            where is_standing and is_online_market and year(signed_date) = year({{ as_of_date() }})
        ) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_technology_contract') }}
    where is_current
),

provincial as (
    select
        'T10' as target_id,
        certificates.now_count as actual_numerator,
        -- The stock has to rise evenly from last year's end to the target.
        {{ standing_needed_share('least(certificates.year_start_count / target.target_value, 1)') }} as needed_share,
        -- What last year brought between this day and its end comes again.
        certificates.now_count + certificates.year_start_count - certificates.year_ago_count as forecast_value,
        certificates.evidence_count,
        certificates.batch_id,
        certificates.loaded_at
    from certificates
    inner join {{ ref('dim_target') }} as target on target.target_id = 'T10'
    union all
    select
        'T11a' as target_id,
        cast(new_count as double) as actual_numerator,
        cast(null as double) as needed_share,
        cast(null as double) as forecast_value,
        new_count as evidence_count,
        batch_id,
        loaded_at
    from platforms
    union all
    select
        'T11b' as target_id,
        cast(coalesce(amount_yuan, 0) as double) as actual_numerator,
        cast(null as double) as needed_share,
        cast(null as double) as forecast_value,
        evidence_count,
        batch_id,
        loaded_at
    from contracts
)

select
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
where batch_id is not null
union all
{{ zone_attainment('evidence', 'reporting', standing=true) }}
