"""The whole line over a real sandbox: platforms to release."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from ingestion.declaration import load_declarations
from orchestration import jobs
from orchestration.definitions import defs, schedule
from tests.e2e.conftest import NIGHT, command, content, copy_of, differing
from tests.release_comments import unexplained
from warehouse import console, release


def test_every_row_received_is_loaded_quarantined_or_a_repeat(undisturbed: Path) -> None:
    rows = console.query(
        undisturbed,
        """select system || '/' || dataset, sum(received_count), sum(loaded_count), sum(quarantined_count),
             sum(repeat_count) from audit.batch group by all order by all""",
    ).rows
    fetched = {one.id for one in load_declarations().values() if one.interface.kind != "by_hand"}
    assert {row[0] for row in rows} == fetched
    for dataset, received, loaded, quarantined, repeats in rows:
        assert received == loaded + quarantined + repeats, dataset
        assert loaded > 0, dataset
    assert sum(row[3] for row in rows) > 0, "the usual dirt must show"
    counted = console.query(undisturbed, "select count(*) from audit.quarantine").rows
    assert counted == [(sum(row[3] for row in rows),)]


def test_the_revenue_of_the_province_is_what_the_zones_reported(undisturbed: Path) -> None:
    target = console.query(
        undisturbed,
        "select actual_value, evidence_count from mart.mart_target_status where target_id = 'T00'",
    ).rows[0]
    zones = console.query(undisturbed, "select sum(revenue_ytd_yi), count(*) from mart.mart_zone_ranking").rows[0]
    assert target[1] > 0
    assert abs(target[0] / 1e8 - zones[0]) < 0.01


def test_every_target_has_a_value_or_says_no_data(undisturbed: Path) -> None:
    rows = console.query(
        undisturbed, "select target_id, status, actual_value, actual_label from mart.mart_target_status order by all"
    ).rows
    assert len(rows) == 38
    for target_id, status, value, label in rows:
        assert (value is None) == (status in ("no_data", "not_applicable")) == (label in ("暂无数据", "不适用")), (
            target_id
        )
    assert sum(value is not None for _, _, value, _ in rows) >= 35


def test_the_dashboards_fit_the_release(undisturbed: Path) -> None:
    check = Path(__file__).parents[2] / "superset" / "check_assets.py"
    database = undisturbed / "current" / "warehouse.duckdb"
    done = subprocess.run([sys.executable, str(check), str(database)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_release_upon_a_release_explains_every_column(undisturbed: Path) -> None:
    assert unexplained(undisturbed / "current" / "warehouse.duckdb") == []


def test_the_command_line_takes_files_publishes_lists_asks_and_rolls_back(home: Path, province: str) -> None:
    first = release.current_id(home)
    fixture = Path(__file__).parents[1] / "fixtures" / "ingestion" / "registrations.csv"
    by_hand = command(
        home, province, "land", "credit/registration_extract", str(fixture), "--load-date", str(NIGHT), "--json"
    )
    printed, complaints = by_hand.communicate()
    assert by_hand.returncode == 0, complaints
    counts = json.loads(printed)
    assert counts["received"] == counts["loaded"] + counts["quarantined"] + counts["repeats"] > 0

    night = command(home, province, "nightly", "--date", str(NIGHT))
    printed, complaints = night.communicate()
    assert night.returncode == 0, complaints
    assert "Published r20191231-01" in printed

    listed, _ = command(home, province, "release", "list", "--json").communicate()
    assert [(r["release_id"], r["is_current"]) for r in json.loads(listed)] == [(first, False), ("r20191231-01", True)]

    question = "select release_id from mart.mart_release"
    answer, _ = command(home, province, "sql", question, "--format", "json").communicate()
    assert json.loads(answer) == [{"release_id": "r20191231-01"}]
    rows = console.query(home, "select received_count from audit.batch where kind = 'by_hand'").rows
    assert rows == [(counts["received"],)]

    back = command(home, province, "release", "rollback", str(first))
    assert back.wait() == 0
    answer, _ = command(home, province, "sql", question, "--format", "csv").communicate()
    assert answer == f"release_id\n{first}\n"


def test_a_run_that_dagster_starts_itself_publishes_the_same_content_for_the_same_date(
    undisturbed: Path, province: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(undisturbed, tmp_path / "home")
    monkeypatch.setenv("ZONEHOUSE_HOME", str(home))
    monkeypatch.setenv("ZONEHOUSE_SANDBOX_URL", province)
    after_midnight = datetime(2020, 1, 1, 2, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    scheduled = dg.Definitions.merge(defs, dg.Definitions(schedules=[schedule]))
    tick = scheduled.resolve_schedule_def("nightly_schedule").evaluate_tick(
        dg.build_schedule_context(scheduled_execution_time=after_midnight)
    )
    assert [request.partition_key for request in tick.run_requests] == [str(NIGHT)]
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def("nightly")
        result = job.execute_in_process(instance=instance, partition_key=str(NIGHT), run_config=jobs.QUIET)
    assert result.success
    assert release.current_id(home) == "r20191231-02"
    assert differing(content(home, "r20191231-01"), content(home, "r20191231-02")) == []
