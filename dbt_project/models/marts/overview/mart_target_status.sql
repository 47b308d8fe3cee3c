select
    fact.plan_year,
    {{ shown_plan_label('fact', 'plan') }} as plan_label,
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
    end as reached_label,
    case when fact.as_of_date > plan.deadline then '年终结果' else '预测年底' end as forecast_title,
    {{ target_coverage_label('fact') }} as coverage_label,
    {{ beside_label('fact', 'target') }} as beside_label,
    -- What the as-of year has reached, as long as the screens keep the plan of an earlier one.
    case
        when new_year.actual_value is not null
            then concat_ws('', cast(new_year.plan_year as varchar), '年 ', {{ actual_label('new_year', 'target') }})
        when new_year.target_id is not null
            then concat_ws('', cast(new_year.plan_year as varchar), '年 暂无数据')
        else '—'
    end as new_year_label
from {{ ref('fct_target_attainment') }} as fact
inner join {{ ref('dim_target') }} as target
    on fact.defining_year = target.plan_year and fact.target_id = target.target_id
left join {{ ref('dim_work_plan') }} as plan on fact.plan_year = plan.plan_year
left join {{ ref('fct_target_attainment') }} as new_year
    on
        fact.target_id = new_year.target_id
        and new_year.scope_type = 'province'
        and new_year.is_this_year
        and not new_year.is_shown
inner join {{ ref('dim_status') }} as status on fact.status = status.status
where fact.is_shown and fact.scope_type = 'province'
