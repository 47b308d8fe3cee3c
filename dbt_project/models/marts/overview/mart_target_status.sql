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
    case when fact.is_share_of_zones then '开发区占比' else target.unit_label end as unit_label,
    {{ actual_label('fact', 'target') }} as actual_label,
    {{ target_label('fact', 'target') }} as target_label,
    {{ missing_label('fact', 'target') }} as gap_label,
    {{ pace_label('fact') }} as pace_label,
    {{ forecast_label('fact', 'target') }} as forecast_label,
    {{ percent_of('fact.actual_value', 'fact.target_value') }} as reached_percent,
    {{ percent_of('fact.needed_share', '1') }} as needed_percent,
    case
        when fact.actual_value is null or fact.target_value is null or fact.target_value = 0 then '—'
        else concat_ws('', {{ format_number('100 * fact.actual_value / fact.target_value', 1) }}, '%')
    end as reached_label
from {{ ref('dim_target') }} as target
inner join {{ ref('fct_target_attainment') }} as fact
    on target.target_id = fact.target_id and fact.scope_type = 'province'
inner join {{ ref('dim_status') }} as status on fact.status = status.status
