with context as (
    select
        load_context.as_of_date,
        cast(year(load_context.as_of_date) as bigint) as this_year,
        make_date(cast(year(load_context.as_of_date) as int), 1, 1) as first_day,
        cast(dayofyear(load_context.as_of_date) as double)
        / dayofyear(make_date(cast(year(load_context.as_of_date) as int), 12, 31)) as year_share
    from {{ source('raw', 'load_context') }} as load_context
),

target as (
    select
        target_id,
        target_value
    from {{ ref('dim_target') }}
),

scope as (
    select 'province' as scope_type
    union all
    select 'city' as scope_type
    union all
    select 'zone' as scope_type
),

-- T00: current values of this and the last year.
revenue as (
    select
        fact.zone_id,
        zone.city_code,
        fact.business_year = context.this_year as is_this_year,
        fact.month_number,
        fact.reported_value as revenue_ytd_yuan,
        fact.batch_id,
        fact.loaded_at
    from {{ ref('fct_zone_indicator_month') }} as fact
    inner join context on fact.business_year in (context.this_year, context.this_year - 1)
    left join {{ ref('dim_zone') }} as zone on fact.zone_id = zone.zone_id and zone.is_current
    where fact.indicator_code = 'main_business_revenue' and fact.is_current and fact.is_published
),

reporting as (
    select
        month_number,
        count(*) as zone_count
    from revenue
    where is_this_year
    group by month_number
),

reporting_zones as (
    select count(distinct zone_id) as zone_count
    from revenue
    where is_this_year
),

-- The latest month of this year for which at least half of the reporting zones have published a value.
latest_month as (
    select max(reporting.month_number) as month_number
    from reporting
    cross join reporting_zones
    where reporting.zone_count * 2 >= reporting_zones.zone_count
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

marked_revenue as (
    select
        revenue.*,
        revenue.is_this_year and revenue.month_number = season.month_number as is_actual,
        not revenue.is_this_year and revenue.month_number = 12 as is_last_year
    from revenue
    cross join season
),

scoped_revenue as (
    select
        scope.scope_type,
        case scope.scope_type
            when 'province' then '360000'
            when 'city' then revenue.city_code
            else revenue.zone_id
        end as scope_code,
        sum(revenue.revenue_ytd_yuan) filter (where revenue.is_actual) as actual_yuan,
        count(*) filter (where revenue.is_actual) as evidence_count,
        sum(revenue.revenue_ytd_yuan) filter (where revenue.is_last_year) as last_year_yuan,
        max(revenue.batch_id) filter (where revenue.is_this_year) as batch_id,
        max(revenue.loaded_at) filter (where revenue.is_this_year) as loaded_at
    from marked_revenue as revenue
    cross join scope
    group by scope.scope_type, scope_code
),

last_year as (
    select last_year_yuan as province_yuan
    from scoped_revenue
    where scope_type = 'province'
),

revenue_attainment as (
    select
        target.target_id,
        scoped.scope_type,
        scoped.scope_code,
        cast(scoped.actual_yuan as double) as actual_value,
        case
            when scoped.scope_type = 'province' then target.target_value
            else target.target_value * cast(scoped.last_year_yuan as double) / cast(last_year.province_yuan as double)
        end as target_value,
        season.year_share as needed_share,
        cast(scoped.actual_yuan as double) / nullif(season.year_share, 0) as forecast_value,
        scoped.evidence_count,
        scoped.batch_id,
        scoped.loaded_at
    from scoped_revenue as scoped
    cross join last_year
    cross join season
    inner join target on target.target_id = 'T00'
    where scoped.scope_code is not null
),

-- T11a: a province that reports platforms but no new national one is at 0; without any platform nothing is known.
platforms as (
    select
        count(*) as known_count,
        count(*) filter (
            where fact.is_national and fact.is_standing and year(fact.approved_date) = context.this_year
        ) as new_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_innovation_platform') }} as fact
    cross join context
),

platform_attainment as (
    select
        target.target_id,
        'province' as scope_type,
        '360000' as scope_code,
        cast(platforms.new_count as double) as actual_value,
        target.target_value,
        context.year_share as needed_share,
        platforms.new_count / context.year_share as forecast_value,
        platforms.new_count as evidence_count,
        platforms.batch_id,
        platforms.loaded_at
    from platforms
    cross join context
    inner join target on target.target_id = 'T11a'
    where platforms.known_count > 0
),

-- T21a: judged days of the year.
emissions as (
    select
        scope.scope_type,
        case when scope.scope_type = 'province' then '360000' else fact.zone_id end as scope_code,
        {{ safe_div('count(*) filter (where not fact.is_exceeding)', 'count(*)') }} as compliance_ratio,
        count(*) as evidence_count,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_pollution_day') }} as fact
    inner join context on fact.business_date >= context.first_day and fact.business_date <= context.as_of_date
    inner join scope on scope.scope_type = 'province' or (scope.scope_type = 'zone' and fact.zone_id is not null)
    where fact.is_exceeding is not null
    group by scope.scope_type, scope_code
),

emission_attainment as (
    select
        target.target_id,
        emissions.scope_type,
        emissions.scope_code,
        emissions.compliance_ratio as actual_value,
        target.target_value,
        cast(1 as double) as needed_share,
        emissions.compliance_ratio as forecast_value,
        emissions.evidence_count,
        emissions.batch_id,
        emissions.loaded_at
    from emissions
    inner join target on target.target_id = 'T21a'
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
    from target
    left join computed on target.target_id = computed.target_id and computed.scope_type = 'province'
    where computed.target_id is null
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
