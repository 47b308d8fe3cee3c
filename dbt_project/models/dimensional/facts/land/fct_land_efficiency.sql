with indicator as (
    select
        enterprise_id,
        business_year,
        max(case when indicator_code = 'main_business_revenue' then reported_value end) as revenue_yuan,
        max(case when indicator_code = 'profit_and_tax' then reported_value end) as profit_and_tax_yuan,
        max(case when indicator_code = 'industrial_electricity' then reported_value end) as electricity_kwh,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_enterprise_indicator_month') }}
    where is_current and is_published and month_number = 12
    group by enterprise_id, business_year
),

-- Years that are over and whose December is known.
evaluated as (
    select distinct
        business_year,
        make_date(cast(business_year as int), 12, 31) as last_date
    from indicator
    where make_date(cast(business_year as int), 12, 31) <= {{ as_of_date() }}
),

-- Land at the end of the year: the version of each parcel that was known then, or its first one if it came later.
land as (
    select
        parcel.enterprise_id,
        evaluated.business_year,
        sum(parcel.land_area_mu) as land_area_mu,
        min(parcel.delivered_date) as first_delivered_date,
        count(*) as parcel_count,
        max(parcel.batch_id) as batch_id,
        max(parcel.loaded_at) as loaded_at
    from {{ ref('fct_land_parcel') }} as parcel
    inner join evaluated
        on
            parcel.delivered_date <= evaluated.last_date
            and coalesce(parcel.returned_date, {{ far_future() }}) > evaluated.last_date
    where
        parcel.enterprise_id is not null
        and case
            when parcel.known_from <= evaluated.last_date then parcel.known_to > evaluated.last_date
            else parcel.version_number = 1
        end
    group by parcel.enterprise_id, evaluated.business_year
),

-- What the enterprises disclose in their annual reports; what they keep to themselves is not zero.
disclosed as (
    select
        uscc,
        report_year,
        case when is_tax_paid_disclosed then tax_paid_yuan end as tax_paid_yuan,
        case when is_employee_disclosed then employee_count end as employee_count,
        batch_id
    from {{ ref('stg_credit__annual_report') }}
    qualify
        row_number() over (
            partition by uscc, report_year
            order by reported_at desc nulls last, {{ arrival(direction='desc') }}
        ) = 1
),

-- The enterprise at the end of the year, for one that was reported later its first record.
enterprise as (
    select
        evaluated.business_year,
        evaluated.last_date,
        dim_enterprise.enterprise_id,
        dim_enterprise.uscc,
        dim_enterprise.enterprise_name,
        dim_enterprise.zone_id,
        dim_enterprise.industry_division_code,
        dim_enterprise.size_class,
        dim_enterprise.established_date
    from evaluated
    inner join {{ ref('dim_enterprise') }} as dim_enterprise on evaluated.last_date < dim_enterprise.valid_to
    qualify
        row_number() over (
            partition by dim_enterprise.enterprise_id, evaluated.business_year order by dim_enterprise.valid_from asc
        ) = 1
),

base as (
    select
        enterprise.*,
        land.land_area_mu,
        land.first_delivered_date,
        land.parcel_count,
        indicator.revenue_yuan,
        indicator.profit_and_tax_yuan,
        indicator.electricity_kwh,
        disclosed.tax_paid_yuan,
        disclosed.employee_count,
        {{ safe_div('disclosed.tax_paid_yuan', 'land.land_area_mu') }} as tax_per_mu_yuan,
        {{ safe_div('indicator.revenue_yuan', 'land.land_area_mu') }} as revenue_per_mu_yuan,
        greatest(
            land.batch_id, coalesce(indicator.batch_id, land.batch_id), coalesce(disclosed.batch_id, land.batch_id)
        ) as batch_id,
        greatest(land.loaded_at, coalesce(indicator.loaded_at, land.loaded_at)) as loaded_at
    from enterprise
    inner join land
        on enterprise.enterprise_id = land.enterprise_id and enterprise.business_year = land.business_year
    left join indicator
        on enterprise.enterprise_id = indicator.enterprise_id and enterprise.business_year = indicator.business_year
    left join disclosed on enterprise.uscc = disclosed.uscc and enterprise.business_year = disclosed.report_year
),

-- Per indicator: weight x [20 + 80 x (x - min) / (max - min)] / 100 within the year and the size class.
scored as (
    select
        base.enterprise_id,
        base.business_year,
        weight.weight,
        case weight.indicator_code
            when 'tax_per_mu' then base.tax_per_mu_yuan
            when 'revenue_per_mu' then base.revenue_per_mu_yuan
        end as indicator_value,
        min(
            case weight.indicator_code
                when 'tax_per_mu' then base.tax_per_mu_yuan
                when 'revenue_per_mu' then base.revenue_per_mu_yuan
            end
        ) over (partition by base.business_year, base.size_class, weight.indicator_code) as least_value,
        max(
            case weight.indicator_code
                when 'tax_per_mu' then base.tax_per_mu_yuan
                when 'revenue_per_mu' then base.revenue_per_mu_yuan
            end
        ) over (partition by base.business_year, base.size_class, weight.indicator_code) as greatest_value
    from base
    inner join {{ ref('land_efficiency_weight') }} as weight on base.size_class = weight.size_class
    -- Who is out of scope must not set the range for the others.
    left join {{ ref('land_efficiency_exemption') }} as scope on scope.exemption_code = 'no_land_scope'
    where base.size_class <> 'below_scale' or base.land_area_mu >= coalesce(scope.threshold_value, 0)
),

