with period as (
    select * from {{ ref('int_evaluation_period') }}
),

zone as (
    select
        zone_id,
        approved_area_mu
    from {{ ref('dim_zone') }}
    where is_current and zone_level <> 'preparing'
),

reported as (
    select
        zone_id,
        indicator_code,
        business_month,
        business_year,
        caliber,
        cast(reported_value as double) as reported_value,
        batch_id,
        loaded_at
    from {{ ref('fct_zone_indicator_month') }}
    where is_current and is_published
),

reporting as (
    select
        period.period_code,
        reported.indicator_code,
        reported.business_month,
        count(*) as zone_count,
        max(count(*)) over (partition by period.period_code, reported.indicator_code) as most_zone_count
    from reported
    inner join period
        on
            reported.business_month >= {{ month_start('period.first_date') }}
            and reported.business_month <= period.until_date
    group by period.period_code, reported.indicator_code, reported.business_month
),

-- One month for all zones: the latest that at least half as many zones published as ever in the period.
latest as (
    select
        period_code,
        indicator_code,
        max(business_month) as business_month
    from reporting
    where zone_count * 2 >= most_zone_count
    group by period_code, indicator_code
),

measured as (
    select
        latest.period_code,
        reported.zone_id,
        reported.indicator_code,
        reported.reported_value,
        case
            when reported.caliber = last_year.caliber and last_year.reported_value > 0
                then reported.reported_value / last_year.reported_value - 1
        end as growth_ratio,
        reported.batch_id,
        reported.loaded_at
    from latest
    inner join reported
        on latest.indicator_code = reported.indicator_code and latest.business_month = reported.business_month
    left join reported as last_year
        on
            reported.zone_id = last_year.zone_id
            and reported.indicator_code = last_year.indicator_code
            and last_year.business_month = {{ add_months('reported.business_month', -12) }}
),

-- One row per zone and period with the reported indicators side by side.
economy as (
    select
        measured.period_code,
        measured.zone_id,
        max(zone.approved_area_mu) as area_mu,
        {%- for indicator in [
            'main_business_revenue', 'industrial_value_added', 'profit', 'profit_and_tax', 'export_delivery',
            'industrial_electricity', 'employee_count'
        ] %}
            max(case when measured.indicator_code = '{{ indicator }}' then measured.reported_value end)
                as {{ indicator }},
        {%- endfor %}
        max(case when measured.indicator_code = 'main_business_revenue' then measured.growth_ratio end)
            as revenue_growth,
        max(case when measured.indicator_code = 'industrial_value_added' then measured.growth_ratio end)
            as value_added_growth,
        max(case when measured.indicator_code = 'export_delivery' then measured.growth_ratio end) as export_growth,
        max(measured.batch_id) as batch_id,
        max(measured.loaded_at) as loaded_at
    from measured
    inner join zone on measured.zone_id = zone.zone_id
    group by measured.period_code, measured.zone_id
),

counted as (
    select
        'high_tech_enterprises' as indicator_code,
        zone_id,
        uscc as counted_id,
        issued_date as from_date,
        valid_to as to_date,
        cast(null as decimal(24, 2)) as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_high_tech_certificate') }}
    where is_current
    union all
    select
        'national_platforms' as indicator_code,
        zone_id,
        case when is_national then platform_id end as counted_id,
        approved_date as from_date,
        coalesce(revoked_date, {{ far_future() }}) as to_date,
        cast(null as decimal(24, 2)) as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_innovation_platform') }}
    where is_current
    union all
    select
        'innovation_platforms' as indicator_code,
        zone_id,
        platform_id as counted_id,
        approved_date as from_date,
        coalesce(revoked_date, {{ far_future() }}) as to_date,
        cast(null as decimal(24, 2)) as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_innovation_platform') }}
    where is_current
    union all
    select
        'service_platforms' as indicator_code,
        zone_id,
        case when is_comprehensive then platform_id end as counted_id,
        opened_date as from_date,
        coalesce({{ add_days('closed_date', 1) }}, {{ far_future() }}) as to_date,
        cast(null as decimal(24, 2)) as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_service_platform') }}
    where is_current
    union all
    select
        'technology_contracts' as indicator_code,
        zone_id,
        contract_no as counted_id,
        signed_date as from_date,
        case
            when cancelled_date is not null then cancelled_date
            when contract_state = '已撤销' then signed_date
            else {{ far_future() }}
        end as to_date,
        contract_amount_yuan as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_technology_contract') }}
    where is_current
    union all
    select
        'signed_investment' as indicator_code,
        zone_id,
        project_id as counted_id,
        signed_date as from_date,
        {{ far_future() }} as to_date,
        planned_investment_yuan as amount,
        batch_id,
        loaded_at
    from {{ ref('fct_project') }}
    where signed_date is not null
),

