with spread as (
    select
        fact.period_code,
        fact.zone_id,
        fact.indicator_code,
        fact.indicator_value,
        min(fact.indicator_value) over (partition by fact.period_code, fact.indicator_code) as min_value,
        max(fact.indicator_value) over (partition by fact.period_code, fact.indicator_code) as max_value,
        fact.covered_day_count,
        fact.period_day_count,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('int_evaluation_value') }} as fact
),

-- Every indicator of every zone that has any value in the period.
expected as (
    select
        zone.period_code,
        zone.zone_id,
        indicator.indicator_code,
        indicator.block_code,
        indicator.is_higher_better,
        indicator.indicator_weight,
        indicator.block_weight
    from (
        select distinct
            period_code,
            zone_id
        from spread
    ) as zone
    cross join {{ ref('dim_evaluation_indicator') }} as indicator
),

scored as (
    select
        expected.*,
        spread.indicator_value,
        spread.min_value,
        spread.max_value,
        spread.covered_day_count,
        spread.period_day_count,
        spread.batch_id,
        spread.loaded_at,
        case
            when spread.indicator_value is null then null
            when spread.max_value = spread.min_value then 100
            when expected.is_higher_better
                then 20 + 80 * (spread.indicator_value - spread.min_value) / (spread.max_value - spread.min_value)
            else 20 + 80 * (spread.max_value - spread.indicator_value) / (spread.max_value - spread.min_value)
        end as score
    from expected
    left join spread
        on
            expected.period_code = spread.period_code
            and expected.zone_id = spread.zone_id
            and expected.indicator_code = spread.indicator_code
)

select
    scored.period_code,
    scored.zone_id,
    scored.indicator_code,
    scored.block_code,
    scored.indicator_value,
    scored.min_value,
    scored.max_value,
    cast(scored.covered_day_count as bigint) as covered_day_count,
    cast(scored.period_day_count as bigint) as period_day_count,
    {{ rounded('scored.score', 6) }} as score,
    scored.indicator_weight,
    -- The weight of what is missing goes to the other indicators of the block, by their weights.
    case
        when scored.score is not null
            then {{ safe_div(
                '100 * scored.indicator_weight',
                'sum(cast(case when scored.score is not null then scored.indicator_weight end as decimal(38, 12))) over (
                    partition by scored.period_code, scored.zone_id, scored.block_code
                )'
            ) }}
        else 0
    end as effective_weight,
    scored.block_weight,
    period.until_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', scored.period_code, scored.zone_id, scored.indicator_code) as source_record_id,
    scored.batch_id,
    scored.loaded_at
from scored
inner join {{ ref('int_evaluation_period') }} as period on scored.period_code = period.period_code
