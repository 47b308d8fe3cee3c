-- Months whose revenue was reported more than once, of the current and the previous year.
with versions as (
    select
        fact.zone_id,
        fact.business_month,
        count(*) as version_count,
        min_by(fact.reported_value, fact.version_number) as first_yuan,
        max_by(fact.reported_value, fact.version_number) as current_yuan,
        max_by(fact.caliber, fact.version_number) as caliber,
        min(fact.known_from) as first_known_date,
        max(fact.known_from) as last_known_date
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.indicator_code = 'main_business_revenue' and fact.business_year >= year({{ as_of_date() }}) - 1
    group by fact.zone_id, fact.business_month
)

select
    versions.zone_id,
    coalesce(zone.short_name, concat_ws(' ', '未登记开发区', versions.zone_id)) as zone_name,
    coalesce(zone.city_code, '360000') as city_code,
    coalesce(zone.city_name, '未登记') as city_name,
    versions.business_month,
    {{ month_label('versions.business_month') }} as month_label,
    versions.version_count,
    versions.caliber,
    {{ yi('versions.first_yuan') }} as first_ytd_yi,
    {{ yi('versions.current_yuan') }} as current_ytd_yi,
    {{ safe_div('versions.current_yuan - versions.first_yuan', 'versions.first_yuan') }} as change_ratio,
    versions.first_known_date,
    versions.last_known_date
from versions
left join {{ ref('dim_zone') }} as zone on versions.zone_id = zone.zone_id and zone.is_current
where versions.version_count > 1
