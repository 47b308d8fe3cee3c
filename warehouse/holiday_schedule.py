"""The holiday schedule of the State Council (国务院办公厅关于部分节假日安排的通知) as a seed of the dbt project.

`python -m warehouse.holiday_schedule` rewrites the seed after a new release of the package `chinesecalendar` brought a
year; a test fails as long as that was not done. A year without a row is not published yet.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import chinese_calendar

from warehouse.declared_sources import PROJECT

SEED = Path("seeds") / "holiday_schedule.csv"
FIRST_YEAR = 2015
"""The first year of dim_date."""


def holiday_schedule() -> str:
    """The seed as CSV: the days off of every holiday with their weekends, and the weekend days that make up for them."""
    chinese_name = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    days = [(day, False, name) for day, name in chinese_calendar.holidays.items()]
    days += [(day, True, name) for day, name in chinese_calendar.workdays.items()]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["date_day", "is_workday", "holiday_name"])
    for day, is_workday, name in sorted(days):
        if day.year >= FIRST_YEAR:
            writer.writerow([day.isoformat(), str(is_workday).lower(), chinese_name[name]])
    return out.getvalue()


if __name__ == "__main__":
    (PROJECT / SEED).write_text(holiday_schedule(), encoding="utf-8")
