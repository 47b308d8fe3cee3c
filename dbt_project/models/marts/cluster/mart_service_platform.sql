select
    platform.platform_id,
    platform.platform_name,
    platform.zone_id,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    coalesce(zone.level_label, '未登记') as level_label,
    zone.city_code,
    zone.city_name,
    platform.function_count,
    platform.is_comprehensive,
    coalesce(
        nullif(
            concat_ws(
                '、',
                case when not platform.has_rd then '研发设计' end,
                case when not platform.has_testing then '检验检测' end,
                case when not platform.has_transfer then '技术转移' end,
                case when not platform.has_incubation then '创业孵化' end,
                case when not platform.has_training then '人才培训' end,
                case when not platform.has_information then '信息服务' end,
                case when not platform.has_financing then '投融资服务' end
            ),
            ''
        ),
        '无'
    ) as missing_label,
    {{ yi('platform.investment_yuan') }} as investment_yi,
    platform.opened_date,
    platform.closed_date,
    platform.is_running,
    case
        when platform.is_running then '运行中'
        when platform.opened_date > {{ as_of_date() }} then '未投用'
        else '已停用'
    end as state_label,
    cast(1 as bigint) as platform_count
from {{ ref('fct_service_platform') }} as platform
left join {{ ref('dim_zone') }} as zone on platform.zone_id = zone.zone_id and zone.is_current
where platform.is_current
