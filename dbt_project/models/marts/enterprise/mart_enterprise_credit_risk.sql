with event as (
    select
        enterprise_id,
        count(*) filter (where event_kind = 'abnormal_listing' and is_open) as abnormal_count,
        count(*) filter (where event_kind = 'serious_listing' and is_open) as serious_count,
        count(*) filter (where event_kind = 'penalty') as penalty_count,
        count(*) filter (
            where event_kind = 'penalty' and event_date > {{ add_months(as_of_date(), -12) }}
        ) as recent_penalty_count,
        sum(fine_yuan) filter (where event_kind = 'penalty' and event_date > {{ add_months(as_of_date(), -12) }})
            as recent_fine_yuan,
        sum(fine_yuan) filter (where event_kind = 'penalty') as fine_yuan,
        max(event_date) as latest_event_date,
        max_by(event_title, event_date) as latest_event_title
    from {{ ref('fct_credit_event') }}
    where is_current and is_negative and enterprise_id is not null and event_date <= {{ as_of_date() }}
    group by enterprise_id
),

-- An empty register says of nobody that it does not know them.
register as (
    select count(*) filter (where is_registered) > 0 as has_rows
    from {{ ref('dim_enterprise') }}
),

judged as (
    select
        enterprise.enterprise_id,
        enterprise.uscc,
        enterprise.enterprise_name,
        coalesce(bridge.zone_id, enterprise.zone_id) as zone_id,
        enterprise.is_in_operation,
        enterprise.registration_state,
        register.has_rows and not enterprise.is_registered as is_unknown,
        coalesce(enterprise.registration_state in ('吊销', '注销', '迁出'), false) as is_ended,
        coalesce(event.abnormal_count, 0) > 0 as is_abnormal,
        coalesce(event.serious_count, 0) > 0 as is_serious,
        coalesce(event.penalty_count, 0) as penalty_count,
        coalesce(event.recent_penalty_count, 0) as recent_penalty_count,
        coalesce(event.fine_yuan, 0) as fine_yuan,
        coalesce(event.recent_fine_yuan, 0) as recent_fine_yuan,
        event.latest_event_date,
        event.latest_event_title
    from {{ ref('dim_enterprise') }} as enterprise
    cross join register
    left join {{ ref('bridge_enterprise_zone') }} as bridge
        on enterprise.enterprise_id = bridge.enterprise_id and bridge.is_current
    left join event on enterprise.enterprise_id = event.enterprise_id
    where enterprise.is_current
)

select
    judged.enterprise_id,
    judged.uscc,
    judged.enterprise_name,
    judged.zone_id,
    coalesce(zone.short_name, concat_ws(' ', '未登记开发区', judged.zone_id)) as zone_name,
    coalesce(zone.city_code, '360000') as city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    case
        when (judged.is_ended and judged.is_in_operation) or judged.is_serious then 'high'
        when judged.is_abnormal or judged.recent_penalty_count > 0 or judged.is_unknown then 'medium'
        else 'low'
    end as risk_level,
    case
        when (judged.is_ended and judged.is_in_operation) or judged.is_serious then '高'
        when judged.is_abnormal or judged.recent_penalty_count > 0 or judged.is_unknown then '中'
        else '低'
    end as risk_label,
    concat_ws(
        '、',
        case
            when judged.is_ended and judged.is_in_operation then concat_ws('', '已', judged.registration_state, '仍在平台')
        end,
        case when judged.is_serious then '严重违法失信' end,
        case when judged.is_abnormal then '经营异常' end,
        case when judged.is_unknown then '信用登记查无' end,
        case when judged.recent_penalty_count > 0 then '近一年受罚' end,
        case when judged.recent_penalty_count = 0 and judged.penalty_count > 0 then '曾受罚' end,
        case when judged.is_ended and not judged.is_in_operation then concat_ws('', '已', judged.registration_state) end
    ) as risk_reason,
    judged.registration_state,
    judged.is_ended and judged.is_in_operation as is_ended_on_platform,
    judged.is_unknown,
    judged.is_abnormal,
    judged.is_serious,
    cast(judged.penalty_count as bigint) as penalty_count,
    cast(judged.recent_penalty_count as bigint) as recent_penalty_count,
    cast(judged.fine_yuan as double) as fine_yuan,
    cast(judged.recent_fine_yuan as double) as recent_fine_yuan,
    judged.latest_event_date,
    judged.latest_event_title,
    cast(1 as bigint) as enterprise_count
from judged
left join {{ ref('dim_zone') }} as zone on judged.zone_id = zone.zone_id and zone.is_current
where
    judged.is_ended
    or judged.is_unknown
    or judged.is_abnormal
    or judged.is_serious
    or judged.penalty_count > 0
