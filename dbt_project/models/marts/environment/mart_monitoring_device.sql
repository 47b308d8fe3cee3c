with outlet_name as (
    {{ outlet_names() }}
),

enterprise_name as (
    {{ enterprise_names() }}
),

devices as (
    select
        mn,
        max_by(outlet_id, business_date) as outlet_id,
        max_by(zone_id, business_date) as zone_id,
        max_by(uscc, business_date) as uscc,
        max_by(medium, business_date) as medium,
        count(*) as due_day_count,
        count(*) filter (where is_online) as online_day_count,
        max(case when is_online then business_date end) as last_online_date,
        sum(expected_value_count) as expected_value_count,
        sum(received_value_count) as received_value_count,
        sum(valid_value_count) as valid_value_count,
        sum(received_value_count - standstill_value_count) as due_value_count,
        {{ exact_mean('longest_running_hours') }} as running_hours_mean
    from {{ ref('fct_device_day') }}
    where
        is_registered
        and business_date >= {{ add_days(as_of_date(), -29) }}
        and business_date <= {{ as_of_date() }}
    group by mn
),

suspects as (
    select
        mn,
        count(*) as suspect_count
    from {{ ref('fct_monitoring_suspect') }}
    where business_date >= {{ add_days(as_of_date(), -29) }} and business_date <= {{ as_of_date() }}
    group by mn
)

select
    devices.mn,
    devices.outlet_id,
    coalesce(outlet_name.outlet_name, devices.outlet_id) as outlet_name,
    case devices.medium when 'water' then '废水' when 'gas' then '废气' else '其他' end as medium_label,
    devices.uscc,
    coalesce(enterprise_name.enterprise_name, devices.uscc) as enterprise_name,
    devices.zone_id,
    coalesce(zone.short_name, devices.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    devices.due_day_count,
    devices.online_day_count,
    {{ safe_div('devices.online_day_count', 'devices.due_day_count') }} as online_ratio,
    {{ safe_div('devices.received_value_count', 'devices.expected_value_count') }} as transmission_ratio,
    {{ safe_div('devices.valid_value_count', 'devices.due_value_count') }} as valid_ratio,
    {{ rounded('devices.running_hours_mean', 2) }} as running_hours_mean,
    coalesce(suspects.suspect_count, 0) as suspect_count,
    devices.last_online_date,
    case
        when devices.last_online_date > {{ add_days(as_of_date(), -7) }} then '在线'
        when devices.last_online_date is null then '未联网'
        else '掉线'
    end as state_label
from devices
left join suspects on devices.mn = suspects.mn
left join outlet_name on devices.outlet_id = outlet_name.outlet_id
left join enterprise_name on devices.uscc = enterprise_name.uscc
left join {{ ref('dim_zone') }} as zone on devices.zone_id = zone.zone_id and zone.is_current
