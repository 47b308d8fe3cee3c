with day_window as (
    select
        {{ add_days(as_of_date(), -29) }} as window_start_date,
        {{ as_of_date() }} as window_end_date
),

outlet_name as (
    select
        outlet_id,
        max_by(outlet_name, valid_from) as outlet_name
    from {{ ref('dim_outlet') }}
    group by outlet_id
),

judged as (
    select
        zone.city_code,
        zone.city_name,
        fact.pollutant_code,
        fact.outlet_id,
        fact.business_date,
        outlet_name.outlet_name,
        fact.is_exceeding,
        fact.exceedance_multiple,
        row_number() over (
            partition by zone.city_code, fact.pollutant_code
            order by fact.exceedance_multiple desc nulls last, fact.business_date asc, fact.outlet_id asc
        ) as place
    from {{ ref('fct_pollution_day') }} as fact
    inner join day_window
        on fact.business_date >= day_window.window_start_date and fact.business_date <= day_window.window_end_date
    inner join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
    left join outlet_name on fact.outlet_id = outlet_name.outlet_id
    where fact.is_exceeding is not null
)

select
    judged.city_code,
    judged.city_name,
    judged.pollutant_code,
    coalesce(pollutant.pollutant_name, judged.pollutant_code) as pollutant_name,
    count(distinct judged.outlet_id) as outlet_count,
    count(*) as monitored_outlet_day_count,
    count(*) filter (where judged.is_exceeding) as exceedance_count,
    max(judged.exceedance_multiple) as worst_multiple,
    max(case when judged.place = 1 and judged.exceedance_multiple is not null then judged.outlet_name end)
        as worst_outlet_name,
    max(day_window.window_start_date) as window_start_date,
    max(day_window.window_end_date) as window_end_date,
    {{ safe_div('count(*) filter (where not judged.is_exceeding)', 'count(*)') }} as compliance_ratio,
    count(distinct judged.business_date) as judged_day_count,
    {{ day_coverage_label('count(distinct judged.business_date)', 30) }} as coverage_label
from judged
cross join day_window
left join {{ ref('dim_pollutant') }} as pollutant on judged.pollutant_code = pollutant.pollutant_code
group by judged.city_code, judged.city_name, judged.pollutant_code, pollutant.pollutant_name
