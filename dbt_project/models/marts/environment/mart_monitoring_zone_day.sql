with days as (
    select
        zone_id,
        business_date,
        count(*) as registered_count,
        count(*) filter (where is_online) as online_count,
        sum(expected_value_count) as expected_value_count,
        sum(received_value_count) as received_value_count,
        sum(valid_value_count) as valid_value_count,
        sum(received_value_count - standstill_value_count) as due_value_count
    from {{ ref('fct_device_day') }}
    where
        is_registered
        and zone_id is not null
        and business_date >= {{ add_days(as_of_date(), -59) }}
        and business_date <= {{ as_of_date() }}
    group by zone_id, business_date
)

select
    days.zone_id,
    coalesce(zone.short_name, days.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    days.business_date,
    days.registered_count,
    days.online_count,
    {{ safe_div('days.online_count', 'days.registered_count') }} as online_ratio,
    cast(days.expected_value_count as bigint) as expected_value_count,
    cast(days.received_value_count as bigint) as received_value_count,
    cast(days.valid_value_count as bigint) as valid_value_count,
    cast(days.due_value_count as bigint) as due_value_count,
    {{ safe_div('days.received_value_count', 'days.expected_value_count') }} as transmission_ratio,
    {{ safe_div('days.valid_value_count', 'days.due_value_count') }} as valid_ratio
from days
left join {{ ref('dim_zone') }} as zone on days.zone_id = zone.zone_id and zone.is_current