-- The weight of an indicator without a value is shared out among the others.
total as (
    select
        enterprise_id,
        business_year,
        {{ exact_sum('case when indicator_value is not null then weight else 0 end') }} / {{ exact_sum('weight') }}
            as coverage_ratio,
        {{ exact_sum('
            case
                when indicator_value is not null
                    then
                        weight * (
                            20 + 80 * coalesce(
                                (indicator_value - least_value) / nullif(greatest_value - least_value, 0), 1
                            )
                        ) / 100
            end
        ') }} / nullif({{ exact_sum('case when indicator_value is not null then weight else 0 end') }}, 0) * 100 as score
    from scored
    group by enterprise_id, business_year
),

exempt as (
    select
        base.enterprise_id,
        base.business_year,
        min(exemption.rule_order) as rule_order
    from base
    left join total on base.enterprise_id = total.enterprise_id and base.business_year = total.business_year
    inner join {{ ref('land_efficiency_exemption') }} as exemption
        on
            case exemption.exemption_code
                when 'unknown_size' then base.size_class not in ('above_scale', 'below_scale')
                when 'no_land_scope'
                    then base.size_class = 'below_scale' and base.land_area_mu < exemption.threshold_value
                -- Divisions 44 to 46 of GB/T 4754: supply of power, heat, gas and water.
                when 'utility' then base.industry_division_code in ('44', '45', '46')
                when 'start_up'
                    then {{ months_after('base.established_date', 'exemption.threshold_value') }} > base.last_date
                when 'new_land'
                    then {{ months_after('base.first_delivered_date', 'exemption.threshold_value') }} > base.last_date
                when 'low_coverage' then coalesce(total.coverage_ratio, 0) < exemption.threshold_value
                else false
            end
    group by base.enterprise_id, base.business_year
),

ranked as (
    select
        base.*,
        total.coverage_ratio,
        {{ rounded('total.score', 4) }} as score,
        exemption.exemption_code,
        exemption.exemption_label,
        exemption.is_treated_as_b,
        case
            when exemption.exemption_code is null
                then rank() over (
                    partition by base.business_year, base.size_class, exemption.exemption_code is null
                    order by {{ rounded('total.score', 4) }} desc nulls last
                )
        end as rank_number,
        case
            when exemption.exemption_code is null
                then count(*) over (partition by base.business_year, base.size_class, exemption.exemption_code is null)
        end as graded_count
    from base
    left join total on base.enterprise_id = total.enterprise_id and base.business_year = total.business_year
    left join exempt on base.enterprise_id = exempt.enterprise_id and base.business_year = exempt.business_year
    left join {{ ref('land_efficiency_exemption') }} as exemption on exempt.rule_order = exemption.rule_order
),

classed as (
    select
        ranked.enterprise_id,
        ranked.business_year,
        min(bound.efficiency_class) as efficiency_class
    from ranked
    inner join {{ ref('land_efficiency_class') }} as bound
        on cast(ranked.rank_number as double) / ranked.graded_count <= bound.upper_share
    group by ranked.enterprise_id, ranked.business_year
)

select
    ranked.enterprise_id,
    ranked.uscc,
    ranked.enterprise_name,
    cast(ranked.business_year as bigint) as business_year,
    ranked.zone_id,
    ranked.size_class,
    ranked.industry_division_code,
    cast(ranked.land_area_mu as decimal(24, 4)) as land_area_mu,
    cast(ranked.parcel_count as bigint) as parcel_count,
    cast(ranked.revenue_yuan as decimal(24, 2)) as revenue_yuan,
    cast(ranked.tax_paid_yuan as decimal(24, 2)) as tax_paid_yuan,
    cast(ranked.profit_and_tax_yuan as decimal(24, 2)) as profit_and_tax_yuan,
    cast(ranked.electricity_kwh as decimal(24, 2)) as electricity_kwh,
    cast(ranked.employee_count as bigint) as employee_count,
    ranked.tax_per_mu_yuan,
    ranked.revenue_per_mu_yuan,
    {{ safe_div('ranked.profit_and_tax_yuan', 'ranked.land_area_mu') }} as profit_and_tax_per_mu_yuan,
    {{ safe_div('ranked.revenue_yuan', 'ranked.electricity_kwh') }} as revenue_per_kwh_yuan,
    ranked.score,
    {{ rounded('ranked.coverage_ratio', 6) }} as coverage_ratio,
    cast(ranked.rank_number as bigint) as rank_number,
    cast(ranked.graded_count as bigint) as graded_count,
    classed.efficiency_class,
    ranked.exemption_code,
    ranked.exemption_label,
    coalesce(classed.efficiency_class, case when ranked.is_treated_as_b then 'B' end) as treated_class,
    ranked.last_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', ranked.enterprise_id, cast(ranked.business_year as varchar)) as source_record_id,
    ranked.batch_id,
    ranked.loaded_at
from ranked
left join classed on ranked.enterprise_id = classed.enterprise_id and ranked.business_year = classed.business_year
