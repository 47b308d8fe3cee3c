with blocks as (
    select
        period_code,
        zone_id,
        block_code,
        max(block_weight) as block_weight,
        sum(score * effective_weight) / 100 as block_score,
        sum(case when score is not null then indicator_weight else 0 end) / sum(indicator_weight) as block_coverage,
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
        sum(blocks.block_score * blocks.block_weight)
        / nullif(sum(case when blocks.block_score is not null then blocks.block_weight end), 0) as total_score,
        sum(blocks.block_coverage * blocks.block_weight) / sum(blocks.block_weight) as coverage_ratio,
        sum(blocks.indicator_count) as indicator_count,
        max(blocks.batch_id) as batch_id,
        max(blocks.loaded_at) as loaded_at
    from blocks
    group by blocks.period_code, blocks.zone_id
),

graded as (
    select
        totals.*,
        period.period_label,
        period.period_kind,
        period.year_number,
        period.until_date,
        period.is_final,
        zone.city_code,
        case when zone.zone_level = 'national' then 'national' else 'provincial' end as level_group,
        -- A zone of which less than half is known is scored and not ranked.
        totals.coverage_ratio >= 0.5 as is_ranked
    from totals
    inner join {{ ref('int_evaluation_period') }} as period on totals.period_code = period.period_code
    inner join {{ ref('dim_zone') }} as zone on totals.zone_id = zone.zone_id and zone.is_current
),

ranked as (
    select
        graded.*,
        case
            when graded.is_ranked
                then rank() over (
                    partition by graded.period_code, graded.is_ranked
                    order by round(graded.total_score, 6) desc nulls last
                )
        end as rank_number,
        case
            when graded.is_ranked
                then rank() over (
                    partition by graded.period_code, graded.level_group, graded.is_ranked
                    order by round(graded.total_score, 6) desc nulls last
                )
        end as group_rank,
        case
            when graded.is_ranked
                then row_number() over (
                    partition by graded.period_code, graded.level_group, graded.is_ranked
                    order by round(graded.total_score, 6) asc nulls last, graded.zone_id desc nulls last
                )
        end as place_from_end
    from graded
),

compared as (
    select
        ranked.*,
        earlier.rank_number as previous_rank_number,
        earlier.rank_number - ranked.rank_number as rank_gain
    from ranked
    left join ranked as earlier
        on
            ranked.zone_id = earlier.zone_id
            and ranked.period_kind = earlier.period_kind
            and ranked.year_number = earlier.year_number + 1
),

placed as (
    select
        compared.*,
        case
            when compared.rank_gain > 0
                then row_number() over (
                    partition by compared.period_code
                    order by
                        compared.rank_gain desc nulls last,
                        compared.rank_number asc nulls last,
                        compared.zone_id asc nulls last
                )
        end as riser_place
    from compared
),

lists as (
    select
        max(case when list_code = 'top_national' then place_count end) as top_national_count,
        max(case when list_code = 'top_provincial' then place_count end) as top_provincial_count,
        max(case when list_code = 'fastest_riser' then place_count end) as fastest_riser_count,
        max(case when list_code = 'last_national' then place_count end) as last_national_count,
        max(case when list_code = 'last_provincial' then place_count end) as last_provincial_count
    from {{ ref('evaluation_list') }}
),

listed as (
    select
        placed.*,
        case
            when placed.level_group = 'national' then placed.group_rank <= lists.top_national_count
            else placed.group_rank <= lists.top_provincial_count
        end as is_top,
        placed.riser_place <= lists.fastest_riser_count as is_fastest_riser,
        case
            when placed.level_group = 'national' then placed.place_from_end <= lists.last_national_count
            else placed.place_from_end <= lists.last_provincial_count
        end as is_at_end
    from placed
    cross join lists
)

select
    period_code,
    period_label,
    period_kind,
    year_number,
    is_final,
    zone_id,
    city_code,
    level_group,
    round(total_score, 4) as total_score,
    round(economy_score, 4) as economy_score,
    round(innovation_score, 4) as innovation_score,
    round(openness_score, 4) as openness_score,
    round(efficiency_score, 4) as efficiency_score,
    round(ecology_score, 4) as ecology_score,
    round(business_score, 4) as business_score,
    round(coverage_ratio, 6) as coverage_ratio,
    cast(indicator_count as bigint) as indicator_count,
    cast(rank_number as bigint) as rank_number,
    cast(group_rank as bigint) as group_rank,
    cast(previous_rank_number as bigint) as previous_rank_number,
    cast(rank_gain as bigint) as rank_gain,
    coalesce(is_top, false) as is_top,
    coalesce(is_fastest_riser, false) as is_fastest_riser,
    -- Nobody is praised and summoned at once: in a small group the top list goes first.
    coalesce(is_at_end and not is_top, false) as is_last,
    until_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', period_code, zone_id) as source_record_id,
    batch_id,
    loaded_at
from listed
