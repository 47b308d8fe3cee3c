"""What the dbt project says about its sources, written from the dataset declarations.

`python -m warehouse.declared_sources` rewrites `models/staging/sources.yml` and the seed of datasets after a
declaration changed; a test fails as long as that was not done.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from ingestion.declaration import Dataset, load_declarations
from warehouse.raw_tables import AUDIT_TABLES, COLUMN_TEXTS, RAW_TABLES, Table

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
SOURCES_FILE = Path("models") / "staging" / "sources.yml"
DATASET_SEED = Path("seeds") / "dataset.csv"

LINEAGE_TEXT = {
    "batch_id": "Batch that brought the row",
    "load_date": "Business day that was loaded",
    "file_date": "Day of the row's own file, of its delivery by hand or of its replay; null for a page",
    "source_file": "File or page of the landing",
    "source_file_sha256": "Digest of that file",
    "record_number": "Place of the record in the file",
    "source_record_id": "Business key, values joined with |",
    "loaded_at": "When the batch was loaded, naive Asia/Shanghai",
    "extra": "Fields that the declaration does not know, as JSON",
}


def sources(datasets: Iterable[Dataset]) -> dict[str, Any]:
    """The content of `sources.yml`: schema raw by the declarations and its control tables, and schema audit."""
    raw = [_dataset_table(dataset) for dataset in _in_order(datasets)]
    return {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "schema": "raw",
                "description": "All accepted batches of the lake, one view per dataset.",
                "tables": raw + _control_tables(RAW_TABLES),
            },
            {
                "name": "audit",
                "schema": "audit",
                "description": "How the release came about.",
                "tables": _control_tables(AUDIT_TABLES),
            },
        ],
    }


def dataset_seed(datasets: Iterable[Dataset]) -> str:
    """The content of the seed `dataset`: system, dataset, title and owner of every declaration, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["system", "dataset", "dataset_title", "owner"])
    writer.writerows([d.system, d.dataset, d.title, d.owner] for d in _in_order(datasets))
    return out.getvalue()


def write(datasets: Iterable[Dataset], project: Path) -> None:
    """Rewrite the sources and the dataset seed of the dbt project in the folder `project`."""
    known = list(datasets)
    text = yaml.safe_dump(sources(known), sort_keys=False, allow_unicode=True, width=118)
    head = "# Written by `python -m warehouse.declared_sources` from ingestion/datasets.\n"
    (project / SOURCES_FILE).write_text(head + text, encoding="utf-8")
    (project / DATASET_SEED).write_text(dataset_seed(known), encoding="utf-8")


def _in_order(datasets: Iterable[Dataset]) -> list[Dataset]:
    return sorted(datasets, key=lambda dataset: dataset.id)


def _dataset_table(dataset: Dataset) -> dict[str, Any]:
    texts = {field.name: field.description for field in dataset.lake_fields} | LINEAGE_TEXT
    columns = {name: (kind, texts[name]) for name, kind in dataset.lake_schema().items()}
    return _table(f"{dataset.system}__{dataset.dataset}", dataset.description, columns, ["landing", dataset.system])


def _control_tables(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    return [
        _table(
            name,
            table.description,
            {column: (kind, COLUMN_TEXTS[column][1]) for column, kind in table.columns.items()},
            ["candidate"],
        )
        for name, table in tables.items()
    ]


def _table(name: str, description: str, columns: dict[str, tuple[str, str]], asset_key: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "config": {"meta": {"dagster": {"asset_key": asset_key}}},
        "columns": [
            {"name": column, "data_type": kind, "description": text} for column, (kind, text) in columns.items()
        ],
    }


if __name__ == "__main__":
    write(load_declarations().values(), PROJECT)
