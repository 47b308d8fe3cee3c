-- Every zone on record and every system of the province, with its line in the week up to the last stated day.
with stated as (
    select max(business_date) as last_date
    from {{ ref('fct_connection_day') }}
),

system as (
    select
        'smart_zone' as system_code,
        '智慧开发区平台' as system_label,
        1 as system_order
    union all
    select
        'gov_service' as system_code,
        '政务服务' as system_label,
        2 as system_order
    union all
    select
        'credit' as system_code,
        '信用公示' as system_label,
        3 as system_order
    union all
    select
        'trading' as system_code,
        '公共资源交易' as system_label,
        4 as system_order
    union all
    select
        'monitoring' as system_code,
        '在线监测' as system_label,
        5 as system_order
),

line as (
    select
        fact.zone_id,
        fact.system_code,
        min(fact.business_date) filter (where fact.is_connected) as first_connected_date,
        max(fact.business_date) filter (where fact.is_connected) as last_connected_date,
        cast(max(fact.last_heartbeat_at) as date) as last_heartbeat_date,
        bool_or(fact.is_connected and fact.business_date > {{ add_days('stated.last_date', -7) }}) as is_connected,
        bool_or(fact.is_flowing and fact.business_date > {{ add_days('stated.last_date', -7) }}) as is_flowing,
        sum(fact.heartbeat_count) filter (where fact.business_date > {{ add_days('stated.last_date', -30) }})
            as heartbeat_count,
        count(*) filter (where fact.business_date > {{ add_days('stated.last_date', -30) }}) as day_count,
        sum(fact.exchanged_row_count) filter (where fact.business_date > {{ add_days('stated.last_date', -30) }})
            as exchanged_row_count,
        max_by(fact.connected_enterprise_count, fact.business_date) as connected_enterprise_count,
        max_by(fact.enterprise_count, fact.business_date) as enterprise_count
    from {{ ref('fct_connection_day') }} as fact
    cross join stated
    group by fact.zone_id, fact.system_code
)

select
    zone.zone_id,
    zone.short_name as zone_name,
    zone.level_label,
    zone.city_code,
    zone.city_name,
    system.system_code,
    system.system_label,
    cast(system.system_order as bigint) as system_order,
    case
        when stated.last_date is null then '暂无数据'
        when line.zone_id is null then '未接入'
        when not line.is_connected then '中断'
        when not line.is_flowing then '已连通无数据'
        else '正常'
    end as line_label,
    case
        when stated.last_date is null then '#9e9e9e'
        when line.zone_id is null or not line.is_connected then '#c62828'
        when not line.is_flowing then '#f9a825'
        else '#2e7d32'
    end as line_color,
    case when stated.last_date is not null then coalesce(line.is_connected, false) end as is_connected,
    case when stated.last_date is not null then coalesce(line.is_flowing, false) end as is_flowing,
    line.first_connected_date,
    line.last_connected_date,
    line.last_heartbeat_date,
    {{ safe_div('line.heartbeat_count', 'line.day_count * 288') }} as uptime_ratio,
    cast(line.exchanged_row_count as bigint) as exchanged_row_count,
    cast(line.connected_enterprise_count as bigint) as connected_enterprise_count,
    cast(line.enterprise_count as bigint) as enterprise_count,
    {{ safe_div('line.connected_enterprise_count', 'line.enterprise_count') }} as enterprise_connection_ratio,
    cast(case when stated.last_date is not null then coalesce(cast(line.is_connected as int), 0) end as bigint)
        as connected_count,
    cast(1 as bigint) as line_count
from {{ ref('dim_zone') }} as zone
cross join system
cross join stated
left join line on zone.zone_id = line.zone_id and system.system_code = line.system_code
where zone.is_current
