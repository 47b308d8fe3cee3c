with years as (
    select distinct year_number
    from {{ ref('dim_date') }}
    where year_number between year({{ as_of_date() }}) - 2 and year({{ as_of_date() }})
),

periods as (
    select
        year_number,
        'half' as period_kind,
        concat_ws('', cast(year_number as varchar), 'H1') as period_code,
        concat_ws('', cast(year_number as varchar), '年上半年') as period_label,
        make_date(cast(year_number as int), 1, 1) as first_date,
        make_date(cast(year_number as int), 6, 30) as last_date
    from years
    union all
    select
        year_number,
        'year' as period_kind,
        cast(year_number as varchar) as period_code,
        concat_ws('', cast(year_number as varchar), '年') as period_label,
        make_date(cast(year_number as int), 1, 1) as first_date,
        make_date(cast(year_number as int), 12, 31) as last_date
    from years
)

select
    period_code,
    period_label,
    period_kind,
    year_number,
    first_date,
    last_date,
    least(last_date, {{ as_of_date() }}) as until_date,
    last_date <= {{ as_of_date() }} as is_final
from periods
where
    first_date <= {{ as_of_date() }}
    -- The year runs beside its first half only from July on.
    and (period_kind = 'half' or {{ as_of_date() }} > {{ add_months('first_date', 6) }})
