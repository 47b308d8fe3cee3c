"""Golden end states: a first night, a second night on top of it, and the same second night from nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.candidate import create_candidate, rows_of, run_dbt
from tests.warehouse.province import DAY_1, DAY_2, load_day_1, load_day_2

RELEASED = ("dim", "fact", "mart")
BUILD = ("build", "--exclude-resource-type", "unit_test")
# A day before both nights that no new batch touches; its rows are replaced by a mark before the second night.
UNTOUCHED = "2019-06-27"


@dataclass(frozen=True)
class Nights:
    """The files of the first night, the second on top of it, and the second rebuilt from nothing."""

    first: Path
    incremental: Path
    rebuilt: Path
    target: Path


def _start_second_night(path: Path) -> None:
    """What a release keeps, and the night's new raw layer: every batch so far is no longer new."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("update raw.batch set is_new = false")
        for schema in ("staging", "intermediate", "seed"):
            connection.execute(f"drop schema {schema} cascade")
        connection.execute("delete from audit.release")
    create_candidate(path, "r20190630-01", DAY_2)
    load_day_2(path)


def _mark_untouched(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"update fact.fct_pollution_day set standard_no = 'marked' where business_day = '{UNTOUCHED}'"
        )


def _build(path: Path, target: Path) -> None:
    statuses = run_dbt(path, target, *BUILD)
    assert set(statuses.values()) <= {"success", "pass"}, statuses
    assert len(statuses) > 80


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """Build the three candidates once; every test reads them."""
    home = tmp_path_factory.mktemp("nights")
    candidate = home / "candidate.duckdb"
    built = Nights(home / "first.duckdb", home / "incremental.duckdb", home / "rebuilt.duckdb", home / "target")
    create_candidate(candidate, "r20190629-01", DAY_1)
    load_day_1(candidate)
    _build(candidate, built.target)
    shutil.copyfile(candidate, built.first)
    _mark_untouched(candidate)
    _start_second_night(candidate)
    _build(candidate, built.target)
    shutil.move(candidate, built.incremental)
    create_candidate(candidate, "r20190630-01", DAY_2)
    load_day_1(candidate)
    load_day_2(candidate)
    _build(candidate, built.target)
    shutil.move(candidate, built.rebuilt)
    yield built


def _tables(path: Path) -> list[str]:
    listed = ", ".join(f"'{schema}'" for schema in RELEASED)
    query = f"""select table_schema || '.' || table_name from information_schema.tables
        where table_schema in ({listed}) order by 1"""
    return [str(name) for (name,) in rows_of(path, query)]


