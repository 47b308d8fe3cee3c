"""One batch as a whole: idempotence, kills at any moment, lineage, windows, accounts of every row."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion import lake as lake_files
from ingestion.batch import Window, ingest_files, read_records, windows
from ingestion.errors import BadFile, IngestionError
from ingestion.repeats import Repeats
from tests.contract.ingestion_setting import CODE, DAY, DECLARED, FIXTURES, HEADER, deliver, lake, persons, published

CONTENT = f"{HEADER}\r\n1,{CODE},公司,张三,地址,1\r\n2,{CODE},公司,张三,地址,x\r\n".encode()


def test_the_record_says_what_the_files_hold(tmp_path: Path) -> None:
    home = tmp_path / "home"
    record = deliver(persons(), home, a_csv=CONTENT)
    content = (home / record.lake_file).read_bytes()
    assert record.lake_sha256 == hashlib.sha256(content).hexdigest()
    assert record.lake_file == f"lake/credit/persons/load_date=2019-12-31/{record.batch_id}.parquet"
    assert record.quarantine_file == record.lake_file.replace("lake/", "quarantine/", 1)
    assert record.batch_id.startswith("20191231-credit-persons-")
    assert (record.kind, record.received, record.loaded, record.quarantined) == ("by_hand", 2, 1, 1)
    assert read_records(home) == [record]
    row = lake(home, record).row(0, named=True)
    assert (row["batch_id"], row["load_date"], row["loaded_at"]) == (record.batch_id, DAY, record.fetched_at)
    assert row["source_file_sha256"] == hashlib.sha256(CONTENT).hexdigest()


def test_a_batch_is_loaded_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = deliver(persons(), home, a_csv=CONTENT)
    before = {
        p: (home / p).stat().st_mtime_ns for area in ("landing", "lake", "batches") for p in published(home, area)
    }
    assert deliver(persons(), home, a_csv=CONTENT) == first
    after = {p: (home / p).stat().st_mtime_ns for area in ("landing", "lake", "batches") for p in published(home, area)}
    assert after == before
    assert deliver(persons(), home, a_csv=CONTENT + b"3,,,,,\r\n").batch_id != first.batch_id


@pytest.mark.parametrize("dataset", sorted(DECLARED))
def test_empty_lake_files_have_the_declared_types(dataset: str, tmp_path: Path) -> None:
    """DuckDB itself says which types a lake file has."""
    import duckdb

    declared = DECLARED[dataset]
    path = tmp_path / "x.parquet"
    with lake_files.ParquetFile(path, declared.lake_schema()) as file:
        file.publish()
    query = "select column_name, column_type from (describe select * from read_parquet(?, hive_partitioning = false))"
    assert dict(duckdb.execute(query, [str(path)]).fetchall()) == declared.lake_schema()


KILLED = """
import os, sys
from pathlib import Path
import ingestion.landing, ingestion.lake, ingestion.records
from tests.contract.ingestion_setting import DAY, persons
moment, calls = int(sys.argv[3]), 0
real = os.replace

def replace(*names):
    global calls
    calls += 1
    if calls == moment:
        os._exit(9)
    real(*names)

os.replace = replace
from ingestion.batch import ingest_files
ingest_files(persons(), [Path(sys.argv[1])], Path(sys.argv[2]), DAY)
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_a_kill_at_any_step_is_healed_by_the_next_run(tmp_path: Path, moment: int) -> None:
    """Landing, quarantine, lake and record are published in four steps; the process dies just before one of them."""
    home, file = tmp_path / "home", tmp_path / "a.csv"
    file.write_bytes(CONTENT)
    root = Path(__file__).parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(file), str(home), str(moment)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert killed.returncode == 9
    assert read_records(home) == []
    record = ingest_files(persons(), [file], home, DAY)
    assert (record.loaded, record.quarantined) == (1, 1)
    assert [len(published(home, area)) for area in ("lake", "quarantine", "batches", "landing")] == [1, 1, 1, 2]
    assert not list(home.rglob(".tmp-*"))


def test_rows_that_get_lost_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = lake_files.ParquetFile.write
    monkeypatch.setattr(lake_files.ParquetFile, "write", lambda self, frame: write(self, frame.head(0)))
    with pytest.raises(IngestionError, match="2 rows were received but 0 loaded"):
        deliver(persons(), tmp_path / "home", a_csv=CONTENT)
    assert published(tmp_path / "home", "lake") + published(tmp_path / "home", "batches") == []


def test_files_that_cannot_be_taken(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"gone\.csv cannot be read"):
        ingest_files(persons(), [tmp_path / "gone.csv"], tmp_path / "home", DAY)
    with pytest.raises(IngestionError, match="no file"):
        ingest_files(persons(), [], tmp_path / "home", DAY)
    with pytest.raises(BadFile, match="same name"):
        ingest_files(persons(), [tmp_path / "a.csv", tmp_path / "b" / "a.csv"], tmp_path / "home", DAY)


def test_windows_are_days_or_calendar_months() -> None:
    monthly, daily = DECLARED["credit/registration"], DECLARED["monitoring/hourly_report"]
    assert windows(monthly, date(2018, 12, 15), date(2019, 2, 3)) == [
        Window(date(2018, 12, 15), date(2018, 12, 31)),
        Window(date(2019, 1, 1), date(2019, 1, 31)),
        Window(date(2019, 2, 1), date(2019, 2, 3)),
    ]
    assert windows(daily, date(2019, 2, 28), date(2019, 3, 1)) == [
        Window(date(2019, 2, 28), date(2019, 2, 28)),
        Window(date(2019, 3, 1), date(2019, 3, 1)),
    ]
    assert windows(monthly, None, DAY) == [Window(None, DAY)]
    assert windows(monthly, date(2020, 1, 1), DAY) == []
    assert windows(DECLARED["credit/registration_extract"], date(2019, 1, 1), DAY) == []


def test_repeats_are_found_within_and_across_chunks() -> None:
    repeats = Repeats(("a", "b"))
    first = pl.DataFrame({"a": ["1", "1", None, ""], "b": ["x", "x", None, None], "c": [1, 2, 3, 4]})
    assert repeats.first_only(first)["c"].to_list() == [1, 3, 4]
    second = pl.DataFrame({"a": ["2", "1", None, "2", "x"], "b": ["x", "x", None, "x", "1"], "c": [5, 6, 7, 8, 9]})
    assert repeats.first_only(second)["c"].to_list() == [5, 9]


def test_repeats_across_files_of_a_batch(tmp_path: Path) -> None:
    record = deliver(persons(), tmp_path / "home", a_csv=CONTENT, b_csv=CONTENT)
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (4, 1, 1, 2)


def test_fixtures_hold_no_persons() -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in sorted(FIXTURES.iterdir()))
    assert "法人代表" not in text
