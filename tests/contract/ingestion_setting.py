"""Small declarations and helpers for the tests of ingestion."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset, load_declarations

FIXTURES = Path(__file__).parents[1] / "fixtures" / "ingestion"
DAY = date(2019, 12, 31)
DECLARED = load_declarations()

CODE = "91360829688526472W"
OTHER_CODE = "91361000690953879P"


def persons(encoding: str = "utf-8", **options: Any) -> Dataset:
    """A CSV dataset with a field that must not leave landing."""
    fields: list[dict[str, Any]] = [
        {"source": "id", "name": "entity_id", "type": "text", "required": True},
        {"source": "code", "name": "uscc", "type": "uscc", "required": True},
        {"source": "kind", "name": "kind", "type": "name"},
        {"source": "person", "name": "person", "type": "text", "sensitivity": "drop"},
        {"source": "addr", "name": "address", "type": "name"},
        {"source": "capital", "name": "capital_yuan", "type": "money", "factor": 10000, "min": 0},
    ]
    return Dataset.model_validate(
        {
            "system": "credit",
            "dataset": "persons",
            "title": "t",
            "description": "d",
            "owner": "省市场监管局",
            "interface": {"kind": "by_hand"},
            "format": {"kind": "csv_rows", "encoding": encoding},
            "key": ["entity_id"],
            "missing": ["", "N/A"],
            "fields": fields,
        }
        | options
    )


HEADER = "id,code,kind,person,addr,capital"


def deliver(dataset: Dataset, home: Path, load_date: date = DAY, **files: bytes) -> BatchRecord:
    """Deliver files by hand; `a_csv=b"..."` becomes `a.csv`."""
    folder = home.parent / "delivered"
    folder.mkdir(exist_ok=True)
    paths = []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(path)
    return ingest_files(dataset, paths, home, load_date)


def lake(home: Path, record: BatchRecord) -> pl.DataFrame:
    """The rows that a batch loaded."""
    return pl.read_parquet(home / record.lake_file, hive_partitioning=False)


def quarantine(home: Path, record: BatchRecord) -> pl.DataFrame:
    """The rows that a batch refused."""
    assert record.quarantine_file is not None
    return pl.read_parquet(home / record.quarantine_file, hive_partitioning=False)


def published(home: Path, area: str) -> list[str]:
    """Names of all files below an area of the home."""
    return sorted(str(p.relative_to(home)) for p in (home / area).rglob("*") if p.is_file())
