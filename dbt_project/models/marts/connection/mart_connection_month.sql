select
    fact.system_code,
    case fact.system_code
        when 'smart_zone' then '智慧开发区平台'
        when 'gov_service' then '政务服务'
        when 'credit' then '信用公示'
        when 'trading' then '公共资源交易'
        when 'monitoring' then '在线监测'
        else fact.system_code
    end as system_label,
    {{ month_start('fact.business_date') }} as business_month,
    cast(count(distinct fact.zone_id) filter (where fact.is_connected) as bigint) as connected_zone_count,
    {{ safe_div('sum(fact.heartbeat_count)', 'count(*) * 288') }} as uptime_ratio,
    cast(sum(fact.exchanged_row_count) as bigint) as exchanged_row_count,
    cast(count(*) filter (where fact.heartbeat_count < 144) as bigint) as outage_day_count
from {{ ref('fct_connection_day') }} as fact
group by fact.system_code, {{ month_start('fact.business_date') }}
