with evidence as (
    select
        target.plan_year,
        target.target_id,
        plan.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where plan.issued_date <= target.opening_date) as year_start_numerator,
        count(*) as evidence_count,
        max(plan.batch_id) as batch_id,
        max(plan.loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }} as plan
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T06'
    where
        plan.is_current
        and not plan.is_innovative
        and plan.issued_date <= target.plan_date
        and plan.last_year >= target.plan_year
    group by target.plan_year, target.target_id, plan.zone_id
    union all
    select
        target.plan_year,
        target.target_id,
        platform.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where platform.opened_date <= target.opening_date) as year_start_numerator,
        count(*) as evidence_count,
        max(platform.batch_id) as batch_id,
        max(platform.loaded_at) as loaded_at
    from {{ ref('fct_service_platform') }} as platform
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T07'
    where
        platform.is_current
        and platform.is_comprehensive
        and platform.opened_date <= target.plan_date
        and coalesce(platform.closed_date >= target.plan_date, true)
    group by target.plan_year, target.target_id, platform.zone_id
    union all
    select
        target.plan_year,
        target.target_id,
        park.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where park.started_date <= target.opening_date) as year_start_numerator,
        count(*) as evidence_count,
        max(park.batch_id) as batch_id,
        max(park.loaded_at) as loaded_at
    from {{ ref('fct_themed_park') }} as park
    inner join {{ ref('int_plan_target') }} as target on target.target_id in ('T08a', 'T08b')
    where park.is_current and park.started_date <= target.plan_date
    group by target.plan_year, target.target_id, park.zone_id
),

reporting as (
    select
        target.plan_year,
        target.target_id,
        true as is_standing,
        cast(null as double) as actual_denominator,
        source.batch_id,
        source.loaded_at
    from (
        select
            'T06' as target_id,
            max(batch_id) as batch_id,
            max(loaded_at) as loaded_at
        from {{ ref('fct_cluster_plan') }}
        union all
        select
            'T07' as target_id,
            max(batch_id) as batch_id,
            max(loaded_at) as loaded_at
        from {{ ref('fct_service_platform') }}
        union all
        select
            'T08' as target_id,
            max(batch_id) as batch_id,
            max(loaded_at) as loaded_at
        from {{ ref('fct_themed_park') }}
    ) as source
    inner join {{ ref('int_plan_target') }} as target on substr(target.target_id, 1, 3) = source.target_id
    where source.batch_id is not null
),

expected_maps as (
    select count(*) as expected_count
    from {{ ref('four_map') }}
),

-- A kind of map of one industry counts once, however many records it has.
map_cells as (
    select
        target.plan_year,
        target.year_share,
        target.target_value,
        chart.industry,
        chart.map_kind,
        max(case when chart.issued_date <= target.plan_date then 1 else 0 end) as issued_count,
        max(case when chart.issued_date <= target.opening_date then 1 else 0 end) as year_start_count,
        count(*) as evidence_count,
        max(chart.batch_id) as batch_id,
        max(chart.loaded_at) as loaded_at
    from {{ ref('fct_industry_map') }} as chart
    inner join {{ ref('int_plan_target') }} as target on target.target_id = 'T05'
    where chart.is_current and chart.is_expected
    group by target.plan_year, target.year_share, target.target_value, chart.industry, chart.map_kind
),

maps as (
    select
        map_cells.plan_year,
        map_cells.year_share,
        map_cells.target_value,
        cast(sum(map_cells.issued_count) as double) as actual_numerator,
        cast(sum(map_cells.year_start_count) as double) as year_start_numerator,
        cast(max(expected_maps.expected_count) as double) as actual_denominator,
        cast(sum(map_cells.evidence_count) as bigint) as evidence_count,
        max(map_cells.batch_id) as batch_id,
        max(map_cells.loaded_at) as loaded_at
    from map_cells
    cross join expected_maps
    group by map_cells.plan_year, map_cells.year_share, map_cells.target_value
)

select
    maps.plan_year,
    'T05' as target_id,
    'province' as scope_type,
    '360000' as scope_code,
    maps.actual_numerator,
    maps.actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    {{ standing_needed_share('maps.year_start_numerator / maps.actual_denominator', 'maps') }} as needed_share,
    {{ standing_forecast(
        'maps.actual_numerator / maps.actual_denominator',
        'maps.year_start_numerator / maps.actual_denominator',
        'coalesce(maps.target_value, 1)',
        'maps'
    ) }} as forecast_value,
    maps.evidence_count,
    maps.batch_id,
    maps.loaded_at
from maps
where maps.evidence_count > 0
union all
{{ zone_attainment('evidence', 'reporting', standing=true) }}
