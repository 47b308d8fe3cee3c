-- What the subjects deliver, with the bar that applies to the row. A provincial amount is no bar for a city or a zone
-- unless its subject has divided it; a rate, a ceiling and a range bind every scope alike.
with delivered as (
    select
        target.plan_year,
        target.target_id,
        target.comparison,
        target.roll_up,
        target.unit,
        target.year_share,
        target.plan_date,
        target.is_ended,
        attainment.scope_type,
        attainment.scope_code,
        case attainment.scope_type when 'province' then 3 when 'city' then 2 else 1 end as scope_level,
        attainment.actual_numerator as numerator,
        attainment.actual_denominator as denominator,
        case
            when attainment.actual_denominator is null then cast(attainment.actual_numerator as double)
            else cast(attainment.actual_numerator as double) / nullif(cast(attainment.actual_denominator as double), 0)
        end as actual_value,
        cast(attainment.baseline_value as double) as baseline_value,
        case
            when target.comparison = 'yoy_up' then cast(attainment.baseline_value as double)
            when target.comparison = 'track' then null
            when attainment.target_value is not null then cast(attainment.target_value as double)
            when target.roll_up = 'sum' and target.comparison = 'ge' and attainment.scope_type <> target.target_grain
                then null
            else target.target_value
        end as target_value,
        target.target_value as plan_value,
        target.target_upper,
        coalesce(attainment.needed_share, target.year_share) as needed_share,
        cast(attainment.forecast_value as double) as forecast_value,
        attainment.baseline_weight,
        attainment.beside_numerator,
        attainment.beside_denominator,
        attainment.covered_day_count,
        attainment.period_day_count,
        attainment.evidence_count,
        attainment.batch_id,
        attainment.loaded_at
    from {{ ref('int_attainment') }} as attainment
    inner join {{ ref('int_plan_target') }} as target
        on attainment.plan_year = target.plan_year and attainment.target_id = target.target_id
),

forecast as (
    select
        delivered.*,
        case
            when delivered.is_ended or delivered.actual_value is null then delivered.actual_value
            when delivered.forecast_value is not null then delivered.forecast_value
            when delivered.comparison in ('le', 'yoy_up') then delivered.actual_value
            when delivered.unit = 'ratio'
                then greatest(
                    delivered.actual_value, least(delivered.actual_value / nullif(delivered.needed_share, 0), 1)
                )
            else delivered.actual_value / nullif(delivered.needed_share, 0)
        end as year_end_value,
        min(delivered.scope_level) over (partition by delivered.plan_year, delivered.target_id) as finest_level
    from delivered
),

judged as (
    select
        forecast.*,
        {{ meets_target(
            'forecast.actual_value', 'forecast.comparison', 'forecast.target_value', 'forecast.target_upper'
        ) }} as is_met,
        {{ meets_target(
            'forecast.year_end_value', 'forecast.comparison', 'forecast.target_value', 'forecast.target_upper'
        ) }} as is_met_by_year_end,
        forecast.comparison <> 'yoy_up' or forecast.baseline_value is not null as is_comparable
    from forecast
),

given as (
    select distinct
        plan_year,
        target_id,
        scope_level
    from judged
),

county as (
    select
        region_code,
        max(city_code) as city_code
    from {{ ref('dim_region') }}
    where region_level = 'county'
    group by region_code
),

coarser as (
    select
        'city' as scope_type,
        2 as scope_level
    union all
    select
        'province' as scope_type,
        3 as scope_level
),

-- From the finest scope that is delivered to every coarser one that is not.
lifted as (
    select
        coarser.scope_type as upper_type,
        case
            when coarser.scope_type = 'province' then '360000'
            when judged.scope_type = 'zone' then zone.city_code
            else county.city_code
        end as upper_code,
        judged.*
    from judged
    inner join coarser on judged.scope_level < coarser.scope_level
    left join given
        on
            judged.plan_year = given.plan_year
            and judged.target_id = given.target_id
            and coarser.scope_level = given.scope_level
    left join {{ ref('dim_zone') }} as zone
        on
            judged.scope_type = 'zone'
            and judged.scope_code = zone.zone_id
            and {{ held_on('zone', 'judged.plan_date') }}
    left join county on judged.scope_type = 'county' and judged.scope_code = county.region_code
    where judged.scope_level = judged.finest_level and given.target_id is null
),

