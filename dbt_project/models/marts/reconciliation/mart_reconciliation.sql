select
    fact.check_code,
    checks.check_label,
    checks.check_order,
    checks.subject,
    fact.scope_type,
    fact.scope_code,
    case fact.scope_type
        when 'enterprise' then coalesce(enterprise.enterprise_name, fact.scope_code)
        else coalesce(zone.short_name, concat_ws(' ', '未登记开发区', fact.scope_code))
    end as scope_name,
    fact.zone_id,
    coalesce(zone.short_name, concat_ws(' ', '未登记开发区', fact.zone_id)) as zone_name,
    coalesce(zone.city_code, '360000') as city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    fact.period_type,
    fact.period_start,
    case fact.period_type
        when 'year' then concat_ws('', cast(year(fact.period_start) as varchar), '年')
        when 'month' then {{ month_label('fact.period_start') }}
        else {{ day_label('fact.period_start') }}
    end as period_label,
    fact.is_latest,
    checks.left_label,
    fact.left_value,
    checks.right_label,
    fact.right_value,
    fact.difference_value,
    checks.measure_label,
    fact.measured_value,
    fact.low_limit,
    fact.high_limit,
    checks.reason_label,
    fact.is_within,
    case when fact.is_within then '相符' when not fact.is_within then '不符' else '暂无数据' end as result_label,
    case when fact.is_within then '#2e7d32' when not fact.is_within then '#c62828' else '#9e9e9e' end as result_color,
    fact.finding_count,
    fact.evidence_count,
    cast(case when not fact.is_within then 1 else 0 end as bigint) as disagreement_count,
    cast(1 as bigint) as comparison_count
from {{ ref('fct_reconciliation') }} as fact
inner join {{ ref('dim_reconciliation_check') }} as checks on fact.check_code = checks.check_code
left join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
left join {{ ref('dim_enterprise') }} as enterprise
    on fact.scope_type = 'enterprise' and fact.scope_code = enterprise.enterprise_id and enterprise.is_current
where fact.scope_type = 'zone' or not coalesce(fact.is_within, false)
