-- Zones in every month, enterprises in the last month that any of them published.
with zone_month as (
    select
        'zone' as scope_type,
        fact.zone_id as scope_code,
        cast(null as varchar) as enterprise_id,
        cast(null as varchar) as uscc,
        'all' as peer_group,
        fact.business_month,
        max(fact.reported_value) filter (where fact.indicator_code = 'main_business_revenue') as revenue,
        max(fact.reported_value) filter (where fact.indicator_code = 'industrial_electricity') as electricity,
        max(fact.reported_value) filter (where fact.indicator_code = 'profit_and_tax') as profit_and_tax,
        max(fact.source_record_id) as source_record_id,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.is_current and fact.is_published
    group by fact.zone_id, fact.business_month
),

latest as (
    select max(business_month) as business_month
    from {{ ref('fct_enterprise_indicator_month') }}
    where is_current and is_published and indicator_code = 'main_business_revenue'
),

enterprise_month as (
    select
        'enterprise' as scope_type,
        fact.enterprise_id as scope_code,
        fact.enterprise_id,
        max(fact.uscc) as uscc,
        coalesce(max(enterprise.industry_division_code), 'all') as peer_group,
        fact.business_month,
        max(fact.reported_value) filter (where fact.indicator_code = 'main_business_revenue') as revenue,
        max(fact.reported_value) filter (where fact.indicator_code = 'industrial_electricity') as electricity,
        max(fact.reported_value) filter (where fact.indicator_code = 'profit_and_tax') as profit_and_tax,
        max(fact.source_record_id) as source_record_id,
        max(fact.batch_id) as batch_id,
        max(fact.loaded_at) as loaded_at
    from {{ ref('fct_enterprise_indicator_month') }} as fact
    inner join latest on fact.business_month = latest.business_month
    left join {{ ref('dim_enterprise') }} as enterprise
        on fact.enterprise_id = enterprise.enterprise_id and enterprise.is_current
    where fact.is_current and fact.is_published
    group by fact.enterprise_id, fact.business_month
),

measured as (
    select * from zone_month
    union all
    select * from enterprise_month
),

intensity as (
    {%- for check, column in {'electricity': 'electricity', 'tax': 'profit_and_tax'}.items() %}
        select
            concat_ws('', measured.scope_type, '_{{ check }}') as check_code,
            measured.*,
            cast(measured.{{ column }} as double) / cast(measured.revenue as double) as own_value,
            cast(measured.{{ column }} as double) as other_value
        from measured
        where measured.revenue > 0 and measured.{{ column }} is not null
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

peer as (
    select
        check_code,
        peer_group,
        business_month,
        median(own_value) as median_value,
        count(*) as peer_count
    from intensity
    group by check_code, peer_group, business_month
),

everyone as (
    select
        check_code,
        business_month,
        median(own_value) as median_value,
        count(*) as peer_count
    from intensity
    group by check_code, business_month
)

-- A group of fewer than five has no median worth the name: all are compared then, and fewer than five of all are not.
select
    intensity.check_code,
    intensity.scope_type,
    intensity.scope_code,
    intensity.enterprise_id,
    intensity.uscc,
    intensity.business_month as period_start,
    case when peer.peer_count >= 5 then intensity.peer_group else 'all' end as peer_group,
    case when peer.peer_count >= 5 then peer.peer_count else everyone.peer_count end as peer_count,
    cast(intensity.revenue as double) as revenue_yuan,
    intensity.other_value,
    {{ rounded('intensity.own_value', 8) }} as left_value,
    {{ rounded('case when peer.peer_count >= 5 then peer.median_value else everyone.median_value end', 8) }}
        as right_value,
    intensity.source_record_id,
    intensity.batch_id,
    intensity.loaded_at
from intensity
inner join peer
    on
        intensity.check_code = peer.check_code
        and intensity.peer_group = peer.peer_group
        and intensity.business_month = peer.business_month
inner join everyone
    on intensity.check_code = everyone.check_code and intensity.business_month = everyone.business_month
where everyone.peer_count >= 5
