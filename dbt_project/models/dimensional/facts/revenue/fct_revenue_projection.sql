with months as (
    select
        zone_id,
        business_month,
        business_year,
        month_number,
        caliber,
        reported_value,
        source_record_id,
        batch_id,
        loaded_at
    from {{ ref('fct_zone_indicator_month') }}
    where indicator_code = 'main_business_revenue' and is_current and is_published
),

-- The part of a zone's year that a month had reached, month and December in one caliber.
shares as (
    select
        months.zone_id,
        months.business_year,
        months.month_number,
        months.reported_value as month_yuan,
        december.reported_value as year_yuan,
        cast(months.reported_value as double) / cast(december.reported_value as double) as year_share
    from months
    inner join months as december
        on
            months.zone_id = december.zone_id
            and months.business_year = december.business_year
            and months.caliber = december.caliber
    where december.month_number = 12 and december.reported_value > 0 and months.reported_value > 0
),

years as (
    select distinct business_year
    from months
),

past as (
    select
        business_year,
        min(business_year) over () as first_year
    from shares
    group by business_year
),

-- The years that inform a year: the earlier ones; for the first year on record, in hindsight, the later ones.
informing as (
    select
        years.business_year,
        past.business_year as past_year,
        past.business_year > years.business_year as is_hindsight
    from years
    inner join past
        on
            years.business_year > past.business_year
            or (years.business_year <= past.first_year and years.business_year < past.business_year)
),

history as (
    select
        informing.business_year,
        informing.is_hindsight,
        shares.zone_id,
        shares.month_number,
        shares.month_yuan,
        shares.year_yuan,
        shares.year_share
    from informing
    inner join shares on informing.past_year = shares.business_year
),

pooled as (
    select
        business_year,
        month_number,
        is_hindsight,
        {{ rounded('cast(sum(month_yuan) as double) / cast(sum(year_yuan) as double)', 9) }} as pooled_share
    from history
    group by business_year, month_number, is_hindsight
),

own as (
    select
        business_year,
        zone_id,
        month_number,
        {{ rounded(exact_mean('year_share'), 9) }} as own_share,
        count(*) as year_count
    from history
    group by business_year, zone_id, month_number
),

-- Relative spread of past shares: between the years of a zone where zones have several, and between the zones.
spread as (
    select
        history.business_year,
        history.month_number,
        {{ rounded(
            'sqrt('
            ~ exact_sum('case when own.year_count > 1 then power(history.year_share / own.own_share - 1, 2) end')
            ~ ' / nullif(' ~ exact_sum('cast(own.year_count - 1 as double) / own.year_count') ~ ', 0))',
            6
        ) }} as between_years,
        {{ rounded(
            'sqrt(' ~ exact_sum('power(history.year_share / pooled.pooled_share - 1, 2)') ~ ' / nullif(count(*) - 1, 0))',
            6
        ) }} as between_zones
    from history
    inner join own
        on
            history.business_year = own.business_year
            and history.zone_id = own.zone_id
            and history.month_number = own.month_number
    inner join pooled
        on history.business_year = pooled.business_year and history.month_number = pooled.month_number
    group by history.business_year, history.month_number
),

expected as (
    select
        months.*,
        cast(months.reported_value as double) as ytd,
        pooled.is_hindsight,
        coalesce(own.year_count, 0) as year_count,
        coalesce(own.own_share, pooled.pooled_share) as expected_share,
        -- 80 % of a normal distribution lie within 1.2816 standard deviations; a mean of n years errs by 1/n more.
        least(
            1.2816
            * case
                when own.year_count is null then spread.between_zones
                else
                    coalesce(spread.between_years, spread.between_zones)
                    * sqrt(1 + cast(1 as double) / own.year_count)
            end,
            0.9
        ) as half_width,
        december.reported_value as year_yuan
    from months
    inner join pooled on months.business_year = pooled.business_year and months.month_number = pooled.month_number
    inner join spread on months.business_year = spread.business_year and months.month_number = spread.month_number
    left join own
        on
            months.business_year = own.business_year
            and months.zone_id = own.zone_id
            and months.month_number = own.month_number
    left join months as december
        on
            months.zone_id = december.zone_id
            and months.business_year = december.business_year
            and months.caliber = december.caliber
            and december.month_number = 12
),

projected as (
    select
        expected.*,
        cast({{ rounded('expected.ytd / expected.expected_share', 2) }} as decimal(24, 2)) as forecast_yuan,
        cast({{ rounded('expected.ytd / (expected.expected_share * (1 + expected.half_width))', 2) }} as decimal(24, 2))
            as low_yuan,
        cast({{ rounded('expected.ytd / (expected.expected_share * (1 - expected.half_width))', 2) }} as decimal(24, 2))
            as high_yuan
    from expected
)

select
    zone_id,
    business_month,
    business_year,
    month_number,
    caliber,
    reported_value as ytd_yuan,
    expected_share,
    cast(year_count as bigint) as year_count,
    is_hindsight,
    {{ rounded('half_width', 6) }} as half_width_ratio,
    forecast_yuan,
    low_yuan,
    high_yuan,
    year_yuan,
    {{ safe_div('forecast_yuan - year_yuan', 'year_yuan') }} as error_ratio,
    year_yuan >= low_yuan and year_yuan <= high_yuan as is_inside_band,
    'warehouse' as source_system,
    source_record_id,
    batch_id,
    loaded_at
from projected
