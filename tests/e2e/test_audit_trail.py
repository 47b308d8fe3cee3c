"""An auditor's doubt and an owner's correction over a real release: trace, quarantine, replay, retention."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from ingestion.declaration import load_declarations
from ingestion.quarantine import Selection, quarantined_rows, waiting
from ingestion.replay import replay_workbook
from ingestion.workbook import write_workbooks
from orchestration import jobs
from tests.e2e.conftest import NIGHT, command, run
from warehouse import console
from warehouse.trace import TraceError, trace

DATASETS = load_declarations()


def key_of(home: Path, fact: str, condition: str = "true") -> str:
    answer = console.query(home, f"select min(source_record_id) from fact.{fact} where {condition}")
    return str(answer.rows[0][0])


def test_a_figure_of_a_zone_is_walked_back_to_the_page_it_came_on(undisturbed: Path) -> None:
    key = key_of(undisturbed, "fct_zone_indicator_month", "is_current and is_published")
    only = {"indicator_code": "main_business_revenue", "is_current": "true"}
    found = trace(undisturbed, DATASETS, "fct_zone_indicator_month", key, only=only)
    zone, month = key.split("|")
    used = [origin for origin in found[0].origins if origin.is_used]
    sent = [json.loads(origin.raw) for origin in used]
    assert all((row["park_id"], row["stat_month"]) == (zone, month[:7]) for row in sent)
    assert any(float(row["zyywsr_value"]) * 10_000 == float(found[0].row["reported_value"]) for row in sent)
    assert all(origin.source_file.startswith("page-") and len(origin.source_file_sha256) == 64 for origin in used)


def test_a_day_of_an_outlet_is_walked_back_to_its_packets(undisturbed: Path) -> None:
    key = key_of(undisturbed, "fct_pollution_day", "received_hour_count = 24")
    (found,) = trace(undisturbed, DATASETS, "fct_pollution_day", key, limit=30)
    mn, factor, _ = key.split("|")
    assert len(found.origins) >= 24
    assert all(origin.raw.startswith("##") and f"MN={mn}" in origin.raw for origin in found.origins)
    assert all(factor in origin.raw for origin in found.origins)


def test_what_cannot_be_traced_is_said_in_one_sentence(undisturbed: Path) -> None:
    with pytest.raises(TraceError, match="cannot be traced; these tables can: "):
        trace(undisturbed, DATASETS, "fct_nothing", "1")
    with pytest.raises(TraceError, match="has no row with the key 0'; drop table x; a key of it looks like"):
        trace(undisturbed, DATASETS, "fct_zone_indicator_month", "0'; drop table x")


def test_changed_bytes_are_found(home: Path) -> None:
    key = key_of(home, "fct_zone_indicator_month", "is_current")
    origin = trace(home, DATASETS, "fct_zone_indicator_month", key)[0].origins[0]
    (page,) = (home / "landing/smart_zone" / str(origin.load_date) / origin.batch_id).glob(origin.source_file)
    page.write_bytes(page.read_bytes().replace(b'"park_id"', b'"park_ie"', 1))
    assert "no longer has the digest" in trace(home, DATASETS, "fct_zone_indicator_month", key)[0].origins[0].raw


def test_a_corrected_row_reaches_the_next_release(home: Path, province: str, tmp_path: Path) -> None:
    rows = waiting(quarantined_rows(home, Selection(dataset="smart_zone/enterprise_indicator", rule="uscc_check")))
    wrong = rows.row(0, named=True)
    (path,) = write_workbooks(tmp_path / "out", DATASETS, rows.head(1)).values()
    company = json.loads(wrong["raw"])["company_id"]
    uscc = console.query(home, f"select max(uscc) from dim.dim_enterprise where enterprise_id = '{company}'").rows[0][0]
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[4]]
    sheet.cell(5, header.index("credit_code") + 1, uscc)
    sheet.cell(5, header.index("重报") + 1, "是")
    book.save(path)
    (record,) = replay_workbook(home, DATASETS, path, date(2019, 12, 30), None)
    assert record.loaded == 1
    assert run(home, province, NIGHT, NIGHT).exit_code == jobs.ExitCode.PUBLISHED
    taken = console.query(home, f"select replayed_in from audit.quarantine where row_id = '{wrong['row_id']}'").rows
    assert taken == [(record.batch_id,)]
    batch = console.query(home, f"select kind, loaded_count from audit.batch where batch_id = '{record.batch_id}'").rows
    assert batch == [("replay", 1)]


def test_the_command_line_says_what_waits_and_why(home: Path, province: str, tmp_path: Path) -> None:
    listed, _ = command(home, province, "quarantine", "list", "--json").communicate()
    assert sum(line["waiting"] for line in json.loads(listed)) == waiting(quarantined_rows(home, Selection())).height
    exported, problem = command(home, province, "quarantine", "export", "--into", str(tmp_path / "out")).communicate()
    assert "省工信厅" in exported, problem
    key = key_of(home, "fct_zone_indicator_month", "is_current")
    traced, problem = command(home, province, "trace", "fct_zone_indicator_month", key).communicate()
    assert "●" in traced and "park_id" in traced, problem
    kept, problem = command(home, province, "retention").communicate()
    assert "Nothing was removed" in kept, problem
