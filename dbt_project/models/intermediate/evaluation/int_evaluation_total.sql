with blocks as (
    select
        period_code,
        zone_id,
        block_code,
        max(block_weight) as block_weight,
        {{ exact_sum('score * effective_weight') }} / 100 as block_score,
        {{ exact_sum('case when score is not null then indicator_weight else 0 end') }}
        / {{ exact_sum('indicator_weight') }} as block_coverage,
        count(score) as indicator_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_zone_evaluation_score') }}
    group by period_code, zone_id, block_code
),

totals as (
    select
        blocks.period_code,
        blocks.zone_id,
        max(case when blocks.block_code = 'economy' then blocks.block_score end) as economy_score,
        max(case when blocks.block_code = 'innovation' then blocks.block_score end) as innovation_score,
        max(case when blocks.block_code = 'openness' then blocks.block_score end) as openness_score,
        max(case when blocks.block_code = 'efficiency' then blocks.block_score end) as efficiency_score,
        max(case when blocks.block_code = 'ecology' then blocks.block_score end) as ecology_score,
        max(case when blocks.block_code = 'business' then blocks.block_score end) as business_score,
        -- A block without any indicator leaves its weight to the others.
        {{ safe_div(
            exact_sum('blocks.block_score * blocks.block_weight'),
            exact_sum('case when blocks.block_score is not null then blocks.block_weight end')
        ) }} as total_score,
        {{ safe_div(exact_sum('blocks.block_coverage * blocks.block_weight'), exact_sum('blocks.block_weight')) }}
            as coverage_ratio,
        sum(blocks.indicator_count) as indicator_count,
        max(blocks.batch_id) as batch_id,
        max(blocks.loaded_at) as loaded_at
    from blocks
    group by blocks.period_code, blocks.zone_id
),

zone as (
    select
        zone_id,
        city_code,
        case when zone_level = 'national' then 'national' else 'provincial' end as level_group,
        count(*) over () as zone_count
    from {{ ref('dim_zone') }}
    where is_current and zone_level <> 'preparing'
),

covered as (
    select
        totals.*,
        zone.city_code,
        zone.level_group,
        zone.zone_count,
        period.is_ended,
        period.is_closed,
        period.min_coverage_ratio,
        -- A zone without any value is one of which nothing is known.
        {{ safe_div(
            'sum(cast(totals.coverage_ratio as decimal(38, 12))) over (partition by totals.period_code)',
            'zone.zone_count'
        ) }} as period_coverage_ratio
    from totals
    inner join {{ ref('int_evaluation_period') }} as period on totals.period_code = period.period_code
    inner join zone on totals.zone_id = zone.zone_id
),

graded as (
    select
        covered.*,
        covered.period_coverage_ratio >= covered.min_coverage_ratio as is_covered,
        covered.period_coverage_ratio >= covered.min_coverage_ratio
        and covered.coverage_ratio >= covered.min_coverage_ratio as is_ranked
    from covered
)

select
    period_code,
    zone_id,
    city_code,
    level_group,
    economy_score,
    innovation_score,
    openness_score,
    efficiency_score,
    ecology_score,
    business_score,
    total_score,
    coverage_ratio,
    period_coverage_ratio,
    min_coverage_ratio,
    indicator_count,
    is_covered,
    is_ranked,
    is_ended
    and is_covered
    and (
        is_closed
        or sum(case when is_ranked then 1 else 0 end) over (partition by period_code) = zone_count
    ) as is_final,
    batch_id,
    loaded_at
from graded
