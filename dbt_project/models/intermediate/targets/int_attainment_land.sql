-- T19a: revenue since January of the latest published month of the year, that of the same month of last year within the
-- same caliber, and the land that was held at the end of either month.
with revenue as (
    select
        target.plan_year,
        to_date.zone_id,
        cast(to_date.reported_value as double) as revenue_yuan,
        cast(case when to_date.is_comparable then to_date.past_value end as double) as last_revenue_yuan,
        last_day(to_date.value_month) as last_date,
        last_day({{ add_months('to_date.value_month', -12) }}) as last_year_date,
        to_date.batch_id,
        to_date.loaded_at
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('int_plan_target') }} as target
        on to_date.business_year = target.plan_year and target.target_id = 'T19a'
    where
        to_date.indicator_code = 'main_business_revenue'
        and to_date.is_latest
        and to_date.reported_value is not null
),

land as (
    select
        revenue.plan_year,
        revenue.zone_id,
        sum(
            case
                when
                    parcel.delivered_date <= revenue.last_date
                    and coalesce(parcel.returned_date, {{ far_future() }}) > revenue.last_date
                    then parcel.land_area_mu
            end
        ) as land_area_mu,
        sum(
            case
                when
                    parcel.delivered_date <= revenue.last_year_date
                    and coalesce(parcel.returned_date, {{ far_future() }}) > revenue.last_year_date
                    then parcel.land_area_mu
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
    group by revenue.plan_year, revenue.zone_id
),

-- Only where both sources report: a zone without either of them has no number.
measured_year as (
    select plan_year
    from land
    group by plan_year
    having sum(land_area_mu) > 0
),

-- T19b: the stock at the end of the year before and on the plan's day, with what was named in between.
zombie as (
    select
        target.plan_year,
        target.target_id,
        count(*) filter (
            where fact.named_date <= target.opening_date and coalesce(fact.disposed_date > target.opening_date, true)
        ) as opening_count,
        count(*) filter (
            where fact.named_date <= target.plan_date and coalesce(fact.disposed_date > target.plan_date, true)
        ) as stock_count,
        count(*) filter (
            where
            fact.named_date <= target.opening_date
            and fact.disposed_date > target.opening_date
            and fact.disposed_date <= target.plan_date
        ) as disposed_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_zombie_case') }} as fact
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T19b'
    where fact.is_current
    group by target.plan_year, target.target_id
)

select
    target.plan_year,
    target.target_id,
    'zone' as scope_type,
    zone.zone_id as scope_code,
    case when land.land_area_mu > 0 then revenue.revenue_yuan end as actual_numerator,
    cast(case when revenue.revenue_yuan is not null then land.land_area_mu end as double) as actual_denominator,
    {{ safe_div('revenue.last_revenue_yuan', 'land.last_land_area_mu') }} as baseline_value,
    cast(null as double) as target_value,
    cast(1 as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(case when land.land_area_mu > 0 then land.parcel_count + 1 else 0 end as bigint) as evidence_count,
    greatest(revenue.batch_id, land.batch_id) as batch_id,
    greatest(revenue.loaded_at, land.loaded_at) as loaded_at,
    cast(case when revenue.last_revenue_yuan is not null then land.last_land_area_mu end as double) as baseline_weight,
    cast(null as double) as beside_numerator,
    cast(null as double) as beside_denominator
from {{ ref('dim_zone') }} as zone
inner join {{ ref('int_plan_target') }} as target
    on target.target_id = 'T19a' and {{ held_on('zone', 'target.plan_date') }}
inner join measured_year on target.plan_year = measured_year.plan_year
left join revenue on target.plan_year = revenue.plan_year and zone.zone_id = revenue.zone_id
left join land on target.plan_year = land.plan_year and zone.zone_id = land.zone_id
union all
select
    plan_year,
    target_id,
    'province' as scope_type,
    '360000' as scope_code,
    cast(opening_count - stock_count as double) as actual_numerator,
    cast(opening_count as double) as actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    cast(null as double) as needed_share,
    cast(null as double) as forecast_value,
    cast(greatest(opening_count, stock_count) as bigint) as evidence_count,
    batch_id,
    loaded_at,
    cast(null as double) as baseline_weight,
    cast(disposed_count as double) as beside_numerator,
    cast(opening_count as double) as beside_denominator
from zombie
