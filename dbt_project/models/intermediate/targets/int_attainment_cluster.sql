with evidence as (
    select
        'T06' as target_id,
        zone_id,
        count(*) as actual_numerator,
        count(*) filter (where issued_date <= {{ last_year_end() }}) as year_start_numerator,
        count(*) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_cluster_plan') }}
    where is_in_force and not is_innovative
    group by zone_id
    union all
    select
        'T07' as target_id,
        zone_id,
        count(*) as actual_numerator,
        count(*) filter (where opened_date <= {{ last_year_end() }}) as year_start_numerator,
        count(*) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_service_platform') }}
    where is_running and is_comprehensive
    group by zone_id
    union all
    select
        target.target_id,
        park.zone_id,
        count(*) as actual_numerator,
        count(*) filter (where park.started_date <= {{ last_year_end() }}) as year_start_numerator,
        count(*) as evidence_count,
        max(park.batch_id) as batch_id,
        max(park.loaded_at) as loaded_at
    from {{ ref('fct_themed_park') }} as park
    inner join {{ ref('dim_target') }} as target on target.target_id in ('T08a', 'T08b')
    where park.is_built
    group by target.target_id, park.zone_id
),

reporting as (
    select
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
    inner join {{ ref('dim_target') }} as target on substr(target.target_id, 1, 3) = source.target_id
    where source.batch_id is not null
),

expected_maps as (
    select count(*) as expected_count
    from {{ ref('four_map') }}
),

-- A kind of map of one industry counts once, however many records it has.
map_cells as (
    select
        industry,
        map_kind,
        max(case when is_issued then 1 else 0 end) as issued_count,
        max(case when is_issued and issued_date <= {{ last_year_end() }} then 1 else 0 end) as year_start_count,
        count(*) as evidence_count,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from {{ ref('fct_industry_map') }}
    where is_current and is_expected
    group by industry, map_kind
),

maps as (
    select
        cast(sum(map_cells.issued_count) as double) as actual_numerator,
        cast(sum(map_cells.year_start_count) as double) as year_start_numerator,
        cast(max(expected_maps.expected_count) as double) as actual_denominator,
        cast(sum(map_cells.evidence_count) as bigint) as evidence_count,
        max(map_cells.batch_id) as batch_id,
        max(map_cells.loaded_at) as loaded_at
    from map_cells
    cross join expected_maps
)

select
    'T05' as target_id,
    'province' as scope_type,
    '360000' as scope_code,
    actual_numerator,
    actual_denominator,
    cast(null as double) as baseline_value,
    cast(null as double) as target_value,
    {{ standing_needed_share('year_start_numerator / actual_denominator') }} as needed_share,
    {{ standing_forecast(
        'actual_numerator / actual_denominator', 'year_start_numerator / actual_denominator', '1'
    ) }} as forecast_value,
    evidence_count,
    batch_id,
    loaded_at
from maps
where evidence_count > 0
union all
{{ zone_attainment('evidence', 'reporting', standing=true) }}
