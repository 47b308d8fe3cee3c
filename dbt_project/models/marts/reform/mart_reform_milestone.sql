-- What is due this year, what is open from earlier years, and what was done this year.
with milestone as (
    select
        fact.*,
        kind.target_id,
        kind.kind_label,
        kind.kind_order
    from {{ ref('fct_reform_milestone') }} as fact
    inner join {{ ref('dim_reform_kind') }} as kind on fact.milestone_code = kind.milestone_code
    where
        fact.is_current
        and (
            year(fact.planned_date) = year({{ as_of_date() }})
            or (fact.planned_date <= {{ as_of_date() }} and not fact.is_done)
            or (fact.is_done and year(fact.done_date) = year({{ as_of_date() }}))
        )
),

region as (
    select
        region_code,
        region_name
    from {{ ref('dim_region') }}
    where is_current
)

select
    milestone.milestone_id,
    milestone.target_id,
    milestone.work_item,
    target.title_zh,
    target.lead_department,
    milestone.kind_label,
    milestone.kind_order,
    milestone.scope_type,
    case milestone.scope_type
        when 'zone' then coalesce(zone.short_name, '未登记开发区')
        when 'county' then coalesce(county.region_name, milestone.county_code)
        else '全省'
    end as scope_name,
    case milestone.scope_type
        when 'zone' then zone.city_code
        when 'county' then concat_ws('', substr(milestone.county_code, 1, 4), '00')
        else '360000'
    end as city_code,
    case milestone.scope_type
        when 'zone' then coalesce(zone.city_name, '未登记')
        when 'county' then coalesce(city.region_name, '未登记')
        else '全省'
    end as city_name,
    milestone.subject_name,
    milestone.planned_date,
    milestone.done_date,
    milestone.document_no,
    milestone.is_done,
    milestone.is_overdue,
    milestone.late_day_count,
    case
        when milestone.is_done and milestone.late_day_count > 0 then '逾期完成'
        when milestone.is_done then '按期完成'
        when milestone.is_overdue then '逾期未完成'
        else '未到期'
    end as state_label,
    cast(1 as bigint) as milestone_count
from milestone
inner join {{ ref('dim_target') }} as target on milestone.target_id = target.target_id and target.is_current
left join {{ ref('dim_zone') }} as zone on milestone.zone_id = zone.zone_id and zone.is_current
left join region as county on milestone.county_code = county.region_code
left join region as city on concat_ws('', substr(milestone.county_code, 1, 4), '00') = city.region_code
