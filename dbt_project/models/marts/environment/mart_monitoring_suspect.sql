with outlet_name as (
    {{ outlet_names() }}
),

enterprise_name as (
    {{ enterprise_names() }}
),

suspects as (
    select *
    from {{ ref('fct_monitoring_suspect') }}
    where business_date >= {{ add_days(as_of_date(), -29) }} and business_date <= {{ as_of_date() }}
),

-- An identifier that was cut short: the one device of the permit list that ends with it.
probable as (
    select
        unknown.mn,
        case when count(distinct outlet.outlet_id) = 1 then max(outlet.outlet_id) end as outlet_id
    from (
        select distinct mn
        from suspects
        where rule_code = 'unregistered_device' and length(mn) >= 6
    ) as unknown
    inner join {{ ref('dim_outlet') }} as outlet
        on outlet.is_current and substr(outlet.mn, length(outlet.mn) - length(unknown.mn) + 1) = unknown.mn
    group by unknown.mn
)

select
    suspects.source_record_id as suspect_id,
    suspects.business_date,
    suspects.rule_code,
    rule.rule_order,
    rule.rule_label,
    rule.severity_label,
    rule.reason_label,
    suspects.mn,
    coalesce(suspects.outlet_id, probable.outlet_id) as outlet_id,
    case
        when suspects.outlet_id is null and probable.outlet_id is not null
            then concat_ws('', '疑为 ', coalesce(outlet_name.outlet_name, probable.outlet_id))
        else coalesce(outlet_name.outlet_name, suspects.outlet_id, '未登记')
    end as outlet_name,
    suspects.uscc,
    coalesce(enterprise_name.enterprise_name, suspects.uscc, '未登记') as enterprise_name,
    suspects.zone_id,
    coalesce(zone.short_name, suspects.zone_id, '未登记') as zone_name,
    zone.city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    suspects.pollutant_code,
    coalesce(pollutant.pollutant_name, suspects.pollutant_code, '整台设备') as pollutant_name,
    suspects.hour_count,
    {{ hour_label('suspects.first_hour_at') }} as first_hour_label,
    {{ hour_label('suspects.last_hour_at') }} as last_hour_label,
    suspects.least_value,
    suspects.greatest_value
from suspects
inner join {{ ref('dim_monitoring_rule') }} as rule on suspects.rule_code = rule.rule_code
left join probable on suspects.mn = probable.mn
left join outlet_name on coalesce(suspects.outlet_id, probable.outlet_id) = outlet_name.outlet_id
left join enterprise_name on suspects.uscc = enterprise_name.uscc
left join {{ ref('dim_pollutant') }} as pollutant on suspects.pollutant_code = pollutant.pollutant_code
left join {{ ref('dim_zone') }} as zone on suspects.zone_id = zone.zone_id and zone.is_current
