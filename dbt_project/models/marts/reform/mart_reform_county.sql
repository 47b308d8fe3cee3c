with block as (
    select
        county_code,
        count(*) as block_count,
        count(*) filter (where is_done) as merged_count,
        count(*) filter (where is_done and year(done_date) = year({{ as_of_date() }})) as merged_this_year_count,
        sum(area_mu) as area_mu,
        sum(area_mu) filter (where not is_done) as unmerged_area_mu,
        max(done_date) filter (where is_done) as last_merged_date
    from {{ ref('fct_reform_milestone') }}
    where is_current and milestone_code = 'block_merged' and county_code is not null
    group by county_code
),

-- The counties that the target is measured for, with or without blocks.
county as (
    select
        scope_code as county_code,
        status
    from {{ ref('fct_target_attainment') }}
    where is_this_year and target_id = 'T13' and scope_type = 'county'
    union all
    select
        block.county_code,
        'no_data' as status
    from block
    where
        block.county_code not in (
            select fact.scope_code
            from {{ ref('fct_target_attainment') }} as fact
            where fact.is_this_year and fact.target_id = 'T13' and fact.scope_type = 'county'
        )
),

region as (
    select
        region_code,
        region_name
    from {{ ref('dim_region') }}
    where is_current
)

select
    county.county_code,
    coalesce(here.region_name, county.county_code) as county_name,
    concat_ws('', substr(county.county_code, 1, 4), '00') as city_code,
    coalesce(city.region_name, '未登记') as city_name,
    cast(coalesce(block.block_count, 0) as bigint) as block_count,
    cast(coalesce(block.merged_count, 0) as bigint) as merged_count,
    cast(coalesce(block.merged_this_year_count, 0) as bigint) as merged_this_year_count,
    cast(coalesce(block.block_count - block.merged_count, 0) as bigint) as unmerged_count,
    {{ rounded('coalesce(block.area_mu, 0)', 2) }} as block_area_mu,
    {{ rounded('coalesce(block.unmerged_area_mu, 0)', 2) }} as unmerged_area_mu,
    block.last_merged_date,
    status.status,
    status.status_label,
    status.status_color
from county
inner join {{ ref('dim_status') }} as status on county.status = status.status
left join block on county.county_code = block.county_code
left join region as here on county.county_code = here.region_code
left join region as city on concat_ws('', substr(county.county_code, 1, 4), '00') = city.region_code
