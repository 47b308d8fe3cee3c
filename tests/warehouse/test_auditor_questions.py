"""The eleven questions of docs/warehouse.md, as they stand on the page, on the second golden night."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.conftest import Built
from warehouse import console

PAGE = Path(__file__).resolve().parents[2] / "docs" / "warehouse.md"
QUESTIONS = [
    sql.strip()
    for sql in re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8").split("## Eleven questions")[1], re.S)
]
FILE = (
    "insert into audit.source_file (batch_id, system, dataset, file_name, sha256) select batch_id, system, dataset, {}"
)
REFUSED = """insert into audit.quarantine (row_id, batch_id, system, dataset, rule, owner, replayed_in) values
    ('r1', 'b', 'smart_zone', 'zone', 'name_whole', '省工信厅', null),
    ('r2', 'b', 'smart_zone', 'zone', 'name_whole', '省工信厅', 'c'),
    ('r3', 'b', 'credit', 'registration', 'check_digit', '省市场监管局', null)"""


@pytest.fixture(scope="module")
def asked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with what the load writes into the audit schema: the files of June's reports and three refused rows."""
    copy = tmp_path_factory.mktemp("asked") / "warehouse.duckdb"
    shutil.copyfile(built.path, copy)
    with duckdb.connect(str(copy)) as connection:
        name = (
            "'page-00001.json', 'ab12' from audit.batch where dataset = 'zone_indicator' and load_date = '2019-06-30'"
        )
        connection.execute(FILE.format(name))
        connection.execute(REFUSED)
    return copy


def _rows(path: Path, number: int) -> list[list[str | None]]:
    answer = console.query_file(path, QUESTIONS[number - 1])
    return [[None if value is None else str(value) for value in row] for row in answer.rows]


def test_there_are_eleven() -> None:
    """The page and these tests number them alike."""
    assert len(QUESTIONS) == 11


def test_1_what_was_reported_on_a_past_day(asked: Path) -> None:
    """On 14 June zone 1 still had 55; the 56 came a day later. Zone 3 had said that nothing is published."""
    assert _rows(asked, 1) == [["1", "5500000000.00", "1"], ["2", "7000000000.00", "1"], ["3", None, "1"]]


def test_2_what_was_restated(asked: Path) -> None:
    """May of both zones, each once; what was sent again unchanged is none."""
    assert _rows(asked, 2) == [
        ["1", "2019-05-01", "2019-06-15", "5500000000.00", "5600000000.00"],
        ["2", "2019-05-01", "2019-06-30", "7000000000.00", "7200000000.00"],
    ]


def test_3_where_a_number_comes_from(asked: Path) -> None:
    """June came with the batch and the page of the second night."""
    assert _rows(asked, 3) == [
        [zone, f"{zone}|2019-06-01", "2019-06-30", "page-00001.json", "ab12"] for zone in ("1", "2")
    ]


def test_4_every_row_is_accounted_for(asked: Path, tmp_path: Path) -> None:
    """No batch has lost a row; one that had would be named."""
    assert _rows(asked, 4) == []
    broken = _changed(
        asked, tmp_path, "update audit.batch set loaded_count = loaded_count - 1 where dataset = 'outlet'"
    )
    assert [row[0] for row in _rows(broken, 4)] == [
        "20190629-smart_zone-outlet-0",
        "20190630-smart_zone-outlet-0",
    ]


def test_5_what_was_refused(asked: Path) -> None:
    """Two names of zones, one of them corrected since, and a credit code."""
    assert _rows(asked, 5) == [
        ["省工信厅", "smart_zone", "zone", "name_whole", "2", "1"],
        ["省市场监管局", "credit", "registration", "check_digit", "1", "0"],
    ]


def test_6_targets_without_data(asked: Path) -> None:
    """The nights bring no governance list, living facility or reform of personnel; T08b, without a zone, does not apply."""
    assert [row[0] for row in _rows(asked, 6)] == ["T12b", "T14", "T15"]


def test_7_who_is_behind(asked: Path) -> None:
    """Both zones, by what they lack: 20,000 less 69 and 10,000 less 66."""
    assert _rows(asked, 7) == [
        ["江西赣州章贡高新技术产业园区", "赣州市", "69.0 亿元", "20,000.0 亿元", "差 19,931.0 亿元", "0.7%"],
        ["南昌高新技术产业 开发区", "南昌市", "66.0 亿元", "10,000.0 亿元", "差 9,934.0 亿元", "1.3%"],
    ]


def test_8_no_growth_over_calibers(asked: Path, tmp_path: Path) -> None:
    """None; were last year's caliber another one, both zones would be named."""
    assert _rows(asked, 8) == []
    other = "update fact.fct_zone_indicator_month set caliber = '2016' where business_year = 2018"
    assert sorted(_rows(_changed(asked, tmp_path, other), 8)) == [["1"], ["2"]]


def test_9_exceedances_with_their_limits(asked: Path) -> None:
    """The limit of O2 fell from 100 to 90 on the second of its days; every day has all its hours."""
    found = [row[:6] for row in _rows(asked, 9)]
    assert found == [
        ["O2", "a21026", "2019-06-28", "101.25", "100.0", "24"],
        ["O2", "a21026", "2019-06-29", "95.0", "90.0", "24"],
        ["O1", "w01018", "2019-06-30", "60.0", "50.0", "24"],
    ]


def test_10_zone_of_an_enterprise(asked: Path) -> None:
    """E1 lies in zone 1 by its platform record, and the register revoked it on the second day."""
    row = next(row for row in _rows(asked, 10) if row[0] == "E1")
    assert (row[1], row[2], row[5]) == ("1", "resolved", "吊销")


def test_11_lights_that_changed(asked: Path, tmp_path: Path) -> None:
    """Nothing is kept of May; had T21a been met then, it would be named with both numbers, and T11a, unchanged, would not."""
    assert _rows(asked, 11) == []
    may = """insert into fact.fct_target_light
        select date '2019-05-31', plan_year, target_id, scope_type, scope_code, 0.5, target_value,
               case target_id when 'T21a' then 'met' else status end
        from fact.fct_target_light where target_id in ('T11a', 'T21a') and scope_type = 'province'"""
    changed = _rows(_changed(asked, tmp_path, may), 11)
    assert [row[:5] for row in changed] == [["T21a", "360000", "met", "behind", "0.5"]]


def _changed(asked: Path, folder: Path, statement: str) -> Path:
    copy = folder / "warehouse.duckdb"
    shutil.copyfile(asked, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(statement)
    return copy
