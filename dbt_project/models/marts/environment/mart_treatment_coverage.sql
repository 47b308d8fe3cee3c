with works as (
    select
        zone_id,
        count(*) filter (where is_sewage_works) as sewage_works_count,
        count(*) filter (where is_sewage_works and is_operating) as operating_sewage_count,
        sum(design_sewage_m3_per_day) filter (where is_sewage_works and is_operating) as sewage_m3_per_day,
        sum(design_sewage_m3_per_day) filter (where is_sewage_works and not is_operating) as coming_m3_per_day,
        count(*) filter (where not is_sewage_works) as waste_facility_count,
        count(*) filter (where not is_sewage_works and is_operating) as operating_waste_count,
        sum(design_waste_t_per_year) filter (where not is_sewage_works and is_operating) as waste_t_per_year
    from {{ ref('fct_treatment_facility') }}
    where is_current
    group by zone_id
),

-- Without a single record the platform does not report the dataset: that is no data, not zones without works.
reporting as (
    select count(*) as record_count
    from works
)

select
    zone.zone_id,
    zone.short_name as zone_name,
    zone.level_label,
    zone.city_code,
    zone.city_name,
    coalesce(works.sewage_works_count, 0) as sewage_works_count,
    coalesce(works.operating_sewage_count, 0) as operating_sewage_count,
    coalesce(works.operating_sewage_count, 0) > 0 as is_sewage_covered,
    cast(coalesce(works.sewage_m3_per_day, 0) as double) as sewage_m3_per_day,
    cast(coalesce(works.coming_m3_per_day, 0) as double) as coming_m3_per_day,
    coalesce(works.waste_facility_count, 0) as waste_facility_count,
    coalesce(works.operating_waste_count, 0) as operating_waste_count,
    cast(coalesce(works.waste_t_per_year, 0) as double) as waste_t_per_year,
    case
        when coalesce(works.operating_sewage_count, 0) > 0 then '已投运'
        when coalesce(works.sewage_works_count, 0) > 0 then '建设中'
        else '未建'
    end as sewage_state_label,
    cast(1 as bigint) as zone_count,
    cast(case when coalesce(works.operating_sewage_count, 0) > 0 then 1 else 0 end as bigint) as covered_zone_count
from {{ ref('dim_zone') }} as zone
cross join reporting
left join works on zone.zone_id = works.zone_id
where zone.is_current and reporting.record_count > 0
