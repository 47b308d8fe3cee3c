-- The zone of an enterprise at the end of the month; before its first period, that of the first one.
with enterprise as (
    select
        fact.enterprise_id,
        fact.uscc,
        bridge.enterprise_name,
        coalesce(bridge.zone_id, bridge.platform_zone_id) as zone_id,
        fact.business_month,
        fact.caliber,
        cast(fact.reported_value as double) as reported_value,
        fact.source_record_id,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_enterprise_indicator_month') }} as fact
    inner join {{ ref('bridge_enterprise_zone') }} as bridge
        on
            fact.enterprise_id = bridge.enterprise_id
            and last_day(fact.business_month) < bridge.valid_to
            and (bridge.valid_from <= last_day(fact.business_month) or bridge.period_number = 1)
    where
        fact.indicator_code = 'main_business_revenue'
        and fact.is_current
        and fact.is_published
)

select
    'zone_enterprise_revenue' as check_code,
    'zone' as scope_type,
    zone.zone_id as scope_code,
    zone.business_month as period_start,
    enterprise.enterprise_id as item_id,
    enterprise.enterprise_name as item_name,
    enterprise.uscc,
    enterprise.enterprise_id,
    cast(zone.reported_value as double) as left_value,
    enterprise.reported_value as right_value,
    cast(zone.caliber as varchar) as left_text,
    cast(enterprise.caliber as varchar) as right_text,
    case when enterprise.enterprise_id is null then 'missing' else 'counted' end as finding,
    zone.source_record_id as left_record_id,
    enterprise.source_record_id as right_record_id,
    greatest(zone.batch_id, coalesce(enterprise.batch_id, zone.batch_id)) as batch_id,
    greatest(zone.loaded_at, coalesce(enterprise.loaded_at, zone.loaded_at)) as loaded_at
from {{ ref('fct_zone_indicator_month') }} as zone
left join enterprise
    on
        zone.zone_id = enterprise.zone_id
        and zone.business_month = enterprise.business_month
        and zone.caliber = enterprise.caliber
where
    zone.indicator_code = 'main_business_revenue'
    and zone.is_current
    and zone.is_published
    and zone.business_month in (select reporting.business_month from enterprise as reporting)
