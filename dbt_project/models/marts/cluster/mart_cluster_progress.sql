-- How many zones met each target at the end of each month, by what is known now; T05 counts maps.
with this_year as (
    {{ targets_of_this_year() }}
),

months as (
    {{ months_of_year() }}
),

zone_target as (
    select
        target.target_id,
        target.target_value,
        target.target_upper,
        zone.zone_id
    from {{ ref('dim_target') }} as target
    inner join {{ ref('dim_zone') }} as zone
        on zone.is_current and {{ in_zone_class('zone.zone_level', 'target.zone_class') }}
    where target.is_current and target.target_id in ('T06', 'T08a', 'T08b', 'T09a', 'T09b')
),

item as (
    select
        'T06' as target_id,
        zone_id,
        issued_date as reached_date
    from {{ ref('fct_cluster_plan') }}
    where is_in_force and not is_innovative
    union all
    select
        target.target_id,
        plan.zone_id,
        plan.issued_date as reached_date
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('dim_target') }} as target on target.is_current and target.target_id in ('T09a', 'T09b')
    where plan.is_in_force and plan.is_large_enough
    union all
    select
        target.target_id,
        park.zone_id,
        park.started_date as reached_date
    from {{ ref('fct_themed_park') }} as park
    inner join {{ ref('dim_target') }} as target on target.is_current and target.target_id in ('T08a', 'T08b')
    where park.is_built
),

known as (
    select
        target_id,
        case
            when substr(target_id, 1, 3) = 'T08'
                then (select count(*) from {{ ref('fct_themed_park') }})
            else (select count(*) from {{ ref('fct_cluster_plan') }})
        end > 0 as is_known
    from {{ ref('dim_target') }}
    where is_current
),

zone_month as (
    select
        months.business_month,
        zone_target.target_id,
        zone_target.zone_id,
        zone_target.target_value,
        zone_target.target_upper,
        count(item.zone_id) as item_count,
        count(item.zone_id) filter (where item.reached_date <= {{ last_year_end() }}) as year_start_count
    from months
    cross join zone_target
    left join item
        on
            zone_target.target_id = item.target_id
            and zone_target.zone_id = item.zone_id
            and months.until_date >= item.reached_date
    group by
        months.business_month, zone_target.target_id, zone_target.zone_id, zone_target.target_value,
        zone_target.target_upper
),

map_month as (
    select
        months.business_month,
        count(distinct concat_ws('|', chart.industry, chart.map_kind)) filter (where chart.is_issued) as issued_count,
        count(distinct concat_ws('|', chart.industry, chart.map_kind)) filter (
            where chart.is_issued and chart.issued_date <= {{ last_year_end() }}
        ) as year_start_count
    from months
    left join {{ ref('fct_industry_map') }} as chart on chart.is_expected and months.until_date >= chart.issued_date
    group by months.business_month
),

map_known as (
    select count(*) > 0 as is_known
    from {{ ref('fct_industry_map') }}
    where is_expected
),

map_expected as (
    select count(*) as bound_count
    from {{ ref('dim_four_map') }}
),

progress as (
    select
        zone_month.business_month,
        zone_month.target_id,
        known.is_known,
        count(*) filter (
            where zone_month.item_count >= zone_month.target_value
            and zone_month.item_count <= coalesce(zone_month.target_upper, 999999)
        ) as reached_count,
        count(*) filter (
            where zone_month.year_start_count >= zone_month.target_value
            and zone_month.year_start_count <= coalesce(zone_month.target_upper, 999999)
        ) as year_start_count,
        count(*) as bound_count
    from zone_month
    inner join known on zone_month.target_id = known.target_id
    group by zone_month.business_month, zone_month.target_id, known.is_known
    union all
    select
        map_month.business_month,
        'T05' as target_id,
        map_known.is_known,
        map_month.issued_count as reached_count,
        map_month.year_start_count,
        map_expected.bound_count
    from map_month
    cross join map_known
    cross join map_expected
)

select
    progress.target_id,
    progress.business_month,
    months.month_label,
    target.title_zh,
    case when progress.target_id = 'T05' then '图' else '开发区' end as counted_label,
    case when months.is_begun and progress.is_known then cast(progress.reached_count as bigint) end as reached_count,
    cast(progress.bound_count as bigint) as bound_count,
    case
        when months.is_begun and progress.is_known
            then {{ safe_div('progress.reached_count', 'progress.bound_count') }}
    end as reached_ratio,
    case
        when progress.is_known and this_year.target_value is not null
            then {{ rising_share('progress.year_start_count', 'progress.bound_count', 'months.month_number') }}
    end as pace_ratio,
    case when this_year.target_value is not null then cast(1 as double) end as target_ratio
from progress
inner join months on progress.business_month = months.business_month
inner join {{ ref('dim_target') }} as target on progress.target_id = target.target_id and target.is_current
inner join this_year on progress.target_id = this_year.target_id
