-- The certificate that holds longest stands for its enterprise; what was revoked comes after what ran out.
with latest as (
    select
        fact.*,
        count(*) over (partition by fact.uscc) as certificate_count
    from {{ ref('fct_high_tech_certificate') }} as fact
    where fact.is_certified
    qualify row_number() over (
        partition by fact.uscc
        order by
            fact.is_valid desc nulls last,
            fact.valid_to desc nulls last,
            fact.issued_date desc nulls last,
            fact.certificate_no asc nulls last
    ) = 1
),

judged as (
    select
        latest.*,
        case
            when latest.is_valid and latest.valid_to <= {{ add_days(as_of_date(), 180) }} then 'expiring'
            when latest.is_valid then 'valid'
            when latest.valid_to <= latest.valid_until then 'revoked'
            else 'expired'
        end as state
    from latest
)

select
    judged.uscc,
    judged.enterprise_name,
    judged.enterprise_id,
    judged.zone_id,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    zone.city_code,
    zone.city_name,
    judged.certificate_no,
    judged.issued_date,
    judged.valid_until,
    cast(judged.certificate_count as bigint) as certificate_count,
    judged.state,
    case judged.state
        when 'valid' then '有效'
        when 'expiring' then '180天内到期'
        when 'revoked' then '已撤销'
        else '已过期'
    end as state_label,
    case when judged.is_valid then {{ days_between(as_of_date(), 'judged.valid_to') }} end as days_left_count,
    judged.revoked_date,
    judged.revoked_reason,
    judged.is_valid,
    cast(1 as bigint) as enterprise_count
from judged
left join {{ ref('dim_zone') }} as zone on judged.zone_id = zone.zone_id and zone.is_current
