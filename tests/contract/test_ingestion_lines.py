"""JSON lines that say what was done with each row (`cd_operation`), as the government-service exchange sends them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from expectations.suites.batch import checks
from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset, load_declarations
from tests.contract.ingestion_setting import DAY, lake, quarantine

EXCHANGED = {id: d for id, d in load_declarations().items() if any(f.source == "cd_operation" for f in d.fields)}
FIELDS: list[dict[str, Any]] = [
    {"source": "row_guid", "name": "row_id", "type": "text", "required": True},
    {"source": "project_no", "name": "case_no", "type": "text", "required": True},
    {"source": "applyer_page_code", "name": "applicant_hash", "type": "text", "sensitivity": "hash"},
    {
        "source": "cd_operation",
        "name": "operation",
        "type": "text",
        "required": True,
        "allowed": ["insert", "update", "delete"],
    },
    {"source": "cd_time", "name": "reported_at", "type": "timestamp", "required": True},
]


def cases() -> Dataset:
    told: dict[str, Any] = {"system": "gov_service", "dataset": "case", "title": "t", "description": "d", "owner": "o"}
    told |= {"interface": {"kind": "file_listing", "path": "/exchange/case", "window": "month"}}
    told |= {"format": {"kind": "json_rows"}, "key": ["row_id"], "reported_at": "reported_at", "fields": FIELDS}
    return Dataset.model_validate(told)


def line(row: str, operation: str, case: str = "C1", at: str = "09:00:00") -> str:
    told = {"row_guid": row, "project_no": case, "applyer_page_code": f"36010219800101{row:>04}"}
    return json.dumps(told | {"cd_operation": operation, "cd_time": f"2019-12-31 {at}"})


def deliver(tmp_path: Path, *lines: str, packed: bool = True) -> BatchRecord:
    content = ("\n".join(lines) + "\n").encode()
    path = tmp_path / ("case_20191231.jsonl.gz" if packed else "case_20191231.jsonl")
    path.write_bytes(gzip.compress(content) if packed else content)
    return ingest_files(cases(), [path], tmp_path / "home", DAY, b"k" * 64)


@pytest.mark.parametrize("packed", [True, False])
def test_a_row_is_kept_once_for_each_operation_in_the_order_of_the_file(tmp_path: Path, packed: bool) -> None:
    told = [
        line("1", "insert"),
        line("2", "insert"),
        line("1", "update", "C1-b", "10:00:00"),
        line("1", "update", "C1-b", "10:00:00"),
        line("2", "delete", "C1", "11:00:00"),
    ]
    record = deliver(tmp_path, *told, packed=packed)
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (5, 4, 0, 1)
    rows = lake(tmp_path / "home", record).select("record_number", "row_id", "operation", "case_no")
    assert rows.rows() == [
        (1, "1", "insert", "C1"),
        (2, "2", "insert", "C1"),
        (3, "1", "update", "C1-b"),
        (5, "2", "delete", "C1"),
    ]


def test_the_applicant_of_a_case_is_the_same_hash_in_every_operation(tmp_path: Path) -> None:
    record = deliver(tmp_path, line("1", "insert"), line("1", "delete", at="10:00:00"), line("2", "insert"))
    first, again, other = lake(tmp_path / "home", record)["applicant_hash"].to_list()
    assert first == again != other
    assert not first.startswith("3601")


@pytest.mark.parametrize(
    ("start", "rows"),
    [
        ('{"data": {"rows": [\n', 2),
        ('{"data": {"rows": [' + line("0", "insert") + ",\n", 3),
        ('{"page": {"number": 1}, "data":\n{"rows": [', 2),
    ],
)
def test_a_page_over_several_lines_is_no_file_of_lines(tmp_path: Path, start: str, rows: int) -> None:
    path = tmp_path / "page.json"
    path.write_text(f"{start}{line('1', 'insert')},\n{line('2', 'insert')}\n]}}}}", "utf-8")
    record = ingest_files(cases(), [path], tmp_path / "home", DAY, b"k" * 64)
    assert (record.received, record.quarantined) == (rows, 0)


@pytest.mark.parametrize("operation", ["", "merge", "INSERT", "1"])
def test_an_operation_outside_the_list_is_quarantined(tmp_path: Path, operation: str) -> None:
    record = deliver(tmp_path, line("1", "insert"), line("2", operation))
    bad = quarantine(tmp_path / "home", record).row(0, named=True)
    assert (record.loaded, bad["record_number"], bad["field"]) == (1, 2, "operation")
    assert bad["rule"] == ("allowed_value" if operation else "required")


@pytest.mark.parametrize("id", sorted(EXCHANGED))
def test_every_declared_exchange_names_its_operations(id: str) -> None:
    dataset = EXCHANGED[id]
    operation = next(f for f in dataset.fields if f.source == "cd_operation")
    assert (operation.name, operation.required) == ("operation", True)
    assert set(operation.allowed or ()) == {"insert", "update", "delete"}
    assert dataset.format.kind == "json_rows"
    assert {check.name for check in checks(load_declarations()) if check.target == id} >= {"allowed_values"}


def test_the_exchange_is_declared() -> None:
    assert set(EXCHANGED) >= {"gov_service/accepted_case", "gov_service/case_event", "gov_service/case_result"}
