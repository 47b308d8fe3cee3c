select
    score.period_code,
    fact.period_label,
    score.zone_id,
    zone.zone_name,
    zone.city_code,
    zone.city_name,
    indicator.block_name,
    indicator.block_order,
    indicator.indicator_code,
    indicator.indicator_name,
    indicator.indicator_order,
    indicator.unit_label,
    {{ rounded('score.indicator_value / indicator.unit_divisor', 4) }} as indicator_value,
    {{ rounded('score.min_value / indicator.unit_divisor', 4) }} as min_value,
    {{ rounded('score.max_value / indicator.unit_divisor', 4) }} as max_value,
    score.score,
    case
        when score.score is null then '暂无数据'
        else {{ format_number('score.score', 1) }}
    end as score_label,
    case
        when score.period_day_count is null then '—'
        else {{ day_coverage_label('score.covered_day_count', 'score.period_day_count') }}
    end as coverage_label,
    score.indicator_weight,
    score.effective_weight
from {{ ref('fct_zone_evaluation_score') }} as score
inner join {{ ref('fct_zone_evaluation') }} as fact
    on score.period_code = fact.period_code and score.zone_id = fact.zone_id
inner join {{ ref('dim_evaluation_indicator') }} as indicator on score.indicator_code = indicator.indicator_code
inner join {{ ref('dim_zone') }} as zone on score.zone_id = zone.zone_id and zone.is_current
