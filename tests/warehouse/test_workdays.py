"""Working days by the holiday schedule of the State Council: the seed, the calendar, and what cases make of both."""

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from tests.warehouse.candidate import add_batch, create_candidate, rows_of, run_dbt
from tests.warehouse.province.approval import accepted, event, result
from warehouse.declared_sources import PROJECT
from warehouse.holiday_schedule import SEED, holiday_schedule

# As announced by 国办发明电〔2018〕15号, and 〔2019〕3号 for 劳动节.
OFF = {
    "春节": ("2019-02-04", "2019-02-10"),
    "劳动节": ("2019-05-01", "2019-05-04"),
    "国庆节": ("2019-10-01", "2019-10-07"),
}
MADE_UP = {
    "春节": ("2019-02-02", "2019-02-03"),
    "劳动节": ("2019-04-28", "2019-05-05"),
    "国庆节": ("2019-09-29", "2019-10-12"),
}
AS_OF = date(2019, 10, 14)
ACCEPTED = (
    accepted("A1", None, "2019-09-27", 3),
    accepted("A2", None, "2019-10-08", 4),
    accepted("A3", None, "2019-01-31", 4),
    accepted("A4", None, "2019-04-25", 3),
    accepted("A5", None, "2019-10-11", 1),
    accepted("A6", None, "2019-10-05", 1),
)
STOPS = (event("A4", "4", "2019-04-26", "2019-05-05", "2019-05-05 18:00:00"),)
RESULTS = (
    result("A1", "2019-10-08"),
    result("A2", "2019-10-14"),
    result("A3", "2019-02-11"),
    result("A4", "2019-05-07"),
    result("A6", "2019-10-08"),
)


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("workdays")
    path = home / "candidate.duckdb"
    create_candidate(path, "r20191014-01", AS_OF)
    for dataset, rows, key in (
        ("accepted_case", ACCEPTED, "case_number"),
        ("case_event", STOPS, "row_guid"),
        ("case_result", RESULTS, "case_number"),
    ):
        add_batch(path, f"gov_service/{dataset}", AS_OF, rows, (key,))
    statuses = run_dbt(
        path, home / "target", "build", "--select", "+fct_approval_case", "--exclude-resource-type", "unit_test"
    )
    assert set(statuses.values()) <= {"success", "pass"}, statuses
    return path


def test_the_seed_says_what_the_package_says() -> None:
    """A new release of the package brings a new year; `python -m warehouse.holiday_schedule` writes it."""
    assert (PROJECT / SEED).read_text(encoding="utf-8") == holiday_schedule()


def test_the_seed_covers_every_published_year_of_the_calendar() -> None:
    listed = [date.fromisoformat(row["date_day"]) for row in csv.DictReader((PROJECT / SEED).open(encoding="utf-8"))]
    published = max(chinese_calendar.holidays).year
    assert published >= 2026
    assert {day.year for day in listed} == set(range(2015, published + 1))


def test_every_day_of_a_published_year_is_as_the_package_has_it(candidate: Path) -> None:
    days = rows_of(candidate, "select date_day, is_workday from dim.dim_date where is_holiday_schedule_published")
    assert len(days) > 12 * 365 - 1
    assert [day for day, is_workday in days if is_workday != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize("holiday", OFF)
def test_holidays_of_2019_and_their_make_up_days(candidate: Path, holiday: str) -> None:
    first, last = (date.fromisoformat(day) for day in OFF[holiday])
    off = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = rows_of(
        candidate,
        f"""select date_day, is_workday from dim.dim_date
            where holiday_name = '{holiday}' and year_number = 2019 order by date_day""",
    )
    made_up = [date.fromisoformat(day) for day in MADE_UP[holiday]]
    assert found == sorted([(day, False) for day in off] + [(day, True) for day in made_up])


def test_a_year_that_is_not_published_has_its_weekends_only(candidate: Path) -> None:
    year = max(chinese_calendar.holidays).year + 1
    query = "select count(*), count(holiday_name), count(*) filter (where is_workday <> (weekday_number <= 5))"
    published = "count(*) filter (where is_holiday_schedule_published)"
    assert year <= 2030, "the calendar ends in 2030: let dim_date go on"
    ((days, named, other, known),) = rows_of(
        candidate, f"{query}, {published} from dim.dim_date where year_number = {year}"
    )
    assert days in (365, 366) and (named, other, known) == (0, 0, 0)


def test_cases_over_holidays(candidate: Path) -> None:
    """Elapsed, stopped and counted working days; the day of acceptance does not count. By weekdays: see the comments."""
    query = """select case_number, elapsed_day_count, stopped_day_count, working_day_count, is_overdue
        from fact.fct_approval_case order by 1"""
    assert rows_of(candidate, query) == [
        # 29 (a Sunday that is worked) and 30 September, 8 October; by weekdays 7 and overdue.
        ("A1", 3, 0, 3, False),
        # 9, 10, 11, 12 (a Saturday that is worked) and 14 October; by weekdays 4 and in time.
        ("A2", 5, 0, 5, True),
        # 1 to 3 February with the weekend, 11; by weekdays 7 and overdue.
        ("A3", 4, 0, 4, False),
        # 26, 28, 29, 30 April, 5, 6, 7 May, the clock stands still from 26 April to 5 May; by weekdays 8 and 5.
        ("A4", 7, 4, 3, False),
        # Open: 12 and 14 October; by weekdays 1 and in time.
        ("A5", 2, 0, 2, True),
        # Accepted online in the holidays: 8 October; by weekdays 2 and overdue.
        ("A6", 1, 0, 1, False),
    ]