-- A platform's dataset that has any row by the end of the period is reported: zones without one are at 0.
dataset as (
    select
        period.period_code,
        period.first_date,
        period.until_date,
        counted.indicator_code,
        max(counted.batch_id) as batch_id,
        max(counted.loaded_at) as loaded_at
    from counted
    inner join period on counted.from_date <= period.until_date
    group by period.period_code, period.first_date, period.until_date, counted.indicator_code
),

counts as (
    select
        dataset.period_code,
        zone.zone_id,
        dataset.indicator_code,
        case
            when dataset.indicator_code in ('technology_contracts', 'signed_investment')
                then coalesce(
                    cast(sum(case when counted.from_date >= dataset.first_date then counted.amount end) as double), 0
                )
            else cast(count(distinct counted.counted_id) as double)
        end as indicator_value,
        max(dataset.batch_id) as batch_id,
        max(dataset.loaded_at) as loaded_at
    from dataset
    cross join zone
    left join counted
        on
            dataset.indicator_code = counted.indicator_code
            and zone.zone_id = counted.zone_id
            and dataset.until_date >= counted.from_date
            and dataset.until_date < counted.to_date
    group by dataset.period_code, zone.zone_id, dataset.indicator_code
),

shares as (
    select
        period.period_code,
        fact.zone_id,
        'emission_compliance' as indicator_code,
        cast(count(*) filter (where not fact.is_exceeding) as double) / count(*) as indicator_value,
        count(distinct fact.business_date) as covered_day_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_pollution_day') }} as fact
    inner join period on fact.business_date >= period.first_date and fact.business_date <= period.until_date
    where fact.is_exceeding is not null and fact.zone_id is not null
    group by period.period_code, fact.zone_id
    union all
    select
        period.period_code,
        fact.zone_id,
        'approval_reform' as indicator_code,
        cast(count(*) filter (where fact.done_date <= period.until_date) as double) / count(*) as indicator_value,
        cast(null as bigint) as covered_day_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_reform_milestone') }} as fact
    inner join {{ ref('reform_kind') }} as kind
        on fact.milestone_code = kind.milestone_code and fact.scope_type = kind.scope_type
    inner join period on fact.known_from <= period.until_date
    where
        fact.is_current
        and fact.scope_type = 'zone'
        and kind.is_counted
        and kind.target_id in ('T12a', 'T12b', 'T16')
    group by period.period_code, fact.zone_id
    union all
    select
        period.period_code,
        fact.zone_id,
        'transmission_rate' as indicator_code,
        cast(sum(fact.received_value_count) as double) / nullif(cast(sum(fact.expected_value_count) as double), 0)
            as indicator_value,
        count(distinct fact.business_date) filter (where fact.received_value_count > 0) as covered_day_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_device_day') }} as fact
    inner join period on fact.business_date >= period.first_date and fact.business_date <= period.until_date
    where fact.is_registered and fact.zone_id is not null
    group by period.period_code, fact.zone_id
    union all
    select
        period.period_code,
        fact.zone_id,
        'cases_in_time' as indicator_code,
        cast(count(*) filter (where not fact.is_overdue) as double) / count(*) as indicator_value,
        cast(null as bigint) as covered_day_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_approval_case') }} as fact
    inner join period
        on
            cast(fact.decided_at as date) >= period.first_date
            and cast(fact.decided_at as date) <= period.until_date
    where fact.is_decided and fact.is_overdue is not null and fact.zone_id is not null
    group by period.period_code, fact.zone_id
),

every_value as (
    {{ evaluation_rates('economy') }}
    union all
    select
        period_code,
        zone_id,
        indicator_code,
        indicator_value,
        cast(null as bigint) as covered_day_count,
        batch_id,
        loaded_at
    from counts
    union all
    select
        shares.period_code,
        shares.zone_id,
        shares.indicator_code,
        shares.indicator_value,
        shares.covered_day_count,
        shares.batch_id,
        shares.loaded_at
    from shares
    inner join zone on shares.zone_id = zone.zone_id
)

select
    every_value.period_code,
    every_value.zone_id,
    every_value.indicator_code,
    {{ published_double('every_value.indicator_value') }} as indicator_value,
    every_value.covered_day_count,
    case
        when every_value.covered_day_count is not null
            then {{ days_between('period.first_date', 'period.until_date') }} + 1
    end as period_day_count,
    every_value.batch_id,
    every_value.loaded_at
from every_value
inner join period on every_value.period_code = period.period_code
where every_value.indicator_value is not null
