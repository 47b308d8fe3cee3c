-- A county keeps its sites when its code changes.
with successor as (
    select
        region_code,
        replaced_by_code
    from {{ ref('dim_region') }}
    where
        region_level = 'county'
        and replaced_by_code is not null
        and region_code <> replaced_by_code
        and valid_to <= {{ as_of_date() }}
)

select
    site.site_id,
    site.site_name,
    site.site_kind,
    site.zone_id,
    coalesce(zone.short_name, site.zone_id) as zone_name,
    zone.city_code,
    zone.city_name,
    region.region_name as county_name,
    site.protected_area_kind,
    site.protected_area_name,
    site.surveyed_date,
    site.planned_closure_date,
    case when site.is_closed then site.closed_date end as closed_date,
    site.closure_measure,
    case when site.is_closed then '已关停' when site.is_overdue then '逾期未关' else '未关停' end as state_label,
    case
        when site.is_overdue then {{ days_between('site.planned_closure_date', as_of_date()) }}
        else cast(0 as bigint)
    end as overdue_day_count,
    cast(case when site.is_open then 1 else 0 end as bigint) as open_count
from {{ ref('fct_chemical_site') }} as site
left join {{ ref('dim_zone') }} as zone on site.zone_id = zone.zone_id and zone.is_current
left join successor on site.region_code = successor.region_code
left join {{ ref('dim_region') }} as region
    on coalesce(successor.replaced_by_code, site.region_code) = region.region_code and region.is_current
where site.is_to_close
