-- The rate of monitoring that rests on the fewest days speaks for the block.
with ecology as (
    select
        period_code,
        zone_id,
        min(covered_day_count) as covered_day_count,
        max(period_day_count) as period_day_count
    from {{ ref('fct_zone_evaluation_score') }}
    where block_code = 'ecology' and period_day_count is not null
    group by period_code, zone_id
)

select
    fact.period_code,
    fact.period_label,
    case fact.period_kind when 'half' then '半年通报' else '全年考评' end as period_kind_label,
    case when not fact.is_covered then '数据不全' when fact.is_final then '正式' else '试算' end as stage_label,
    fact.closing_date,
    fact.is_covered,
    fact.is_final,
    fact.zone_id,
    zone.zone_name,
    zone.short_name,
    zone.level_label,
    case fact.level_group when 'national' then '国家级' else '省级' end as group_label,
    zone.city_code,
    zone.city_name,
    fact.rank_number,
    fact.group_rank,
    fact.shared_indicator_count,
    fact.comparable_rank_number,
    fact.previous_comparable_rank_number,
    fact.rank_gain,
    fact.total_score,
    fact.economy_score,
    fact.innovation_score,
    fact.openness_score,
    fact.efficiency_score,
    fact.ecology_score,
    {{ day_coverage_label('ecology.covered_day_count', 'ecology.period_day_count') }} as ecology_coverage_label,
    fact.business_score,
    fact.coverage_ratio,
    fact.period_coverage_ratio,
    fact.indicator_count,
    fact.is_top,
    fact.is_fastest_riser,
    fact.is_last,
    case
        when fact.is_top and fact.is_fastest_riser then '先进、进位最快'
        when fact.is_top then '先进'
        when fact.is_fastest_riser and fact.is_last then '进位最快、末位'
        when fact.is_fastest_riser then '进位最快'
        when fact.is_last then '末位约谈'
        when not fact.is_covered then '数据不全，不排名'
        when fact.rank_number is null then '数据不足，不排名'
        else ''
    end as list_label,
    '权重可配置，非官方公布' as method_label
from {{ ref('fct_zone_evaluation') }} as fact
inner join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
left join ecology on fact.period_code = ecology.period_code and fact.zone_id = ecology.zone_id
