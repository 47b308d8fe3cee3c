"""Golden end states: two nights upon a first one, and the last of them from nothing; the economy of the zones."""

import shutil
from pathlib import Path

import duckdb

from tests.warehouse.candidate import rows_of, run_dbt
from tests.warehouse.conftest import Nights

RELEASED = ("dim", "fact", "mart")


def _tables(path: Path) -> list[str]:
    listed = ", ".join(f"'{schema}'" for schema in RELEASED)
    query = f"""select table_schema || '.' || table_name from information_schema.tables
        where table_schema in ({listed}) order by 1"""
    return [str(name) for (name,) in rows_of(path, query)]


def test_an_increment_equals_a_rebuild_row_for_row(nights: Nights) -> None:
    """Every released table has rows and is equal; the day that nothing touched still carries its mark."""
    tables = _tables(nights.rebuilt)
    assert tables == _tables(nights.third)
    assert len(tables) >= 130
    empty, different = [], {}
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{nights.rebuilt}' as one (read_only); attach '{nights.third}' as other (read_only)"
        )
        marked = "select count(*) from other.fact.fct_pollution_day where standard_no = 'marked'"
        assert connection.execute(marked).fetchone() == (1,), "a night computed a day that no new batch touched"
        for table in tables:
            rebuilt, upon = f"select * from one.{table}", f"select * from other.{table}"
            if table == "fact.fct_pollution_day":
                upon = upon.replace("*", "* replace (nullif(standard_no, 'marked') as standard_no)")
            if connection.execute(f"{rebuilt} limit 1").fetchone() is None:
                empty.append(table)
            if rows := connection.execute(
                f"""(select 'missing', * from ({rebuilt} except all {upon}))
                union all (select 'more', * from ({upon} except all {rebuilt}))"""
            ).fetchall():
                different[table] = rows
    assert different == {}
    assert empty == [], "an empty table proves nothing"


def test_the_goal_on_each_night(nights: Nights) -> None:
    """Night 1: May, 56 + 70 of last year's 120 / 300. Night 2: June, 66 + 69 of last year's 150 / 300.

    Night 3 knows 2017 too: June was (0.5 + 0.6) / 2 of zone 1's year and (0.5 + 0.4) / 2 of zone 2's: 120 + 153.3.
    """
    query = """select actual_label, target_label, gap_label, pace_label, forecast_label, status, evidence_count
        from mart.mart_target_status where target_id = 'T00'"""
    assert rows_of(nights.first, query) == [
        ("126.0 亿元", "30,000.0 亿元", "差 29,874.0 亿元", "1.1%", "315.0 亿元", "behind", 2)
    ]
    assert rows_of(nights.second, query) == [
        ("135.0 亿元", "30,000.0 亿元", "差 29,865.0 亿元", "0.9%", "270.0 亿元", "behind", 2)
    ]
    assert rows_of(nights.third, query) == [
        ("135.0 亿元", "30,000.0 亿元", "差 29,865.0 亿元", "0.9%", "273.3 亿元", "behind", 2)
    ]


def test_a_backfilled_year_tests_the_forecast(nights: Nights) -> None:
    """By the shares of 2017 June 2018 meant 50 / 0.6 + 100 / 0.4 = 333.3 of a year that ended at 300."""
    query = """select forecast_yi, actual_yi, error_ratio, zone_error_ratio from mart.mart_revenue_backtest
        where business_month = '2018-06-01'"""
    assert rows_of(nights.first, query) == []
    assert rows_of(nights.third, query) == [(333.3333, 300.0, 0.111111, 0.222222)]


def test_a_restatement_closes_a_version_and_flags_the_negative_month(nights: Nights) -> None:
    """Zone 2 restated May from 70 to 72 on the day it reported 69 for June; its resent 70 of 15 June is no version."""
    query = """select cast(business_month as varchar), cast(reported_value / 1e8 as int),
        cast(month_value / 1e8 as int), cast(known_from as varchar), cast(known_to as varchar), is_current,
        is_negative_month, months_spanned
        from fact.fct_zone_indicator_month where zone_id = '2' and business_year = 2019
        and indicator_code = 'main_business_revenue' order by 1, version_number"""
    assert rows_of(nights.second, query) == [
        ("2019-05-01", 70, 70, "2019-05-31", "2019-06-30", False, False, 5),
        ("2019-05-01", 72, 72, "2019-06-30", "9999-12-31", True, False, 5),
        ("2019-06-01", 69, -3, "2019-06-30", "9999-12-31", True, True, 1),
    ]


def test_a_backfilled_report_takes_its_place_in_the_past(nights: Nights) -> None:
    """Zone 1 had stated 57 on 18 June, a day that was loaded in October only: known from that day, after the 56."""
    query = """select cast(reported_value / 1e8 as int), cast(known_from as varchar), cast(known_to as varchar)
        from fact.fct_zone_indicator_month where zone_id = '1' and business_month = '2019-05-01'
        and indicator_code = 'main_business_revenue' order by version_number"""
    assert rows_of(nights.second, query)[1:] == [(56, "2019-06-15", "9999-12-31")]
    assert rows_of(nights.third, query)[1:] == [(56, "2019-06-15", "2019-06-18"), (57, "2019-06-18", "9999-12-31")]


def test_a_zone_that_did_not_publish_has_no_number(nights: Nights) -> None:
    """Zone 3 sent 未公布: no revenue, no rank, the light says so; the name with a blank still finds the registry."""
    query = """select zone_id, short_name, level_label, revenue_ytd_yi, rank_number, status_label
        from mart.mart_zone_ranking order by zone_id"""
    assert rows_of(nights.first, query) == [
        ("1", "南昌高新区", "国家级", 56.0, 2, "滞后"),
        ("2", "赣州章贡高新区", "省级", 70.0, 1, "滞后"),
        ("3", "江西不在册产业园", "筹建", None, None, "暂无数据"),
        ("4", "上饶高新区", "省级", None, None, "暂无数据"),
    ]
    assert rows_of(nights.second, query)[2] == ("3", "新建长堎工业园", "省级", None, None, "暂无数据")


def test_the_marts_have_their_fixed_shapes(nights: Nights) -> None:
    """Row counts that do not depend on the data: leaders see every target, work item, city and month."""
    counts = {
        "mart_release": 1,
        "mart_target_status": 38,
        "mart_work_items": 22,
        "mart_work_item_lights": 1,
        "mart_revenue_trend": 24,
        "mart_innovation_progress": 12,
        "mart_exceedance_day": 60,
        "mart_city_map": 11,
        "mart_zone_map": 4,
    }
    found = {name: rows_of(nights.second, f"select count(*) from mart.{name}")[0][0] for name in counts}
    assert found == counts


def test_marts_have_plain_types(nights: Nights) -> None:
    """Superset reads VARCHAR, BIGINT, DOUBLE, DATE and BOOLEAN, and no decimal or timestamp."""
    query = "select distinct data_type from information_schema.columns where table_schema = 'mart'"
    kinds = {kind for (kind,) in rows_of(nights.second, query)}
    assert kinds <= {"VARCHAR", "BIGINT", "DOUBLE", "DATE", "BOOLEAN"}


def test_the_release_mart_follows_the_gate_and_the_file_can_be_renamed(nights: Nights) -> None:
    """mart_release is a view: a check that failed after dbt shows, and in a copy under another name."""
    renamed = nights.target.parent / "warehouse.duckdb"
    shutil.copyfile(nights.second, renamed)
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