summed as (
    select
        plan_year,
        target_id,
        upper_type as scope_type,
        upper_code as scope_code,
        comparison,
        roll_up,
        {{ exact_sum('numerator') }} as numerator_sum,
        {{ exact_sum('case when is_comparable then numerator end') }} as comparable_numerator,
        {{ exact_sum('denominator') }} as denominator_sum,
        {{ exact_sum('case when is_comparable then denominator end') }} as comparable_denominator,
        {{ exact_sum('baseline_value') }} as baseline_sum,
        {{ exact_sum('baseline_value * baseline_weight') }} / nullif({{ exact_sum('baseline_weight') }}, 0)
            as baseline_mean,
        {{ exact_sum('target_value') }} as target_sum,
        max(plan_value) as plan_value,
        max(target_upper) as target_upper,
        -- Amounts that add up are needed in the sum of what each needs by now.
        case
            when roll_up = 'sum'
                then coalesce(
                    {{ exact_sum('needed_share * target_value') }} / nullif({{ exact_sum('target_value') }}, 0),
                    max(needed_share)
                )
            else max(needed_share)
        end as needed_share,
        {{ exact_sum('year_end_value') }} as forecast_sum,
        {{ exact_sum('year_end_value * denominator') }} / nullif({{ exact_sum('denominator') }}, 0) as forecast_mean,
        {{ exact_sum('case when is_comparable then year_end_value * denominator end') }}
        / nullif({{ exact_sum('case when is_comparable then denominator end') }}, 0) as comparable_forecast_mean,
        count(actual_value) as measured_count,
        count(*) filter (where is_met) as met_count,
        count(*) filter (where is_met or is_met_by_year_end) as met_by_year_end_count,
        {{ exact_sum('beside_numerator') }} as beside_numerator,
        {{ exact_sum('beside_denominator') }} as beside_denominator,
        max(covered_day_count) as covered_day_count,
        max(period_day_count) as period_day_count,
        sum(evidence_count) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from lifted
    where upper_code is not null
    group by plan_year, target_id, upper_type, upper_code, comparison, roll_up
),

-- The zones that a target binds, by scope; none where the province has no zone of the class.
bound as (
    select
        target.plan_year,
        target.target_id,
        coarser.scope_type,
        case when coarser.scope_type = 'province' then '360000' else zone.city_code end as scope_code,
        count(*) as zone_count
    from {{ ref('int_plan_target') }} as target
    inner join {{ ref('dim_zone') }} as zone
        on
            {{ held_on('zone', 'target.plan_date') }}
            and {{ in_zone_class('zone.zone_level', 'target.zone_class') }}
    cross join coarser
    where target.target_grain <> 'county'
    group by target.plan_year, target.target_id, coarser.scope_type, scope_code
),

covered as (
    select
        summed.*,
        bound.zone_count as bound_zone_count
    from summed
    left join bound
        on
            summed.target_id = bound.target_id
            and summed.plan_year = bound.plan_year
            and summed.scope_type = bound.scope_type
            and summed.scope_code = bound.scope_code
),

rolled as (
    select
        plan_year,
        target_id,
        scope_type,
        scope_code,
        case when roll_up = 'share_of_zones' then 'ge' else comparison end as comparison,
        roll_up = 'share_of_zones' as is_share_of_zones,
        case roll_up
            when 'share_of_zones' then met_count
            when 'sum_ratio' then coalesce(comparable_numerator, numerator_sum)
            else numerator_sum
        end as numerator,
        case roll_up
            when 'share_of_zones' then measured_count
            when 'sum_ratio' then coalesce(comparable_denominator, denominator_sum)
        end as denominator,
        case roll_up when 'sum' then baseline_sum when 'sum_ratio' then baseline_mean end as baseline_value,
        case
            when roll_up = 'share_of_zones' then 1
            when comparison = 'track' then null
            when comparison = 'yoy_up' then case roll_up when 'sum' then baseline_sum else baseline_mean end
            when roll_up = 'sum' and comparison = 'ge' and scope_type <> 'province' then target_sum
            else plan_value
        end as target_value,
        case when roll_up <> 'share_of_zones' then target_upper end as target_upper,
        needed_share,
        case roll_up
            when 'share_of_zones' then cast(met_by_year_end_count as double) / nullif(measured_count, 0)
            when 'sum_ratio' then coalesce(comparable_forecast_mean, forecast_mean)
            else forecast_sum
        end as forecast_value,
        beside_numerator,
        beside_denominator,
        coalesce(covered_day_count, measured_count) as covered_count,
        coalesce(period_day_count, bound_zone_count) as expected_count,
        case
            when period_day_count is not null then 'day'
            when bound_zone_count is not null then 'zone'
        end as coverage_unit,
        evidence_count,
        batch_id,
        loaded_at
    from covered
),

