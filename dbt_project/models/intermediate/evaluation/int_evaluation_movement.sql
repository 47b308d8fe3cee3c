-- Zones that are ranked in a period and in the same one of the year before.
with pair as (
    select
        total.period_code,
        total.zone_id,
        period.min_coverage_ratio,
        earlier_period.period_code as earlier_period_code
    from {{ ref('int_evaluation_total') }} as total
    inner join {{ ref('int_evaluation_period') }} as period on total.period_code = period.period_code
    inner join {{ ref('int_evaluation_period') }} as earlier_period
        on period.period_kind = earlier_period.period_kind and period.year_number = earlier_period.year_number + 1
    inner join {{ ref('int_evaluation_total') }} as earlier
        on earlier_period.period_code = earlier.period_code and total.zone_id = earlier.zone_id
    where total.is_ranked and earlier.is_ranked
),

compared as (
    select
        pair.period_code,
        pair.zone_id,
        pair.min_coverage_ratio,
        score.block_code,
        score.block_weight,
        score.indicator_weight,
        -- Null where the zone has the indicator in one of the two periods only.
        case when earlier.score is not null then score.score end as score,
        case when score.score is not null then earlier.score end as earlier_score
    from pair
    inner join {{ ref('fct_zone_evaluation_score') }} as score
        on pair.period_code = score.period_code and pair.zone_id = score.zone_id
    inner join {{ ref('fct_zone_evaluation_score') }} as earlier
        on
            pair.earlier_period_code = earlier.period_code
            and pair.zone_id = earlier.zone_id
            and score.indicator_code = earlier.indicator_code
),

blocks as (
    select
        period_code,
        zone_id,
        max(min_coverage_ratio) as min_coverage_ratio,
        max(block_weight) as block_weight,
        {{ exact_sum('score * indicator_weight') }}
        / {{ exact_sum('case when score is not null then indicator_weight end') }} as block_score,
        {{ exact_sum('earlier_score * indicator_weight') }}
        / {{ exact_sum('case when score is not null then indicator_weight end') }} as earlier_block_score,
        {{ exact_sum('case when score is not null then indicator_weight else 0 end') }}
        / {{ exact_sum('indicator_weight') }} as block_coverage,
        count(score) as indicator_count
    from compared
    group by period_code, zone_id, block_code
),

totals as (
    select
        period_code,
        zone_id,
        sum(indicator_count) as shared_indicator_count,
        {{ exact_sum('block_score * block_weight') }}
        / {{ exact_sum('case when block_score is not null then block_weight end') }} as total_score,
        {{ exact_sum('earlier_block_score * block_weight') }}
        / {{ exact_sum('case when block_score is not null then block_weight end') }} as earlier_total_score
    from blocks
    group by period_code, zone_id
    having
        {{ safe_div(exact_sum('block_coverage * block_weight'), exact_sum('block_weight')) }} >= max(min_coverage_ratio)
)

select
    period_code,
    zone_id,
    cast(shared_indicator_count as bigint) as shared_indicator_count,
    cast(
        rank() over (partition by period_code order by {{ rounded('total_score', 6) }} desc nulls last) as bigint
    ) as comparable_rank_number,
    cast(
        rank() over (
            partition by period_code order by {{ rounded('earlier_total_score', 6) }} desc nulls last
        ) as bigint
    ) as previous_comparable_rank_number
from totals
