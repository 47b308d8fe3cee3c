with days as (
    select {{ each_day("date '2015-01-01'", "date '2030-12-31'") }} as calendar_date
)

select
    calendar_date as date_day,
    {{ month_start('calendar_date') }} as month_date,
    cast(year(calendar_date) as bigint) as year_number,
    cast(quarter(calendar_date) as bigint) as quarter_number,
    cast(month(calendar_date) as bigint) as month_number,
    cast(day(calendar_date) as bigint) as day_number,
    cast({{ day_of_week('calendar_date') }} as bigint) as weekday_number,
    {{ month_label('calendar_date') }} as month_label,
    {{ day_label('calendar_date') }} as day_label,
    last_day(calendar_date) = calendar_date as is_month_end
from days