every_scope as (
    select
        plan_year,
        target_id,
        scope_type,
        scope_code,
        comparison,
        false as is_share_of_zones,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        baseline_value,
        target_value as bar,
        target_upper,
        needed_share,
        year_end_value as forecast,
        cast(beside_numerator as double) as beside_numerator,
        cast(beside_denominator as double) as beside_denominator,
        covered_day_count as covered_count,
        period_day_count as expected_count,
        case when period_day_count is not null then 'day' end as coverage_unit,
        evidence_count,
        batch_id,
        loaded_at
    from judged
    union all
    select
        plan_year,
        target_id,
        scope_type,
        scope_code,
        comparison,
        is_share_of_zones,
        numerator,
        denominator,
        baseline_value,
        target_value as bar,
        target_upper,
        needed_share,
        forecast_value as forecast,
        beside_numerator,
        beside_denominator,
        covered_count,
        expected_count,
        coverage_unit,
        evidence_count,
        batch_id,
        loaded_at
    from rolled
    union all
    -- Every target has a row for the province; without source rows it has no number.
    select
        target.plan_year,
        target.target_id,
        'province' as scope_type,
        '360000' as scope_code,
        case when target.roll_up = 'share_of_zones' then 'ge' else target.comparison end as comparison,
        target.roll_up = 'share_of_zones' as is_share_of_zones,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        cast(null as double) as baseline_value,
        case when target.roll_up = 'share_of_zones' then 1 else target.target_value end as bar,
        case when target.roll_up <> 'share_of_zones' then target.target_upper end as target_upper,
        cast(null as double) as needed_share,
        cast(null as double) as forecast,
        cast(null as double) as beside_numerator,
        cast(null as double) as beside_denominator,
        cast(null as bigint) as covered_count,
        cast(null as bigint) as expected_count,
        cast(null as varchar) as coverage_unit,
        0 as evidence_count,
        cast(null as varchar) as batch_id,
        cast(null as timestamp) as loaded_at
    from {{ ref('int_plan_target') }} as target
    left join given on target.plan_year = given.plan_year and target.target_id = given.target_id
    where given.target_id is null
),

computed as (
    select
        every_scope.*,
        target.as_of_date,
        target.is_ended,
        target.year_share,
        target.defining_year,
        target.is_shown,
        target.is_this_year,
        target.zone_class = 'all' or bound.target_id is not null as is_bound,
        case
            when every_scope.denominator is null then cast(every_scope.numerator as double)
            else cast(every_scope.numerator as double) / nullif(cast(every_scope.denominator as double), 0)
        end as reached
    from every_scope
    inner join {{ ref('int_plan_target') }} as target
        on every_scope.plan_year = target.plan_year and every_scope.target_id = target.target_id
    left join bound
        on
            every_scope.plan_year = bound.plan_year
            and every_scope.target_id = bound.target_id
            and bound.scope_type = 'province'
),

expected as (
    select
        computed.*,
        case
            when computed.reached is null then null
            when computed.is_ended then computed.reached
            when computed.is_share_of_zones
                then least(
                    greatest(
                        computed.forecast,
                        {{ share_forecast('computed.reached', 'computed.needed_share', 'computed.year_share') }}
                    ),
                    1
                )
            else computed.forecast
        end as year_end
    from computed
),

-- Statuses are decided by the numbers as they are published.
valued as (
    select
        expected.*,
        {{ published_double('expected.reached') }} as actual_value,
        {{ published_double('expected.bar') }} as target_value,
        {{ published_double('expected.year_end') }} as forecast_value
    from expected
),

measured as (
    select
        valued.*,
        {{ meets_target('actual_value', 'comparison', 'target_value', 'target_upper') }} as is_met,
        {{ meets_target('forecast_value', 'comparison', 'target_value', 'target_upper') }} as is_met_by_year_end,
        {{ gap_to_target('actual_value', 'comparison', 'target_value', 'target_upper') }} as gap_value,
        {{ pace_to_target('reached', 'comparison', 'bar', 'needed_share', 'baseline_value') }} as pace_ratio
    from valued
)

select
    plan_year,
    target_id,
    scope_type,
    scope_code,
    as_of_date,
    actual_value,
    target_value,
    {{ published_double('target_upper') }} as target_upper,
    {{ published_double('baseline_value') }} as baseline_value,
    case when actual_value is not null then {{ published_double('gap_value') }} end as gap_value,
    {{ rounded('needed_share', 6) }} as needed_share,
    pace_ratio,
    forecast_value,
    case when is_bound then {{ attainment_status() }} else 'not_applicable' end as status,
    {{ published_double('numerator') }} as actual_numerator,
    {{ published_double('denominator') }} as actual_denominator,
    {{ published_double('beside_numerator') }} as beside_numerator,
    {{ published_double('beside_denominator') }} as beside_denominator,
    case when actual_value is not null then cast(covered_count as bigint) end as covered_count,
    case when actual_value is not null then cast(expected_count as bigint) end as expected_count,
    case when actual_value is not null then coverage_unit end as coverage_unit,
    is_share_of_zones,
    defining_year,
    is_shown,
    is_this_year,
    cast(evidence_count as bigint) as evidence_count,
    as_of_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', cast(plan_year as varchar), target_id, scope_type, scope_code) as source_record_id,
    batch_id,
    loaded_at
from measured
