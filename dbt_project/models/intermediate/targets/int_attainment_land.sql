-- T19a: revenue since January of the latest published month of the year, that of the same month of last year within the
-- same caliber, and the land that was held at the end of either month.
with revenue as (
    select
        zone_id,
        cast(reported_value as double) as revenue_yuan,
        cast(case when is_comparable then past_value end as double) as last_revenue_yuan,
        last_day(value_month) as last_date,
        last_day({{ add_months('value_month', -12) }}) as last_year_date,
        batch_id,
        loaded_at
    from {{ ref('fct_zone_indicator_to_date') }}
    where
        indicator_code = 'main_business_revenue'
        and is_latest
        and business_year = year({{ as_of_date() }})
        and reported_value is not null
),

land as (
    select
        revenue.zone_id,
        sum(
            case
                when
                    parcel.delivered_date <= revenue.last_date
                    and coalesce(parcel.returned_date, {{ far_future() }}) > revenue.last_date
                    then cast(parcel.land_area_mu as double)
            end
        ) as land_area_mu,
        sum(
            case
                when
                    parcel.delivered_date <= revenue.last_year_date
                    and coalesce(parcel.returned_date, {{ far_future() }}) > revenue.last_year_date
                    then cast(parcel.land_area_mu as double)
            end
        ) as last_land_area_mu,
        count(*) filter (
            where parcel.delivered_date <= revenue.last_date
            and coalesce(parcel.returned_date, {{ far_future() }}) > revenue.last_date
        ) as parcel_count,
        max(parcel.batch_id) as batch_id,
        max(parcel.loaded_at) as loaded_at
    from revenue
    inner join {{ ref('fct_land_parcel') }} as parcel on revenue.zone_id = parcel.zone_id
    where parcel.is_current
    group by revenue.zone_id
),

zombie as (
    select
        count(*) filter (where is_in_opening_stock and is_disposed) as disposed_count,
        count(*) filter (where is_in_opening_stock) as stock_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_zombie_case') }}
    having count(*) > 0
)

select
    target.target_id,
    'zone' as scope_type,
    zone.zone_id as scope_code,
    case when land.land_area_mu > 0 then revenue.revenue_yuan end as actual_numerator,
    round(case when revenue.revenue_yuan is not null then land.land_area_mu end, 4) as actual_denominator,
    {{ safe_div('revenue.last_revenue_yuan', 'land.last_land_area_mu') }} as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(case when land.land_area_mu > 0 then land.parcel_count + 1 else 0 end as bigint) as evidence_count,
    greatest(revenue.batch_id, land.batch_id) as batch_id,
    greatest(revenue.loaded_at, land.loaded_at) as loaded_at
from {{ ref('dim_zone') }} as zone
inner join {{ ref('dim_target') }} as target on target.target_id = 'T19a'
left join revenue on zone.zone_id = revenue.zone_id
left join land on zone.zone_id = land.zone_id
-- Only where both sources report: a zone without either of them has no number.
where
    zone.is_current
    and (select sum(any_land.land_area_mu) from land as any_land) > 0
union all
select
    'T19b' as target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(disposed_count as double) as actual_numerator,
    cast(stock_count as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(stock_count as bigint) as evidence_count,
    batch_id,
    loaded_at
from zombie
