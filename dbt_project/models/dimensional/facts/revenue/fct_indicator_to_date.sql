with placed as (
    select
        to_date.*,
        zone.city_code
    from {{ ref('fct_zone_indicator_to_date') }} as to_date
    left join {{ ref('dim_zone') }} as zone on to_date.zone_id = zone.zone_id and zone.is_current
),

scope as (
    {{ scope_types() }}
),

-- Growth is that of zones which published the month itself; a zone alone is compared in its own month.
scoped as (
    select
        placed.*,
        scope.scope_type,
        {{ scope_code('placed') }} as scope_code,
        placed.is_comparable and (not placed.is_carried or scope.scope_type = 'zone') as is_like_for_like
    from placed
    cross join scope
),

summed as (
    select
        scope_type,
        scope_code,
        indicator_code,
        unit,
        business_year,
        business_month,
        month_number,
        caliber,
        is_latest,
        is_newest,
        sum(reported_value) as reported_value,
        sum(reported_value) filter (where is_carried) as carried_value,
        min(value_month) filter (where is_carried) as carried_from_month,
        max(value_month) filter (where is_carried) as carried_to_month,
        sum(month_value) as month_value,
        max(past_caliber) as past_caliber,
        sum(reported_value) filter (where is_like_for_like) as comparable_value,
        sum(past_value) filter (where is_like_for_like) as comparable_past_value,
        sum(single_month_value) filter (where comparable_past_month_value is not null)
            as comparable_month_value,
        sum(comparable_past_month_value) as comparable_past_month_value,
        count(*) as zone_count,
        count(*) filter (where value_month = business_month) as reported_zone_count,
        count(*) filter (where is_carried) as carried_zone_count,
        count(month_value) as month_zone_count,
        count(*) filter (where is_like_for_like) as comparable_zone_count,
        count(*) filter (where is_negative_month) as negative_zone_count,
        coalesce(bool_or(past_caliber <> caliber), false) as is_caliber_break,
        max(batch_id) as batch_id,
        max(loaded_at) as loaded_at
    from scoped
    where scope_code is not null
    group by
        scope_type, scope_code, indicator_code, unit, business_year, business_month,
        month_number, caliber, is_latest, is_newest
)

select
    summed.scope_type,
    summed.scope_code,
    summed.indicator_code,
    summed.unit,
    summed.business_year,
    summed.business_month,
    summed.month_number,
    summed.caliber,
    summed.is_latest,
    summed.is_newest,
    cast(summed.reported_value as decimal(24, 2)) as reported_value,
    cast(coalesce(summed.carried_value, 0) as decimal(24, 2)) as carried_value,
    summed.carried_from_month,
    summed.carried_to_month,
    cast(summed.month_value as decimal(24, 2)) as month_value,
    cast(last_year.reported_value as decimal(24, 2)) as last_year_value,
    summed.past_caliber,
    summed.is_caliber_break,
    {{ safe_div(
        'summed.comparable_value - summed.comparable_past_value', 'case when summed.comparable_past_value > 0 then summed.comparable_past_value end'
    ) }} as growth_ratio,
    {{ safe_div(
        'summed.comparable_month_value - summed.comparable_past_month_value',
        'case when summed.comparable_past_month_value > 0 then summed.comparable_past_month_value end'
    ) }} as month_growth_ratio,
    cast(summed.zone_count as bigint) as zone_count,
    cast(summed.reported_zone_count as bigint) as reported_zone_count,
    cast(summed.carried_zone_count as bigint) as carried_zone_count,
    cast(summed.month_zone_count as bigint) as month_zone_count,
    cast(summed.comparable_zone_count as bigint) as comparable_zone_count,
    cast(summed.negative_zone_count as bigint) as negative_zone_count,
    {{ as_of_date() }} as business_date,
    'warehouse' as source_system,
    concat_ws(
        '|', summed.scope_type, summed.scope_code, summed.indicator_code, cast(summed.business_month as varchar)
    ) as source_record_id,
    summed.batch_id,
    summed.loaded_at
from summed
left join summed as last_year
    on
        summed.scope_type = last_year.scope_type
        and summed.scope_code = last_year.scope_code
        and summed.indicator_code = last_year.indicator_code
        and last_year.business_month = {{ add_months('summed.business_month', -12) }}
