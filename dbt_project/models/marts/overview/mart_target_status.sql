select
    target.target_id,
    target.work_item,
    target.area,
    target.title_zh,
    target.lead_department,
    fact.as_of_date,
    fact.actual_value,
    fact.target_value,
    fact.gap_value,
    fact.pace_ratio,
    fact.forecast_value,
    fact.status,
    status.status_label,
    status.status_color,
    fact.evidence_count,
    target.unit_label,
    {{ amount_label('fact.actual_value', 'target') }} as actual_label,
    case
        when target.target_value is null then '持续推进'
        else {{ amount_label('target.target_value', 'target') }}
    end as target_label,
    {{ gap_label('fact.actual_value', 'fact.target_value', 'target') }} as gap_label,
    case
        when fact.pace_ratio is null then '暂无数据'
        else concat_ws('', {{ format_number('fact.pace_ratio * 100', 1) }}, '%')
    end as pace_label,
    {{ amount_label('fact.forecast_value', 'target') }} as forecast_label
from {{ ref('dim_target') }} as target
inner join {{ ref('fct_target_attainment') }} as fact
    on target.target_id = fact.target_id and fact.scope_type = 'province'
inner join {{ ref('dim_status') }} as status on fact.status = status.status
