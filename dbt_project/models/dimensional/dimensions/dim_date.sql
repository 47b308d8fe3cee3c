with days as (
    select {{ each_day("date '2015-01-01'", "date '2030-12-31'") }} as calendar_date
),

-- A schedule has New Year's Day, so a year without a row is not published yet.
published_year as (
    select distinct cast(year(date_day) as bigint) as year_number from {{ ref('holiday_schedule') }}
),

calendar as (
    select
        days.calendar_date,
        schedule.holiday_name,
        cast({{ day_of_week('days.calendar_date') }} as bigint) as weekday_number,
        coalesce(schedule.is_workday, {{ day_of_week('days.calendar_date') }} <= 5) as is_workday,
        published_year.year_number is not null as is_holiday_schedule_published
    from days
    left join {{ ref('holiday_schedule') }} as schedule on days.calendar_date = schedule.date_day
    left join published_year on year(days.calendar_date) = published_year.year_number
)

select
    calendar_date as date_day,
    {{ month_start('calendar_date') }} as month_date,
    cast(year(calendar_date) as bigint) as year_number,
    cast(quarter(calendar_date) as bigint) as quarter_number,
    cast(month(calendar_date) as bigint) as month_number,
    cast(day(calendar_date) as bigint) as day_number,
    weekday_number,
    {{ month_label('calendar_date') }} as month_label,
    {{ day_label('calendar_date') }} as day_label,
    last_day(calendar_date) = calendar_date as is_month_end,
    is_workday,
    holiday_name,
    is_holiday_schedule_published,
    cast(
        sum(case when is_workday then 1 else 0 end) over (order by calendar_date asc nulls last) as bigint
    ) as workday_number
from calendar
