with region as (
    select
        region_code,
        max_by(region_name, valid_from) as region_name,
        max_by(city_code, valid_from) as city_code
    from {{ ref('dim_region') }}
    group by region_code
),

placed as (
    select
        fact.*,
        case fact.scope_type
            when 'province' then 1
            when 'city' then 2
            when 'county' then 3
            else 4
        end as scope_order,
        case fact.scope_type
            when 'province' then '全省'
            when 'zone' then coalesce(zone.zone_name, fact.scope_code)
            else coalesce(region.region_name, fact.scope_code)
        end as scope_name,
        coalesce(zone.city_code, region.city_code) as city_code
    from {{ ref('fct_target_attainment') }} as fact
    left join {{ ref('dim_zone') }} as zone
        on fact.scope_type = 'zone' and fact.scope_code = zone.zone_id and zone.is_current
    left join region on fact.scope_type in ('city', 'county') and fact.scope_code = region.region_code
)

select
    fact.plan_year,
    fact.target_id,
    target.work_item,
    target.area,
    target.title_zh,
    target.lead_department,
    fact.scope_type,
    case fact.scope_type
        when 'province' then '全省'
        when 'city' then '设区市'
        when 'county' then '县（市、区）'
        else '开发区'
    end as scope_type_label,
    fact.scope_code,
    fact.scope_name,
    fact.city_code,
    city.region_name as city_name,
    case when fact.scope_type = 'zone' then fact.scope_code end as zone_id,
    cast(fact.scope_order as bigint) as scope_order,
    fact.as_of_date,
    fact.is_shown,
    fact.actual_value,
    fact.target_value,
    fact.gap_value,
    fact.pace_ratio,
    fact.forecast_value,
    fact.status,
    status.status_label,
    status.status_color,
    status.badness,
    fact.evidence_count,
    {{ actual_label('fact', 'target') }} as actual_label,
    {{ target_label('fact', 'target') }} as target_label,
    {{ missing_label('fact', 'target') }} as gap_label,
    {{ pace_label('fact') }} as pace_label,
    {{ forecast_label('fact', 'target') }} as forecast_label,
    {{ target_coverage_label('fact') }} as coverage_label,
    {{ beside_label('fact', 'target') }} as beside_label
from placed as fact
inner join {{ ref('dim_target') }} as target
    on fact.defining_year = target.plan_year and fact.target_id = target.target_id
inner join {{ ref('dim_status') }} as status on fact.status = status.status
left join region as city on fact.city_code = city.region_code
