"""Declared row rules and hashed fields, from the delivered file to lake and quarantine."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset
from ingestion.errors import IngestionError
from tests.contract.ingestion_setting import DAY

KEY = b"k" * 64
FIELDS: list[dict[str, Any]] = [
    {"source": "id", "name": "firm_id", "type": "text", "required": True},
    {"source": "revenue", "name": "revenue_yuan", "type": "money", "factor": 10000},
    {"source": "staff", "name": "employee_count", "type": "integer"},
    {"source": "begun", "name": "begun_date", "type": "date"},
    {"source": "done", "name": "done_date", "type": "date"},
    {"source": "contact", "name": "contact", "type": "text", "sensitivity": "hash"},
]
RULES = [
    {
        "name": "revenue_per_employee",
        "broken_when": "revenue_yuan > 50000000 * employee_count",
        "reason": "Revenue above 5,000 万元 for each employee is a value in 元 that was reported as 万元.",
        "reason_zh": "人均收入超过 5,000 万元；按万元填写",
        "severity": "quarantine",
    },
    {
        "name": "dates_in_order",
        "broken_when": "done_date < begun_date",
        "reason": "It ended before it began.",
        "reason_zh": "结束早于开始；更正日期",
    },
]
HEADER = "id,revenue,staff,begun,done,contact"


def firms(**change: Any) -> Dataset:
    told: dict[str, Any] = {
        "system": "smart_zone",
        "dataset": "firm",
        "title": "t",
        "description": "d",
        "owner": "省工信厅",
    }
    told |= {"interface": {"kind": "by_hand"}, "format": {"kind": "csv_rows", "encoding": "utf-8"}, "key": ["firm_id"]}
    return Dataset.model_validate(told | {"fields": FIELDS, "rules": RULES} | change)


def deliver(dataset: Dataset, home: Path, *rows: str, key: bytes | None = KEY, day: date = DAY) -> BatchRecord:
    file = home.parent / "firms.csv"
    file.write_text("\n".join([HEADER, *rows]), "utf-8")
    return ingest_files(dataset, [file], home, day, key)


def test_a_row_that_breaks_a_declared_rule_is_quarantined_with_its_reason(tmp_path: Path) -> None:
    home = tmp_path / "home"
    record = deliver(
        firms(),
        home,
        "1,5000,1,2019-01-01,2019-01-02,",
        "2,50000000,100,,,",
        "3,100,1,2019-01-02,2019-01-01,",
        "4,50000000,100,2019-01-02,2019-01-01,",
        "5,50000000,,2019-01-02,,",
        "6,50000000,many,,,",
    )
    assert (record.received, record.loaded, record.quarantined) == (6, 2, 4)
    bad = pl.read_parquet(home / str(record.quarantine_file)).sort("record_number")
    assert bad.select("record_number", "rule", "field", "value").rows() == [
        (2, "revenue_per_employee", None, None),
        (3, "dates_in_order", None, None),
        (4, "revenue_per_employee", None, None),
        (6, "number", "employee_count", "many"),
    ]
    assert bad["reason"][0] == RULES[0]["reason"]
    assert pl.read_parquet(home / record.lake_file)["firm_id"].to_list() == ["1", "5"]


def test_amounts_beyond_the_exact_range_do_not_stop_a_rule(tmp_path: Path) -> None:
    rule = {
        "name": "huge",
        "broken_when": "revenue_yuan * revenue_yuan * revenue_yuan < 0",
        "reason": "Never.",
        "reason_zh": "不可能；核对",
    }
    record = deliver(firms(rules=[rule]), tmp_path / "home", "1,99999999999999,0,,,")
    assert record.loaded == 1


def test_a_hashed_field_can_be_joined_over_batches_and_read_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = deliver(firms(), home, "1,1,1,,,13870001111", "2,1,1,,,138 7000 2222", "3,x,1,,,13870001111")
    second = deliver(firms(), home, "4,1,1,,,１３８７０００１１１１", day=date(2020, 1, 1))
    (one, other), (again,) = (pl.read_parquet(home / r.lake_file)["contact"].to_list() for r in (first, second))
    assert one == again != other
    bad = pl.read_parquet(home / str(first.quarantine_file))
    assert "1387000" not in str(bad.rows())
    assert '"contact":"***"' in bad["raw"][0]


def test_without_a_key_nothing_of_a_hashing_dataset_is_loaded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(IngestionError, match="ZONEHOUSE_HASH_KEY"):
        deliver(firms(), home, "1,1,1,,,13870001111", key=None)
    assert list((home / "lake").rglob("*.parquet")) == []
