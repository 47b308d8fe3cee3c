with days as (
    select
        zone_id,
        business_date,
        is_exceeding,
        business_date > {{ last_year_end() }} as is_of_year,
        business_date > {{ add_days(as_of_date(), -30) }} as is_of_month
    from {{ ref('fct_pollution_day') }}
    where
        is_exceeding is not null
        and business_date > least({{ last_year_end() }}, {{ add_days(as_of_date(), -30) }})
        and business_date <= {{ as_of_date() }}
),

judged as (
    select
        zone_id,
        count(*) filter (where is_of_year) as year_judged_count,
        count(*) filter (where is_of_year and is_exceeding) as year_exceedance_count,
        count(distinct business_date) filter (where is_of_year) as year_judged_day_count,
        count(*) filter (where is_of_month) as month_judged_count,
        count(*) filter (where is_of_month and is_exceeding) as month_exceedance_count,
        count(distinct business_date) filter (where is_of_month) as month_judged_day_count
    from days
    group by zone_id
),

episodes as (
    select
        zone_id,
        count(*) as episode_count,
        max(worst_multiple) as worst_multiple
    from {{ ref('fct_exceedance_episode') }}
    where last_date > {{ last_year_end() }}
    group by zone_id
),

devices as (
    select
        zone_id,
        count(distinct mn) as device_count,
        count(distinct mn) filter (where is_online and business_date > {{ add_days(as_of_date(), -7) }})
            as online_device_count,
        {{ safe_div('sum(received_value_count)', 'sum(expected_value_count)') }} as transmission_ratio,
        {{ safe_div('sum(valid_value_count)', 'sum(received_value_count - standstill_value_count)') }} as valid_ratio
    from {{ ref('fct_device_day') }}
    where
        is_registered
        and business_date > {{ add_days(as_of_date(), -30) }}
        and business_date <= {{ as_of_date() }}
    group by zone_id
),

works as (
    select
        zone_id,
        count(*) filter (where is_sewage_works and is_operating) as operating_sewage_count,
        count(*) filter (where not is_sewage_works and is_operating) as operating_waste_count
    from {{ ref('fct_treatment_facility') }}
    where is_current
    group by zone_id
),

titles as (
    select
        zone_id,
        count(*) filter (where is_standing) as green_title_count
    from {{ ref('fct_green_park') }}
    group by zone_id
),

sites as (
    select
        zone_id,
        count(*) filter (where is_to_close) as chemical_site_count,
        count(*) filter (where is_open) as open_chemical_count,
        count(*) filter (where is_overdue) as overdue_chemical_count
    from {{ ref('fct_chemical_site') }}
    group by zone_id
),

-- What the platform reports for any zone and not for this one is 0 there; what it does not report at all is no data.
reporting as (
    select
        case when exists (select 1 from works) then cast(0 as bigint) end as no_works,
        case when exists (select 1 from titles) then cast(0 as bigint) end as no_titles,
        case when exists (select 1 from sites) then cast(0 as bigint) end as no_sites
)

select
    zone.zone_id,
    zone.short_name as zone_name,
    zone.level_label,
    zone.city_code,
    zone.city_name,
    judged.year_judged_count,
    judged.year_exceedance_count,
    {{ safe_div('judged.year_judged_count - judged.year_exceedance_count', 'judged.year_judged_count') }}
        as year_compliance_ratio,
    judged.year_judged_day_count,
    {{ day_coverage_label('judged.year_judged_day_count', days_between(last_year_end(), as_of_date())) }}
        as year_coverage_label,
    judged.month_judged_count,
    judged.month_exceedance_count,
    {{ safe_div('judged.month_judged_count - judged.month_exceedance_count', 'judged.month_judged_count') }}
        as month_compliance_ratio,
    judged.month_judged_day_count,
    {{ day_coverage_label('judged.month_judged_day_count', 30) }} as month_coverage_label,
    case when judged.zone_id is not null then coalesce(episodes.episode_count, 0) end as episode_count,
    episodes.worst_multiple,
    devices.device_count,
    devices.online_device_count,
    {{ safe_div('devices.online_device_count', 'devices.device_count') }} as online_ratio,
    devices.transmission_ratio,
    devices.valid_ratio,
    coalesce(works.operating_sewage_count, reporting.no_works) as operating_sewage_count,
    coalesce(works.operating_waste_count, reporting.no_works) as operating_waste_count,
    coalesce(titles.green_title_count, reporting.no_titles) as green_title_count,
    coalesce(sites.chemical_site_count, reporting.no_sites) as chemical_site_count,
    coalesce(sites.open_chemical_count, reporting.no_sites) as open_chemical_count,
    coalesce(sites.overdue_chemical_count, reporting.no_sites) as overdue_chemical_count
from {{ ref('dim_zone') }} as zone
cross join reporting
left join judged on zone.zone_id = judged.zone_id
left join episodes on zone.zone_id = episodes.zone_id
left join devices on zone.zone_id = devices.zone_id
left join works on zone.zone_id = works.zone_id
left join titles on zone.zone_id = titles.zone_id
left join sites on zone.zone_id = sites.zone_id
where zone.is_current
