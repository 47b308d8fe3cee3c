with published as (
    select
        zone_id,
        indicator_code,
        unit,
        business_year,
        business_month,
        month_number,
        caliber,
        reported_value,
        month_value,
        months_spanned,
        is_negative_month,
        source_record_id,
        batch_id,
        loaded_at
    from {{ ref('fct_zone_indicator_month') }}
    where is_current and is_published and business_year >= year({{ as_of_date() }}) - 3
),

reported_year as (
    select distinct
        indicator_code,
        business_year
    from published
),

-- Zones that are expected to report: those that did so in the year or in the one before.
reporter as (
    select
        reported_year.indicator_code,
        reported_year.business_year,
        count(distinct published.zone_id) as zone_count
    from reported_year
    inner join published
        on
            reported_year.indicator_code = published.indicator_code
            and reported_year.business_year - 1 <= published.business_year
            and reported_year.business_year >= published.business_year
    group by reported_year.indicator_code, reported_year.business_year
),

month_caliber as (
    select
        indicator_code,
        business_year,
        business_month,
        month_number,
        caliber,
        max(unit) as unit,
        count(*) as zone_count
    from published
    where business_year >= year({{ as_of_date() }}) - 2 and business_month <= {{ as_of_date() }}
    group by indicator_code, business_year, business_month, month_number, caliber
),

-- A month is stated for the province once half of the expected zones have published it, in the caliber of most of them.
stated_month as (
    select
        ranked.*,
        ranked.business_month = max(ranked.business_month) over (
            partition by ranked.indicator_code, ranked.business_year
        ) as is_latest,
        ranked.business_month = max(ranked.business_month) over (partition by ranked.indicator_code) as is_newest
    from (
        select
            month_caliber.*,
            sum(month_caliber.zone_count) over (
                partition by month_caliber.indicator_code, month_caliber.business_month
            ) as published_count,
            row_number() over (
                partition by month_caliber.indicator_code, month_caliber.business_month
                order by month_caliber.zone_count desc nulls last, month_caliber.caliber desc nulls last
            ) as place
        from month_caliber
    ) as ranked
    inner join reporter
        on ranked.indicator_code = reporter.indicator_code and ranked.business_year = reporter.business_year
    where ranked.place = 1 and ranked.published_count * 2 >= reporter.zone_count
),

zone as (
    select zone_id
    from {{ ref('dim_zone') }}
    where is_current
    union
    select zone_id
    from published
),

-- Each zone by its own latest published month of the year and the caliber, up to the stated month.
stated as (
    select
        zone.zone_id,
        stated_month.indicator_code,
        stated_month.unit,
        stated_month.business_year,
        stated_month.business_month,
        stated_month.month_number,
        stated_month.caliber,
        stated_month.is_latest,
        stated_month.is_newest,
        published.business_month as value_month,
        published.reported_value,
        published.month_value,
        published.months_spanned,
        published.is_negative_month,
        published.source_record_id,
        published.batch_id,
        published.loaded_at
    from stated_month
    cross join zone
    left join published
        on
            zone.zone_id = published.zone_id
            and stated_month.indicator_code = published.indicator_code
            and stated_month.business_year = published.business_year
            and stated_month.caliber = published.caliber
            and stated_month.business_month >= published.business_month
    qualify row_number() over (
        partition by zone.zone_id, stated_month.indicator_code, stated_month.business_month
        order by published.business_month desc nulls last
    ) = 1
)

select
    stated.zone_id,
    stated.indicator_code,
    stated.unit,
    stated.business_year,
    stated.business_month,
    stated.month_number,
    stated.caliber,
    stated.is_latest,
    stated.is_newest,
    stated.value_month,
    stated.value_month < stated.business_month as is_carried,
    cast(stated.reported_value as decimal(24, 2)) as reported_value,
    -- What was reported over several months at once came in evenly: that of a month that is still to come is not known.
    cast(
        {{ rounded('cast(covering.month_value as double) / covering.months_spanned', 2) }} as decimal(24, 2)
    ) as month_value,
    cast(past.reported_value as decimal(24, 2)) as past_value,
    past.caliber as past_caliber,
    coalesce(past.caliber = stated.caliber, false) as is_comparable,
    cast(
        case when stated.value_month = stated.business_month then stated.month_value end as decimal(24, 2)
    ) as single_month_value,
    cast(
        case
            when
                stated.value_month = stated.business_month
                and past.caliber = stated.caliber
                and past.months_spanned = stated.months_spanned
                then past.month_value
        end as decimal(24, 2)
    ) as comparable_past_month_value,
    coalesce(stated.is_negative_month and stated.value_month = stated.business_month, false) as is_negative_month,
    {{ as_of_date() }} as business_date,
    'smart_zone' as source_system,
    stated.source_record_id,
    stated.batch_id,
    stated.loaded_at
from stated
left join published as covering
    on
        stated.zone_id = covering.zone_id
        and stated.indicator_code = covering.indicator_code
        and stated.business_year = covering.business_year
        and stated.caliber = covering.caliber
        and stated.month_number <= covering.month_number
        and stated.month_number > covering.month_number - covering.months_spanned
left join published as past
    on
        stated.zone_id = past.zone_id
        and stated.indicator_code = past.indicator_code
        and past.business_month = {{ add_months('stated.value_month', -12) }}