def _difference(one: Path, other: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        return connection.execute(
            f"""(select 'missing', * from (from one.{table} except all from other.{table}))
            union all (select 'more', * from (from other.{table} except all from one.{table}))"""
        ).fetchall()


def test_an_increment_equals_a_rebuild_row_for_row(nights: Nights) -> None:
    """Every released table is equal; only the marked day, which nothing touched, still carries its mark."""
    tables = _tables(nights.rebuilt)
    assert tables == _tables(nights.incremental)
    assert len(tables) >= 30
    with duckdb.connect(str(nights.incremental)) as connection:
        marked = connection.execute(
            "select count(*) from fact.fct_pollution_day where standard_no = 'marked'"
        ).fetchone()
        assert marked == (1,), "the second night computed a day again that no new batch touched"
    for table in tables:
        found = _difference(nights.rebuilt, nights.incremental, table)
        if table == "fact.fct_pollution_day":
            assert {str(row[5]) for row in found} == {UNTOUCHED} and len(found) == 2
        else:
            assert found == [], table


def test_the_goal_on_both_nights(nights: Nights) -> None:
    """Night 1: May, 56 + 70 of last year's 120 / 300. Night 2: June, 66 + 69 of last year's 150 / 300."""
    query = """select actual_label, target_label, gap_label, pace_label, forecast_label, status, evidence_count
        from mart.mart_target_status where target_id = 'T00'"""
    assert rows_of(nights.first, query) == [
        ("126.0 亿元", "30,000.0 亿元", "差 29,874.0 亿元", "1.1%", "315.0 亿元", "behind", 2)
    ]
    assert rows_of(nights.rebuilt, query) == [
        ("135.0 亿元", "30,000.0 亿元", "差 29,865.0 亿元", "0.9%", "270.0 亿元", "behind", 2)
    ]


def test_a_restatement_closes_a_version_and_flags_the_negative_month(nights: Nights) -> None:
    """Zone 2 restated May from 70 to 72 on the day it reported 69 for June; its resent 70 of 15 June is no version."""
    query = """select cast(business_month as varchar), cast(reported_value / 1e8 as int),
        cast(month_value / 1e8 as int), cast(known_from as varchar), cast(known_to as varchar), is_current,
        is_negative_month, months_spanned
        from fact.fct_zone_indicator_month where zone_id = '2' and business_year = 2019
        and indicator_code = 'main_business_revenue' order by 1, version_number"""
    assert rows_of(nights.incremental, query) == [
        ("2019-05-01", 70, 70, "2019-05-31", "2019-06-30", False, False, 5),
        ("2019-05-01", 72, 72, "2019-06-30", "9999-12-31", True, False, 5),
        ("2019-06-01", 69, -3, "2019-06-30", "9999-12-31", True, True, 1),
    ]


def test_a_zone_that_did_not_publish_has_no_number(nights: Nights) -> None:
    """Zone 3 sent 未公布: no revenue, no rank, the light says so; the name with a blank still finds the registry."""
    query = """select zone_id, short_name, level_label, revenue_ytd_yi, rank_number, status_label
        from mart.mart_zone_ranking order by zone_id"""
    assert rows_of(nights.first, query) == [
        ("1", "南昌高新区", "国家级", 56.0, 2, "滞后"),
        ("2", "赣州章贡高新区", "省级", 70.0, 1, "滞后"),
        ("3", "江西不在册产业园", "筹建", None, None, "暂无数据"),
    ]
    assert rows_of(nights.incremental, query)[2] == ("3", "新建长堎工业园", "省级", None, None, "暂无数据")


def test_platforms_of_the_year(nights: Nights) -> None:
    """Two new national platforms; the second night knows that one was revoked that day."""
    query = "select actual_label, gap_label from mart.mart_target_status where target_id = 'T11a'"
    assert rows_of(nights.first, query) == [("2 个", "差 18 个")]
    assert rows_of(nights.incremental, query) == [("1 个", "差 19 个")]


def test_late_hours_and_a_new_limit_change_their_days(nights: Nights) -> None:
    """18 hours of gas were too few to judge; with six late hours they count. From 29 June the limit is 90."""
    query = """select pollutant_code, business_day, valid_hour_count, avg_value, day_flag, is_valid_day, limit_upper,
        exceedance_multiple, is_exceeding
        from fact.fct_pollution_day where pollutant_code in ('a21026', 'w01018') and business_day > '2019-06-27'
        order by 1, 2"""
    assert rows_of(nights.first, query) == [
        ("a21026", "2019-06-28", 18, 95.0, "N", False, 100.0, None, None),
        ("a21026", "2019-06-29", 24, 95.0, "N", True, 100.0, None, False),
        ("w01018", "2019-06-28", 24, 40.0, "N", True, 50.0, None, False),
    ]
    assert rows_of(nights.incremental, query) == [
        ("a21026", "2019-06-28", 24, 101.25, "N", True, 100.0, 0.0125, True),
        ("a21026", "2019-06-29", 24, 95.0, "N", True, 90.0, 0.055556, True),
        ("w01018", "2019-06-28", 23, 40.0, "D", True, 50.0, None, False),
        ("w01018", "2019-06-30", 24, 60.0, "N", True, 50.0, 0.2, True),
    ]


def test_exceedances_by_city(nights: Nights) -> None:
    """The last 30 days of the second night, by prefecture and pollutant."""
    query = """select city_name, pollutant_name, monitored_outlet_day_count, exceedance_count, worst_multiple,
        worst_outlet_name, compliance_ratio from mart.mart_exceedance order by 1 desc"""
    assert rows_of(nights.rebuilt, query) == [
        ("赣州市", "二氧化硫", 2, 2, 0.055556, "O2总排口", 0.0),
        ("南昌市", "化学需氧量", 3, 1, 0.2, "O1总排口", 0.666667),
    ]


def test_the_registration_of_an_enterprise_ends_its_period(nights: Nights) -> None:
    """Platform record from March 2018, registration from June 2018, revoked on the second day: three periods."""
    query = """select registration_state, cast(valid_from as varchar), cast(valid_to as varchar), is_current
        from dim.dim_enterprise order by valid_from"""
    assert rows_of(nights.incremental, query) == [
        (None, "2018-03-01", "2018-06-01", False),
        ("在营", "2018-06-01", "2019-06-30", False),
        ("吊销", "2019-06-30", "9999-12-31", True),
    ]


def test_the_marts_have_their_fixed_shapes(nights: Nights) -> None:
    """Row counts that do not depend on the data: leaders see every target, work item, city and month."""
    counts = {
        "mart_release": 1,
        "mart_target_status": 38,
        "mart_work_items": 22,
        "mart_revenue_trend": 24,
        "mart_innovation_progress": 12,
        "mart_exceedance_day": 60,
        "mart_city_map": 11,
        "mart_zone_map": 3,
    }
    found = {name: rows_of(nights.incremental, f"select count(*) from mart.{name}")[0][0] for name in counts}
    assert found == counts


def test_marts_have_plain_types(nights: Nights) -> None:
    """Superset reads VARCHAR, BIGINT, DOUBLE, DATE and BOOLEAN, and no decimal or timestamp."""
    query = "select distinct data_type from information_schema.columns where table_schema = 'mart'"
    kinds = {kind for (kind,) in rows_of(nights.incremental, query)}
    assert kinds <= {"VARCHAR", "BIGINT", "DOUBLE", "DATE", "BOOLEAN"}


def test_the_release_mart_follows_the_gate_and_the_file_can_be_renamed(nights: Nights) -> None:
    """mart_release is a view: a check that failed after dbt shows, and in a copy under another name."""
    renamed = nights.target.parent / "warehouse.duckdb"
    shutil.copyfile(nights.incremental, renamed)
    query = "select release_label, as_of_label, quality_label, warning_count from mart.mart_release"
    assert rows_of(renamed, query) == [("版本 r20190630-01", "数据截至 2019年6月30日", "通过", 0)]
    with duckdb.connect(str(renamed)) as connection:
        connection.execute("insert into audit.check_result (check_name, is_success) values ('a', false), ('b', true)")
    assert rows_of(renamed, query) == [("版本 r20190630-01", "数据截至 2019年6月30日", "通过，待核 1 项", 1)]


def test_models_have_the_numbers_of_their_unit_tests(nights: Nights) -> None:
    """dbt's own unit tests, whose expected numbers are computed by hand."""
    candidate = nights.target.parent / "candidate.duckdb"
    shutil.copyfile(nights.rebuilt, candidate)
    statuses = run_dbt(candidate, nights.target, "test", "--select", "test_type:unit")
    assert len(statuses) >= 6
    assert set(statuses.values()) == {"pass"}, statuses
