"""A declaration that changes: the lake files of before are still read, with nothing where they hold nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset
from warehouse import candidate

BEFORE = "FIRM_ID,TAX_PAID,WRITTEN\n1,12.5,2019-06-29 10:00:00\n"
AFTER = "FIRM_ID,WRITTEN,GREEN_LEVEL\n2,2019-06-30 10:00:00,AA\n"


def declared(*sources: str) -> Dataset:
    fields = {
        "FIRM_ID": {"name": "firm_id", "type": "text", "required": True},
        "TAX_PAID": {"name": "tax_yuan", "type": "money", "factor": 10000},
        "WRITTEN": {"name": "reported_at", "type": "timestamp"},
        "GREEN_LEVEL": {"name": "green_level", "type": "text"},
    }
    told = {"system": "trading", "dataset": "firm", "title": "t", "description": "d", "owner": "省发改委"}
    told |= {"interface": {"kind": "by_hand"}, "format": {"kind": "csv_rows", "encoding": "utf-8"}, "key": ["firm_id"]}
    return Dataset.model_validate(told | {"fields": [{"source": source, **fields[source]} for source in sources]})


@pytest.fixture
def deliver(tmp_path: Path):
    def delivered(dataset: Dataset, text: str, day: date) -> BatchRecord:
        file = tmp_path / f"{day}.csv"
        file.write_text(text, "utf-8")
        return ingest_files(dataset, [file], tmp_path / "home", day)

    return delivered


def test_a_field_that_came_or_went_leaves_the_older_files_readable(deliver, tmp_path: Path) -> None:
    old, new = declared("FIRM_ID", "TAX_PAID", "WRITTEN"), declared("FIRM_ID", "WRITTEN", "GREEN_LEVEL")
    records = [deliver(old, BEFORE, date(2019, 6, 29)), deliver(new, AFTER, date(2019, 6, 30))]
    assert records[0].lake_version != records[1].lake_version
    chosen = candidate.prepare(tmp_path / "home", {new.id: new}, records, date(2019, 6, 30), "test")
    with candidate.connect(chosen.path) as con:
        rows = con.execute("select firm_id, green_level, batch_id from raw.trading__firm order by 1").fetchall()
    assert rows == [("1", None, records[0].batch_id), ("2", "AA", records[1].batch_id)]


def test_one_version_is_read_at_once(deliver, tmp_path: Path) -> None:
    firm = declared("FIRM_ID", "TAX_PAID", "WRITTEN")
    records = [deliver(firm, BEFORE, date(2019, 6, 29)), deliver(firm, BEFORE, date(2019, 6, 30))]
    chosen = candidate.prepare(tmp_path / "home", {firm.id: firm}, records, date(2019, 6, 30), "test")
    with candidate.connect(chosen.path) as con:
        (view,) = con.execute("select sql from duckdb_views() where view_name = 'trading__firm'").fetchone()
        assert view.count("read_parquet") == 1
        assert con.execute("select count(*) from raw.trading__firm").fetchone() == (2,)
