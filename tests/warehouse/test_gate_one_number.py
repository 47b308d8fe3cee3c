"""The checks that a number that stands in two marts is one number, on the golden nights and with every number wrong once."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.check import Measure
from expectations.gate import check_warehouse
from expectations.suites import one_number
from expectations.suites.one_number import NUMBERS, SUMMED, Told
from tests.warehouse.checked_candidate import Candidate, failing
from tests.warehouse.conftest import Nights
from tests.warehouse.province.nights import DAY_2, DAY_3

# One place of every number, whose value is made wrong.
PLACES = {what: places[-1] for what, places in NUMBERS.items()} | {
    f"{column} of {mart}": Told(mart, column, "scope_type = 'province'")
    for mart, columns in SUMMED.items()
    for column in columns
}
# What the golden nights have none of.
ABSENT = {"waste facilities in operation", "rows in quarantine"}


@pytest.fixture(scope="module")
def third(nights: Nights, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the third night, whose marts are tables: a view cannot be updated."""
    path = tmp_path_factory.mktemp("one") / "candidate.duckdb"
    path.write_bytes(nights.third.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table release as select * from mart.mart_release")
        connection.execute("drop view mart.mart_release; create table mart.mart_release as select * from release")
        yield connection


def observed(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What the checks that fail say."""
    answers = []
    for check in one_number.checks():
        assert isinstance(check.expectation, Measure)
        answers += connection.execute(check.expectation.query).fetchall()
    return [str(answer[3]) for answer in answers if not answer[1]]


def test_the_golden_nights_tell_every_number_once(third: duckdb.DuckDBPyConnection) -> None:
    """And have one of nearly all, so that the equality says something."""
    assert observed(third) == []
    empty = {
        what
        for what, places in NUMBERS.items()
        for place in places
        if not (third.execute(place.query).fetchone() or [0])[0]
    }
    assert empty == ABSENT


@pytest.mark.parametrize("what", PLACES)
def test_a_number_that_is_wrong_in_one_mart_is_named(third: duckdb.DuckDBPyConnection, what: str) -> None:
    place = PLACES[what]
    row = f"rowid = (select min(rowid) from mart.{place.mart} where {place.where})"
    third.begin()
    if place.column == "1":
        third.execute(f"insert into mart.{place.mart} select * from mart.{place.mart} where {row}")
    else:
        third.execute(f"update mart.{place.mart} set {place.column} = coalesce({place.column}, 0) + 1 where {row}")
    said = observed(third)
    third.rollback()
    if what not in ABSENT:
        assert any(what in one if what in NUMBERS else place.column in one for one in said), said


@pytest.mark.parametrize(("night", "day"), [("second", DAY_2), ("rebuilt", DAY_3)])
def test_the_gate_asks(nights: Nights, night: str, day: object) -> None:
    """The whole gate has these checks, and they pass on what dbt built."""
    found = [one for one in check_warehouse(getattr(nights, night), day) if one.check_name == "one_number"]
    assert len(found) == len(one_number.checks())
    assert [one.observed for one in found if not one.is_success] == []


def test_without_any_row_nothing_disagrees(tmp_path: Path) -> None:
    assert failing(Candidate(tmp_path / "candidate.duckdb").check(one_number.checks())) == {}
