-- A tile map: 11 equal squares laid out like the province, in degrees around its middle (square in Mercator at 27 N).
with cities as (
    select
        region_code as city_code,
        region_name as city_name,
        113.7 + tile_column * 0.96 as west,
        29.9 - tile_row * 0.86 as north
    from {{ ref('dim_region') }}
    where region_level = 'city' and is_current
),

revenue as (
    select
        scope_code as city_code,
        business_year,
        reported_value as revenue_ytd_yuan,
        zone_count
    from {{ ref('fct_indicator_to_date') }}
    where indicator_code = 'main_business_revenue' and scope_type = 'city' and is_newest
),

-- As in mart_exceedance: judged outlet-days of the last 30 days.
exceedance as (
    select
        zone.city_code,
        count(*) filter (where fact.is_exceeding) as exceedance_count
    from {{ ref('fct_pollution_day') }} as fact
    inner join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
    where
        fact.is_exceeding is not null
        and fact.business_date >= {{ add_days(as_of_date(), -29) }}
        and fact.business_date <= {{ as_of_date() }}
    group by zone.city_code
),

shown as (
    select
        cities.city_code,
        cities.city_name,
        cities.west,
        cities.north,
        {{ yi('revenue.revenue_ytd_yuan') }} as revenue_ytd_yi,
        coalesce(revenue.zone_count, 0) as zone_count,
        exceedance.exceedance_count,
        status.status,
        status.status_label,
        status.status_color
    from cities
    left join revenue on cities.city_code = revenue.city_code
    left join exceedance on cities.city_code = exceedance.city_code
    left join {{ ref('fct_target_attainment') }} as fact
        on
            revenue.business_year = fact.plan_year
            and cities.city_code = fact.scope_code
            and fact.target_id = 'T00'
            and fact.scope_type = 'city'
    inner join {{ ref('dim_status') }} as status on coalesce(fact.status, 'no_data') = status.status
),

labelled as (
    select
        shown.*,
        case
            when shown.revenue_ytd_yi is null then '暂无数据'
            else concat_ws(' ', {{ format_number('shown.revenue_ytd_yi', 1) }}, '亿元')
        end as revenue_label,
        {{ format_number('shown.revenue_ytd_yi', 0) }} as tile_label
    from shown
)

select
    city_code,
    city_name,
    concat_ws(
        '',
        '{"type":"Feature","properties":{"name":"', city_name, '","label":"', city_name, ' ', revenue_label, ' ',
        status_label, '","fillColor":"', status_color, '","strokeColor":"#FFFFFF"},"geometry":',
        {{ tile_polygon('west', 'north', 0.9, 0.8) }}, '}'
    ) as feature,
    revenue_ytd_yi,
    tile_label,
    cast(zone_count as bigint) as zone_count,
    cast(exceedance_count as bigint) as exceedance_count,
    status,
    status_label,
    status_color
from labelled
