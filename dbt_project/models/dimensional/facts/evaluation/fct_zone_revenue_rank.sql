with newest as (
    select
        to_date.*,
        zone.city_code
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    inner join {{ ref('dim_zone') }} as zone on to_date.zone_id = zone.zone_id and zone.is_current
    where to_date.indicator_code = 'main_business_revenue' and to_date.is_newest
)

select
    newest.zone_id,
    newest.city_code,
    newest.business_month,
    newest.value_month,
    newest.is_carried,
    newest.caliber,
    newest.reported_value as revenue_ytd_yuan,
    newest.past_value as last_year_ytd_yuan,
    scope.growth_ratio,
    cast(case
        when newest.reported_value is not null then rank() over (order by newest.reported_value desc nulls last)
    end as bigint) as rank_number,
    cast(
        row_number() over (
            partition by newest.city_code order by newest.reported_value desc nulls last, newest.zone_id asc nulls last
        ) as bigint
    ) as city_place,
    {{ as_of_date() }} as business_date,
    'smart_zone' as source_system,
    newest.source_record_id,
    newest.batch_id,
    newest.loaded_at
from newest
inner join {{ ref('fct_indicator_to_date') }} as scope
    on
        newest.zone_id = scope.scope_code
        and scope.scope_type = 'zone'
        and newest.indicator_code = scope.indicator_code
        and newest.business_month = scope.business_month
