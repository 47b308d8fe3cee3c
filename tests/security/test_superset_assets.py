"""The dashboards' files against a release, without a server."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import copytree

import duckdb
import pytest
import yaml

from tests.computed_measures import chart_faults, dataset_faults, points_query
from tests.release_fixture import write_release
from tests.superset_server import PYTHON, ROOM


def check(release: Path, assets: Path | None = None) -> list[str]:
    code = "import sys, pathlib, check_assets\nprint('\\n'.join(check_assets.faults(*map(pathlib.Path, sys.argv[1:]))))"
    arguments = [str(release), *([str(assets)] if assets else [])]
    done = subprocess.run([str(PYTHON), "-c", code, *arguments], capture_output=True, text=True, cwd=ROOM, check=True)
    return done.stdout.splitlines() if done.stdout.strip() else []


def test_every_asset_fits_the_release(tmp_path: Path) -> None:
    assert check(write_release(tmp_path)) == []


def test_a_column_that_is_gone_and_a_broken_metric_are_found(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    copytree(ROOM / "assets", assets)
    ranking = assets / "datasets" / "warehouse" / "mart_zone_ranking.yaml"
    ranking.write_text(ranking.read_text("utf-8").replace("growth_ratio", "growth_rate"), "utf-8")
    leaders = assets / "charts" / "leaders.yaml"
    leaders.write_text(leaders.read_text("utf-8").replace("MAX(revenue_ytd_yi)", "MAX(revenue)"), "utf-8")
    found = check(write_release(tmp_path / "home"), assets)
    assert any("column growth_rate is missing" in fault for fault in found)
    assert any(fault.startswith("charts/leaders.yaml: MAX(revenue)") for fault in found)


def assets(kind: str) -> dict[str, dict]:
    files = sorted((ROOM / "assets" / kind).rglob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in files}


def test_no_dataset_and_no_chart_computes_a_measure() -> None:
    datasets, charts = assets("datasets"), assets("charts")
    found = {name: [*dataset_faults(dataset)] for name, dataset in datasets.items()}
    found |= {name: [*chart_faults(chart)] for name, chart in charts.items()}
    assert len(datasets) > 10 and len(charts) > 10
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_chart_shows_one_row_at_each_point_of_its_axis(tmp_path: Path) -> None:
    """MAX of one value is that value."""
    datasets = {dataset["uuid"]: dataset for dataset in assets("datasets").values()}
    queries = {name: points_query(datasets[one["dataset_uuid"]], one) for name, one in assets("charts").items()}
    with duckdb.connect(str(write_release(tmp_path)), read_only=True) as release:
        several = {name: release.execute(query).fetchall() for name, query in queries.items() if query}
    assert len(several) >= 4
    assert {name: rows for name, rows in several.items() if rows} == {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sum(received_row_count) AS n FROM mart.mart_data_quality",
        "SELECT count(*) AS n FROM mart.mart_work_items",
        "SELECT revenue_ytd_yi / last_year_ytd_yi AS growth FROM mart.mart_zone_ranking",
        "SELECT CASE status WHEN 'behind' THEN 1 ELSE 2 END * 100 AS n FROM mart.mart_work_items",
        "SELECT round(gap_yi, 1) AS n FROM mart.mart_zone_ranking",
        "SELECT format('{:,.0f}', revenue_ytd_yi) AS n FROM mart.mart_city_map",
        "SELECT CAST(pace_ratio AS BIGINT) AS n FROM mart.mart_zone_ranking",
        "SELECT rank() OVER (ORDER BY gap_yi) AS n FROM mart.mart_zone_ranking",
        "SELECT a FROM t WHERE a = (SELECT max(a) FROM t)",
    ],
)
def test_a_computing_dataset_is_found(sql: str) -> None:
    assert [*dataset_faults({"sql": sql, "columns": [], "metrics": []})]


@pytest.mark.parametrize(
    "params",
    [
        {"metrics": [{"expressionType": "SQL", "sqlExpression": "SUM(exceedance_count)"}]},
        {"metrics": [{"expressionType": "SQL", "sqlExpression": "MAX(gap_yi) - MAX(pace_ratio)"}]},
        {"metrics": [{"expressionType": "SIMPLE", "aggregate": "AVG", "column": {"column_name": "gap_yi"}}]},
        {"metric": {"expressionType": "SQL", "sqlExpression": "COUNT(*)"}},
        {"rolling_type": "cumsum"},
        {"show_totals": True},
    ],
)
def test_a_computing_chart_is_found(params: dict) -> None:
    assert [*chart_faults({"params": params})]


def test_computed_columns_and_metrics_of_a_dataset_are_found() -> None:
    column = {"column_name": "gap", "expression": "target_yi - actual_yi"}
    metric = {"metric_name": "n", "expression": "SUM(exceedance_count)"}
    assert len([*dataset_faults({"columns": [column], "metrics": [metric]})]) == 2
