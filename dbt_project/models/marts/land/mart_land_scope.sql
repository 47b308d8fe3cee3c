with scoped as (
    {{ scoped_zones([ref('fct_land_parcel'), ref('fct_zombie_case')]) }}
),

statuses as (
    {{ scope_statuses('scoped', ['T19a', 'T19b']) }}
),

parcel as (
    select
        zone_id,
        count(*) filter (where is_held) as parcel_count,
        count(distinct case when is_held then uscc end) as holder_count,
        sum(land_area_mu) filter (where is_held) as held_mu,
        sum(land_area_mu) filter (where is_held and tenure = '租赁') as leased_mu,
        sum(land_area_mu) filter (where is_idle) as idle_mu,
        sum(land_area_mu) filter (
            where parcel_state = '待交付' and is_current
        ) as waiting_mu,
        sum(building_area_m2) filter (where is_held) as building_m2
    from {{ ref('fct_land_parcel') }}
    where is_current
    group by zone_id
),

zombie as (
    select
        zone_id,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_in_opening_stock) as opening_count,
        count(*) filter (where is_in_opening_stock and is_disposed) as disposed_count,
        count(*) filter (where year(named_date) = year({{ as_of_date() }})) as named_count
    from {{ ref('fct_zombie_case') }}
    where is_current
    group by zone_id
),

known as (
    select
        (select count(*) from {{ ref('fct_land_parcel') }}) > 0 as has_parcels,
        (select count(*) from {{ ref('fct_zombie_case') }}) > 0 as has_zombies
),

measured as (
    select
        {{ scope_columns('scoped') }},
        count(*) as zone_count,
        {{ sums_if_known('has_parcels', 'parcel', [
            'parcel_count', 'holder_count', 'held_mu', 'leased_mu', 'idle_mu', 'waiting_mu', 'building_m2'
        ]) }},
        {{ sums_if_known('has_zombies', 'zombie', ['open_count', 'opening_count', 'disposed_count', 'named_count']) }}
    from scoped
    cross join known
    left join parcel on scoped.zone_id = parcel.zone_id
    left join zombie on scoped.zone_id = zombie.zone_id
    group by {{ scope_columns('scoped') }}
)

select
    {{ scope_columns('measured') }},
    cast(measured.zone_count as bigint) as zone_count,
    cast(measured.parcel_count as bigint) as parcel_count,
    cast(measured.holder_count as bigint) as holder_count,
    {{ rounded('measured.held_mu', 2) }} as held_area_mu,
    {{ rounded('measured.leased_mu', 2) }} as leased_area_mu,
    {{ rounded('measured.idle_mu', 2) }} as idle_area_mu,
    {{ safe_div('measured.idle_mu', 'measured.held_mu') }} as idle_ratio,
    {{ rounded('measured.waiting_mu', 2) }} as waiting_area_mu,
    {{ safe_div('measured.building_m2', 'measured.held_mu * 2000 / 3') }} as floor_area_ratio,
    {{ rounded('yield.actual_value / 10000', 2) }} as revenue_wan_per_mu,
    {{ rounded('yield.baseline_value / 10000', 2) }} as last_revenue_wan_per_mu,
    {{ safe_div('yield.actual_value - yield.baseline_value', 'yield.baseline_value') }} as revenue_growth_ratio,
    cast(measured.open_count as bigint) as zombie_open_count,
    cast(measured.opening_count as bigint) as zombie_opening_count,
    cast(measured.disposed_count as bigint) as zombie_disposed_count,
    cast(measured.named_count as bigint) as zombie_named_count,
    {{ safe_div('measured.opening_count - measured.open_count', 'measured.opening_count') }} as zombie_reduction_ratio,
    statuses.t19a_label,
    statuses.t19b_label,
    statuses.status,
    statuses.status_label,
    statuses.status_color
from measured
inner join statuses on measured.scope_type = statuses.scope_type and measured.scope_code = statuses.scope_code
left join {{ ref('fct_target_attainment') }} as yield
    on
        yield.is_this_year
        and yield.target_id = 'T19a'
        and measured.scope_type = yield.scope_type
        and measured.scope_code = yield.scope_code
