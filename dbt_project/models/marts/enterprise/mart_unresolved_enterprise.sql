select
    bridge.enterprise_id,
    bridge.uscc,
    bridge.enterprise_name,
    bridge.decision as reason,
    case bridge.decision
        when 'tie' then '依据互相矛盾，分值相同'
        when 'ambiguous' then '地址同时对应多个开发区'
        when 'miss' then '没有任何依据指向在册开发区'
        when 'resolved' then '其他依据与认定的开发区不一致'
    end as reason_label,
    bridge.zone_id as decided_zone_id,
    decided.short_name as decided_zone_name,
    bridge.platform_zone_id,
    coalesce(stated.short_name, concat_ws(' ', '未登记开发区', bridge.platform_zone_id)) as platform_zone_name,
    coalesce(stated.city_name, '未登记') as city_name,
    bridge.candidates,
    bridge.address,
    bridge.registered_address,
    bridge.confidence,
    bridge.valid_from as open_since_date,
    {{ days_between('bridge.valid_from', as_of_date()) }} as open_days_count,
    cast(1 as bigint) as enterprise_count
from {{ ref('bridge_enterprise_zone') }} as bridge
left join {{ ref('dim_zone') }} as stated on bridge.platform_zone_id = stated.zone_id and stated.is_current
left join {{ ref('dim_zone') }} as decided on bridge.zone_id = decided.zone_id and decided.is_current
where
    bridge.is_current
    and (bridge.zone_id is null or bridge.zone_id <> bridge.platform_zone_id or bridge.confidence = 'low')
