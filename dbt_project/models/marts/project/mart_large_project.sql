select
    project.project_id,
    project.project_name,
    coalesce(zone.short_name, '未登记开发区') as zone_name,
    coalesce(zone.level_label, '未登记') as level_label,
    zone.city_code,
    zone.city_name,
    project.investor_name,
    industry.industry_name,
    project.is_leading_industry,
    {{ yi('project.planned_investment_yuan') }} as planned_investment_yi,
    {{ yi('project.invested_to_date_yuan') }} as invested_yi,
    {{ safe_div('project.invested_to_date_yuan', 'project.planned_investment_yuan') }} as invested_ratio,
    project.project_stage,
    project.phase_order,
    project.signed_date,
    coalesce(year(project.signed_date) = year({{ as_of_date() }}), false) as is_signed_this_year,
    project.started_date,
    project.produced_date,
    project.is_stalled,
    cast(1 as bigint) as project_count
from {{ ref('fct_project') }} as project
left join {{ ref('dim_zone') }} as zone on project.zone_id = zone.zone_id and zone.is_current
left join {{ ref('dim_industry') }} as industry
    on project.industry_division_code = industry.industry_code and industry.industry_level = 'division'
where project.is_large and not project.is_ended
