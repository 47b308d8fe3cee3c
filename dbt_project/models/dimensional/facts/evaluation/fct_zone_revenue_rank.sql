with revenue as (
    select
        zone_id,
        business_month,
        business_year,
        caliber,
        reported_value,
        batch_id,
        source_record_id,
        loaded_at
    from {{ ref('fct_zone_indicator_month') }}
    where
        indicator_code = 'main_business_revenue'
        and is_current
        and is_published
        and business_year in (year({{ as_of_date() }}), year({{ as_of_date() }}) - 1)
),

reporting as (
    select
        business_year,
        count(distinct zone_id) as zone_count
    from revenue
    group by business_year
),

reported_month as (
    select
        business_month,
        business_year,
        count(*) as zone_count
    from revenue
    group by business_month, business_year
),

-- A month counts as reported from half of the year's reporting zones on, as for the target T00.
latest as (
    select max(reported_month.business_month) as business_month
    from reported_month
    inner join reporting on reported_month.business_year = reporting.business_year
    where reported_month.zone_count * 2 >= reporting.zone_count
),

compared as (
    select
        zone.zone_id,
        zone.city_code,
        latest.business_month,
        this_year.caliber,
        this_year.reported_value as revenue_ytd_yuan,
        last_year.reported_value as last_year_ytd_yuan,
        this_year.caliber = last_year.caliber as is_comparable,
        this_year.source_record_id,
        this_year.batch_id,
        this_year.loaded_at
    from {{ ref('dim_zone') }} as zone
    cross join latest
    left join revenue as this_year
        on zone.zone_id = this_year.zone_id and latest.business_month = this_year.business_month
    left join revenue as last_year
        on
            zone.zone_id = last_year.zone_id
            and last_year.business_month = {{ add_months('latest.business_month', -12) }}
    where zone.is_current
)

select
    zone_id,
    city_code,
    business_month,
    caliber,
    cast(revenue_ytd_yuan as decimal(24, 2)) as revenue_ytd_yuan,
    cast(last_year_ytd_yuan as decimal(24, 2)) as last_year_ytd_yuan,
    case
        when is_comparable then {{ safe_div('revenue_ytd_yuan - last_year_ytd_yuan', 'last_year_ytd_yuan') }}
    end as growth_ratio,
    cast(case
        when revenue_ytd_yuan is not null then rank() over (order by revenue_ytd_yuan desc nulls last)
    end as bigint) as rank_number,
    cast(
        row_number() over (partition by city_code order by revenue_ytd_yuan desc nulls last, zone_id asc nulls last)
        as bigint
    ) as city_place,
    {{ as_of_date() }} as business_date,
    'smart_zone' as source_system,
    source_record_id,
    batch_id,
    loaded_at
from compared
