with context as (
    select
        load_context.as_of_date,
        cast(year(load_context.as_of_date) as bigint) as this_year,
        cast(dayofyear(load_context.as_of_date) as double)
        / dayofyear(make_date(cast(year(load_context.as_of_date) as int), 12, 31)) as year_share
    from {{ source('raw', 'load_context') }} as load_context
),

revenue as (
    select
        fact.zone_id,
        zone.city_code,
        fact.business_year,
        fact.month_number,
        fact.revenue_ytd_yuan,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_zone_revenue_month') }} as fact
    inner join context on fact.business_year in (context.this_year, context.this_year - 1)
    left join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
    where fact.is_current and fact.is_published
),

-- The latest month of this year for which at least half of the reporting zones have published a value.
latest_month as (
    select max(counted.month_number) as month_number
    from (
        select
            revenue.month_number,
            count(*) as zone_count
        from revenue
        inner join context on revenue.business_year = context.this_year
        group by revenue.month_number
    ) as counted
    cross join (
        select count(distinct revenue.zone_id) as zone_count
        from revenue
        inner join context on revenue.business_year = context.this_year
    ) as reporting
    where counted.zone_count * 2 >= reporting.zone_count
),

shares as (
    {{ last_year_shares() }}
),

season as (
    select
        latest_month.month_number,
        shares.year_share
    from latest_month
    left join shares on latest_month.month_number = shares.month_number
),

scoped_revenue as (
    select
        scope.scope_type,
        case scope.scope_type
            when 'province' then '360000'
            when 'city' then revenue.city_code
            else revenue.zone_id
        end as scope_code,
        sum(case when revenue.business_year = context.this_year and revenue.month_number = season.month_number
            then revenue.revenue_ytd_yuan end) as actual_yuan,
        count(case when revenue.business_year = context.this_year and revenue.month_number = season.month_number
            then 1 end) as evidence_count,
        sum(case when revenue.business_year = context.this_year - 1 and revenue.month_number = 12
            then revenue.revenue_ytd_yuan end) as last_year_yuan,
        max(case when revenue.business_year = context.this_year then revenue.batch_id end) as batch_id,
        max(case when revenue.business_year = context.this_year then revenue.loaded_at end) as loaded_at
    from revenue
    cross join context
    left join season on true
    cross join (
        select 'province' as scope_type
        union all
        select 'city' as scope_type
        union all
        select 'zone' as scope_type
    ) as scope
    group by 1, 2
),

revenue_attainment as (
    select
        'T00' as target_id,
        scoped.scope_type,
        scoped.scope_code,
        cast(scoped.actual_yuan as double) as actual_value,
        case scoped.scope_type
            when 'province' then target.target_value
            else target.target_value * cast(scoped.last_year_yuan as double) / cast(province.last_year_yuan as double)
        end as target_value,
        season.year_share as needed_share,
        cast(scoped.actual_yuan as double) / nullif(season.year_share, 0) as forecast_value,
        scoped.evidence_count,
        scoped.batch_id,
        scoped.loaded_at
    from scoped_revenue as scoped
    cross join (select last_year_yuan from scoped_revenue where scope_type = 'province') as province
    cross join (select target_value from {{ ref('dim_target') }} where target_id = 'T00') as target
    left join season on true
    where scoped.scope_code is not null
),

platform_attainment as (
    select
        'T11a' as target_id,
        'province' as scope_type,
        '360000' as scope_code,
        cast(count(*) filter (
            where platform.is_national and platform.is_standing
            and year(platform.approved_date) = context.this_year
        ) as double) as actual_value,
        max(target.target_value) as target_value,
        max(context.year_share) as needed_share,
        count(*) filter (
            where platform.is_national and platform.is_standing
            and year(platform.approved_date) = context.this_year
        ) / nullif(max(context.year_share), 0) as forecast_value,
        count(*) filter (
            where platform.is_national and year(platform.approved_date) = context.this_year
        ) as evidence_count,
        max(platform.batch_id) as batch_id,
        max(platform.loaded_at) as loaded_at
    from {{ ref('fct_innovation_platform') }} as platform
    cross join context
    cross join (select target_value from {{ ref('dim_target') }} where target_id = 'T11a') as target
    having count(*) > 0
),

emission_attainment as (
    select
        'T21a' as target_id,
        scope.scope_type,
        case scope.scope_type when 'province' then '360000' else pollution.zone_id end as scope_code,
        {{ safe_div('count(*) filter (where not pollution.is_exceeding)', 'count(*)') }} as actual_value,
        max(target.target_value) as target_value,
        1.0 as needed_share,
        {{ safe_div('count(*) filter (where not pollution.is_exceeding)', 'count(*)') }} as forecast_value,
        count(*) as evidence_count,
        max(pollution.batch_id) as batch_id,
        max(pollution.loaded_at) as loaded_at
    from {{ ref('fct_pollution_day') }} as pollution
    inner join context
        on
            pollution.business_date >= make_date(cast(context.this_year as int), 1, 1)
            and pollution.business_date <= context.as_of_date
    cross join (
        select 'province' as scope_type
        union all
        select 'zone' as scope_type
    ) as scope
    cross join (select target_value from {{ ref('dim_target') }} where target_id = 'T21a') as target
    where
        pollution.is_exceeding is not null
        and (scope.scope_type = 'province' or pollution.zone_id is not null)
    group by 1, 2, 3
),

computed as (
    select * from revenue_attainment
    union all
    select * from platform_attainment
    union all
    select * from emission_attainment
),

complete as (
    select * from computed
    union all
    select
        target.target_id,
        'province' as scope_type,
        '360000' as scope_code,
        cast(null as double) as actual_value,
        target.target_value,
        cast(null as double) as needed_share,
        cast(null as double) as forecast_value,
        0 as evidence_count,
        cast(null as varchar) as batch_id,
        cast(null as timestamp) as loaded_at
    from {{ ref('dim_target') }} as target
    where
        not exists (
            select 1
            from computed
            where target.target_id = computed.target_id and computed.scope_type = 'province'
        )
),

measured as (
    select
        complete.target_id,
        complete.scope_type,
        complete.scope_code,
        context.as_of_date,
        round(complete.actual_value, 4) as actual_value,
        round(complete.target_value, 4) as target_value,
        round(complete.target_value - complete.actual_value, 4) as gap_value,
        {{ safe_div('complete.actual_value', 'complete.target_value * complete.needed_share') }} as pace_ratio,
        round(complete.forecast_value, 4) as forecast_value,
        cast(complete.evidence_count as bigint) as evidence_count,
        complete.batch_id,
        complete.loaded_at
    from complete
    cross join context
)

select
    target_id,
    scope_type,
    scope_code,
    as_of_date,
    actual_value,
    target_value,
    gap_value,
    pace_ratio,
    forecast_value,
    {{ target_status('actual_value', 'target_value', 'pace_ratio', 'forecast_value') }} as status,
    evidence_count,
    as_of_date as business_date,
    'warehouse' as source_system,
    concat_ws('|', target_id, scope_type, scope_code) as source_record_id,
    batch_id,
    loaded_at
from measured
