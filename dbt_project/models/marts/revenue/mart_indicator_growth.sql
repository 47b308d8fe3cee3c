{#- 同比 by scope: over the zones that published the month in this year and a year before, in one caliber. -#}
with months as (
    select
        fact.zone_id,
        fact.indicator_code,
        fact.unit,
        fact.business_month,
        fact.month_number,
        fact.caliber,
        fact.reported_value,
        fact.month_value,
        fact.months_spanned,
        fact.is_negative_month
    from {{ ref('fct_zone_indicator_month') }} as fact
    where fact.is_current and fact.is_published and fact.business_year >= year({{ as_of_date() }}) - 2
),

paired as (
    select
        months.*,
        zone.city_code,
        past.reported_value as past_value,
        past.caliber as past_caliber,
        past.caliber = months.caliber as is_comparable,
        past.caliber = months.caliber and past.months_spanned = months.months_spanned as is_month_comparable,
        past.month_value as past_month_value
    from months
    left join months as past
        on
            months.zone_id = past.zone_id
            and months.indicator_code = past.indicator_code
            and months.business_month = {{ add_months('past.business_month', 12) }}
    left join {{ ref('dim_zone') }} as zone on months.zone_id = zone.zone_id and zone.is_current
    where year(months.business_month) >= year({{ as_of_date() }}) - 1
),

scope as (
    select 'province' as scope_type
    union all
    select 'city' as scope_type
    union all
    select 'zone' as scope_type
),

summed as (
    select
        scope.scope_type,
        case scope.scope_type
            when 'province' then '360000'
            when 'city' then paired.city_code
            else paired.zone_id
        end as scope_code,
        paired.indicator_code,
        paired.unit,
        paired.business_month,
        max(paired.caliber) as caliber,
        max(paired.past_caliber) as past_caliber,
        sum(paired.reported_value) as reported_value,
        sum(paired.month_value) as month_value,
        sum(paired.reported_value) filter (where paired.is_comparable) as comparable_value,
        sum(paired.past_value) filter (where paired.is_comparable) as comparable_past_value,
        sum(paired.month_value) filter (where paired.is_month_comparable) as comparable_month_value,
        sum(paired.past_month_value) filter (where paired.is_month_comparable) as comparable_past_month_value,
        count(*) as zone_count,
        count(*) filter (where paired.is_comparable) as comparable_zone_count,
        count(*) filter (where paired.is_negative_month) as negative_zone_count,
        coalesce(bool_or(not paired.is_comparable), false) as is_caliber_break
    from paired
    cross join scope
    group by scope.scope_type, scope_code, paired.indicator_code, paired.unit, paired.business_month
),

grown as (
    select
        summed.*,
        {{ safe_div(
            'summed.comparable_value - summed.comparable_past_value',
            'case when summed.comparable_past_value > 0 then summed.comparable_past_value end'
        ) }} as growth_ratio,
        {{ safe_div(
            'summed.comparable_month_value - summed.comparable_past_month_value',
            'case when summed.comparable_past_month_value > 0 then summed.comparable_past_month_value end'
        ) }} as month_growth_ratio
    from summed
    where summed.scope_code is not null
),

region as (
    select
        region_code,
        region_name
    from {{ ref('dim_region') }}
    where region_level = 'city' and is_current
)

select
    grown.scope_type,
    grown.scope_code,
    case grown.scope_type
        when 'province' then '全省'
        when 'city' then region.region_name
        else coalesce(zone.short_name, concat_ws(' ', '未登记开发区', grown.scope_code))
    end as scope_name,
    case grown.scope_type
        when 'province' then '360000'
        when 'city' then grown.scope_code
        else coalesce(zone.city_code, '360000')
    end as city_code,
    grown.indicator_code,
    coalesce(indicator.indicator_name, grown.indicator_code) as indicator_name,
    grown.business_month,
    {{ month_label('grown.business_month') }} as month_label,
    case grown.unit when 'yuan' then '亿元' when 'kwh' then '亿千瓦时' else '万人' end as unit_label,
    round(cast(grown.reported_value as double) / case when grown.unit = 'persons' then 10000 else 100000000 end, 4)
        as reported_value,
    round(cast(grown.month_value as double) / case when grown.unit = 'persons' then 10000 else 100000000 end, 4)
        as month_value,
    grown.growth_ratio,
    grown.month_growth_ratio,
    case
        when grown.growth_ratio is not null
            then concat_ws(
                '',
                case when grown.growth_ratio > 0 then '+' else '' end,
                {{ format_number('grown.growth_ratio * 100', 1) }},
                '%'
            )
        when grown.is_caliber_break then '口径调整，不可比'
        else '暂无同期数据'
    end as growth_label,
    grown.caliber,
    grown.is_caliber_break,
    cast(grown.zone_count as bigint) as zone_count,
    cast(grown.comparable_zone_count as bigint) as comparable_zone_count,
    cast(grown.negative_zone_count as bigint) as negative_zone_count
from grown
left join {{ ref('dim_indicator') }} as indicator
    on grown.indicator_code = indicator.indicator_code and grown.caliber = indicator.caliber
left join region on grown.scope_type = 'city' and grown.scope_code = region.region_code
left join {{ ref('dim_zone') }} as zone
    on grown.scope_type = 'zone' and grown.scope_code = zone.zone_id and zone.is_current
