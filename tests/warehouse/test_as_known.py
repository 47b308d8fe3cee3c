"""What was known on a past day: the table functions of a later warehouse against the warehouses of those days."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.candidate import Row, add_batch, create_candidate, rows_of, run_dbt
from warehouse import console

# Zone 1: January is reported as 100, corrected to 90, 95 and 97; February as 210, corrected to 205; March as 300.
# Zone 2: January is not published at first; a report of 10 April about March was overtaken by one of 12 April.
DAYS = {
    date(2019, 1, 31): [("1", "01", 100, "2019-01-31 18:00:00"), ("2", "01", None, "2019-01-31 18:00:00")],
    date(2019, 2, 14): [("1", "01", 90, "2019-02-14 09:00:00"), ("2", "01", 7, "2019-02-14 10:00:00")],
    date(2019, 2, 28): [("1", "02", 210, "2019-02-28 18:00:00"), ("2", "02", 16, "2019-02-28 18:00:00")],
    date(2019, 3, 15): [("1", "01", 95, "2019-03-15 09:00:00"), ("1", "02", 205, "2019-03-15 09:00:00")],
    date(2019, 3, 31): [("1", "03", 300, "2019-03-31 18:00:00"), ("2", "03", 25, "2019-03-31 18:00:00")],
    date(2019, 4, 12): [("2", "03", 27, "2019-04-12 11:00:00"), ("1", "01", 97, "2019-04-12 09:00:00")],
    date(2019, 4, 20): [("2", "03", 26, "2019-04-10 09:00:00"), ("2", "02", 15, "2019-04-11 09:00:00")],
}
LAST = max(DAYS)
KNOWN = """select zone_id, month_number, reported_value, month_value, months_spanned, is_negative_month, is_published,
    known_from, batch_id, version_number from {relation}
    where indicator_code = 'main_business_revenue' order by 1, 2"""


def _report(zone_id: str, month: str, value: int | None, reported_at: str) -> Row:
    values = {"caliber": "2018", "business_month": f"2019-{month}-01", "main_business_revenue_ytd_yuan": value}
    return {"zone_id": zone_id, **values, "reported_at": reported_at}


def _build(path: Path, target: Path, as_of: date) -> None:
    """The facts of a warehouse that has the batches of every day up to `as_of`."""
    create_candidate(path, f"r{as_of:%Y%m%d}-01", as_of)
    for day, reports in DAYS.items():
        if day <= as_of:
            rows = [_report(*report) for report in reports]
            add_batch(path, "smart_zone/zone_indicator", day, rows, ["zone_id", "business_month"], since=day)
    models = ["indicator", "dim_indicator", "stg_smart_zone__zone_indicator", "fct_zone_indicator_month"]
    statuses = run_dbt(path, target, "build", "--exclude-resource-type", "unit_test", "--select", *models)
    assert set(statuses.values()) <= {"success", "pass"}, statuses


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[date, Path]]:
    """A warehouse for each day on which something was reported."""
    home = tmp_path_factory.mktemp("days")
    candidate, built = home / "candidate.duckdb", {}
    for day in DAYS:
        _build(candidate, home / "target", day)
        built[day] = home / f"{day}.duckdb"
        shutil.move(candidate, built[day])
    yield built


def _known(path: Path, relation: str) -> list[tuple[Any, ...]]:
    return rows_of(path, KNOWN.format(relation=relation))


def test_every_past_day_is_answered_as_the_warehouse_of_that_day_answered(days: dict[date, Path]) -> None:
    for day, path in days.items():
        current = _known(path, "(from fact.fct_zone_indicator_month where is_current)")
        assert _known(days[LAST], f"fact.fct_zone_indicator_as_known('{day}')") == current, day
        assert _known(path, f"fact.fct_zone_indicator_as_known('{day}')") == current, day


def test_january_after_three_restatements(days: dict[date, Path]) -> None:
    """By hand: 100 from 31 January, 90 from 14 February, 95 from 15 March, 97 from 12 April; nothing before."""
    query = """select cast(revenue_ytd_yuan as int), cast(revenue_month_yuan as int) from fact.fct_revenue_as_known('{}')
        where zone_id = '1' order by business_month"""
    asked = {
        "2019-01-30": [],
        "2019-01-31": [(100, 100)],
        "2019-02-13": [(100, 100)],
        "2019-02-14": [(90, 90)],
        "2019-03-14": [(90, 90), (210, 120)],
        "2019-03-15": [(95, 95), (205, 110)],
        "2019-04-11": [(95, 95), (205, 110), (300, 95)],
        "2019-04-12": [(97, 97), (205, 108), (300, 95)],
    }
    assert {day: rows_of(days[LAST], query.format(day)) for day in asked} == asked


def test_a_late_report_is_known_from_its_load_and_an_overtaken_one_never(days: dict[date, Path]) -> None:
    """February's 15 came on 20 April and counts from then; March's 26 was overtaken by 27 before it came."""
    query = """select month_number, cast(reported_value as int), cast(known_from as varchar), cast(known_to as varchar)
        from fact.fct_zone_indicator_month
        where indicator_code = 'main_business_revenue' and zone_id = '2' order by 1, version_number"""
    assert rows_of(days[LAST], query) == [
        (1, None, "2019-01-31", "2019-02-14"),
        (1, 7, "2019-02-14", "9999-12-31"),
        (2, 16, "2019-02-28", "2019-04-20"),
        (2, 15, "2019-04-20", "9999-12-31"),
        (3, 25, "2019-03-31", "2019-04-12"),
        (3, 27, "2019-04-12", "9999-12-31"),
    ]


def test_the_function_survives_a_copy_and_answers_on_a_locked_connection(
    days: dict[date, Path], tmp_path: Path
) -> None:
    """As a release does: copied under another name, the schemas of the build dropped, opened read-only and locked."""
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(days[LAST], copy)
    answer = console.query_file(copy, "select sum(revenue_ytd_yuan) from fact.fct_revenue_as_known(date '2019-02-28')")
    assert answer.rows == [(90 + 210 + 7 + 16,)]
    with pytest.raises(console.QueryError, match="does not exist"):
        console.query_file(copy, "select * from fact.fct_nothing_as_known('2019-02-28')")
    with pytest.raises(console.QueryError, match="cannot be read as a warehouse"):
        console.query_file(tmp_path / "missing.duckdb", "select 1")
