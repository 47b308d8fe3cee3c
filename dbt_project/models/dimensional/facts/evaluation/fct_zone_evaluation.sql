with graded as (
    select
        total.*,
        period.period_label,
        period.period_kind,
        period.year_number,
        period.until_date,
        period.closing_date
    from {{ ref('int_evaluation_total') }} as total
    inner join {{ ref('int_evaluation_period') }} as period on total.period_code = period.period_code
),

ranked as (
    select
        graded.*,
        case
            when graded.is_ranked
                then rank() over (
                    partition by graded.period_code, graded.is_ranked
                    order by graded.total_score desc nulls last
                )
        end as rank_number,
        case
            when graded.is_ranked
                then rank() over (
                    partition by graded.period_code, graded.level_group, graded.is_ranked
                    order by graded.total_score desc nulls last
                )
        end as group_rank,
        case
            when graded.is_ranked
                then row_number() over (
                    partition by graded.period_code, graded.level_group, graded.is_ranked
                    order by graded.total_score asc nulls last, graded.zone_id desc nulls last
                )
        end as place_from_end
    from graded
),

compared as (
    select
        ranked.*,
        movement.shared_indicator_count,
        movement.comparable_rank_number,
        movement.previous_comparable_rank_number,
        movement.previous_comparable_rank_number - movement.comparable_rank_number as rank_gain
    from ranked
    left join {{ ref('int_evaluation_movement') }} as movement
        on ranked.period_code = movement.period_code and ranked.zone_id = movement.zone_id
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
    closing_date,
    is_covered,
    is_final,
    zone_id,
    city_code,
    level_group,
    {{ rounded('total_score', 4) }} as total_score,
    {{ rounded('economy_score', 4) }} as economy_score,
    {{ rounded('innovation_score', 4) }} as innovation_score,
    {{ rounded('openness_score', 4) }} as openness_score,
    {{ rounded('efficiency_score', 4) }} as efficiency_score,
    {{ rounded('ecology_score', 4) }} as ecology_score,
    {{ rounded('business_score', 4) }} as business_score,
    coverage_ratio,
    period_coverage_ratio,
    min_coverage_ratio,
    cast(indicator_count as bigint) as indicator_count,
    cast(rank_number as bigint) as rank_number,
    cast(group_rank as bigint) as group_rank,
    shared_indicator_count,
    comparable_rank_number,
    previous_comparable_rank_number,
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
