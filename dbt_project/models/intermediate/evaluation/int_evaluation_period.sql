with years as (
    select distinct year_number
    from {{ ref('dim_date') }}
    where year_number between year({{ as_of_date() }}) - 2 and year({{ as_of_date() }})
),

periods as (
    select
        years.year_number,
        kind.period_kind,
        kind.min_coverage_ratio,
        kind.closing_month_count,
        concat_ws('', cast(years.year_number as varchar), case kind.period_kind when 'half' then 'H1' else '' end)
            as period_code,
        concat_ws(
            '', cast(years.year_number as varchar), case kind.period_kind when 'half' then '年上半年' else '年' end
        ) as period_label,
        make_date(cast(years.year_number as int), 1, 1) as first_date,
        last_day(make_date(cast(years.year_number as int), cast(kind.last_month as int), 1)) as last_date
    from years
    cross join {{ ref('evaluation_period_kind') }} as kind
),

closing as (
    select
        periods.*,
        last_day({{ add_months('last_date', 'closing_month_count') }}) as closing_date
    from periods
)

select
    period_code,
    period_label,
    period_kind,
    year_number,
    first_date,
    last_date,
    closing_date,
    min_coverage_ratio,
    least(last_date, {{ as_of_date() }}) as until_date,
    last_date <= {{ as_of_date() }} as is_ended,
    closing_date < {{ as_of_date() }} as is_closed
from closing
where
    first_date <= {{ as_of_date() }}
    -- The year runs beside its first half only from July on.
    and (period_kind = 'half' or {{ as_of_date() }} > {{ add_months('first_date', 6) }})
