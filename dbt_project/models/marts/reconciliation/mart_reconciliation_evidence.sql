select
    fact.check_code,
    checks.check_label,
    fact.scope_type,
    fact.scope_code,
    coalesce(zone.short_name, concat_ws(' ', '未登记开发区', compared.zone_id)) as zone_name,
    coalesce(zone.city_code, '360000') as city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    fact.period_start,
    compared.is_latest,
    compared.is_within,
    fact.item_id,
    coalesce(fact.item_name, enterprise.enterprise_name, zone.short_name, fact.item_id) as item_name,
    fact.uscc,
    enterprise.enterprise_name,
    fact.left_value,
    fact.right_value,
    fact.left_text,
    fact.right_text,
    fact.finding,
    finding.finding_label,
    fact.is_finding,
    cast(case when fact.is_finding then 1 else 0 end as bigint) as finding_count,
    fact.left_record_id,
    fact.right_record_id,
    fact.batch_id
from {{ ref('fct_reconciliation_evidence') }} as fact
inner join {{ ref('fct_reconciliation') }} as compared
    on
        fact.check_code = compared.check_code
        and fact.scope_type = compared.scope_type
        and fact.scope_code = compared.scope_code
        and fact.period_start = compared.period_start
inner join {{ ref('dim_reconciliation_check') }} as checks on fact.check_code = checks.check_code
left join {{ ref('dim_reconciliation_finding') }} as finding on fact.finding = finding.finding
left join {{ ref('dim_zone') }} as zone on compared.zone_id = zone.zone_id and zone.is_current
left join {{ ref('dim_enterprise') }} as enterprise
    on fact.enterprise_id = enterprise.enterprise_id and enterprise.is_current
