"""The raw sources of the warehouse as the dataset declarations define them.

`python -m tests.warehouse.declared_sources` rewrites `dbt_project/models/staging/sources.yml` and the seed of datasets
after a declaration changed; a test fails as long as that was not done.
"""

import csv
import io
from pathlib import Path
from typing import Any

import yaml

from ingestion.declaration import Dataset, load_declarations

ROOT = Path(__file__).resolve().parents[2]
SOURCES_FILE = ROOT / "dbt_project" / "models" / "staging" / "sources.yml"
DATASET_SEED = ROOT / "dbt_project" / "seeds" / "dataset.csv"

LINEAGE_TEXT = {
    "batch_id": "Batch that brought the row",
    "load_date": "Business day that was loaded",
    "source_file": "File or page of the landing",
    "source_file_sha256": "Digest of that file",
    "record_number": "Place of the record in the file",
    "source_record_id": "Business key, values joined with |",
    "loaded_at": "When the batch was loaded, naive Asia/Shanghai",
    "extra": "Fields that the declaration does not know, as JSON",
}
CONTROL_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "batch": (
        "Every accepted batch, one row each.",
        {
            "batch_id": "VARCHAR",
            "system": "VARCHAR",
            "dataset": "VARCHAR",
            "load_date": "DATE",
            "window_since": "DATE",
            "window_until": "DATE",
            "kind": "VARCHAR",
            "received_count": "BIGINT",
            "loaded_count": "BIGINT",
            "quarantined_count": "BIGINT",
            "repeat_count": "BIGINT",
            "owner": "VARCHAR",
            "is_new": "BOOLEAN",
        },
    ),
    "load_context": (
        "What this candidate is, one row.",
        {"release_id": "VARCHAR", "as_of_date": "DATE"},
    ),
    "quarantine": (
        "Rejected rows without their text, one row per rejected record and rule.",
        {
            "batch_id": "VARCHAR",
            "system": "VARCHAR",
            "dataset": "VARCHAR",
            "load_date": "DATE",
            "source_file": "VARCHAR",
            "source_file_sha256": "VARCHAR",
            "record_number": "BIGINT",
            "rule": "VARCHAR",
            "reason": "VARCHAR",
            "field": "VARCHAR",
            "owner": "VARCHAR",
        },
    ),
}
AUDIT_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "release": (
        "The releases, one row each; the youngest is this one.",
        {"release_id": "VARCHAR", "as_of_date": "DATE", "built_at": "TIMESTAMP", "code_version": "VARCHAR"},
    ),
    "batch": (
        "Every batch behind the release, one row each.",
        {name: kind for name, kind in CONTROL_TABLES["batch"][1].items() if name != "is_new"},
    ),
    "check_result": (
        "Result of every check of the gate, one row each; filled after the gate.",
        {
            "suite": "VARCHAR",
            "check_name": "VARCHAR",
            "target": "VARCHAR",
            "severity": "VARCHAR",
            "owner": "VARCHAR",
            "reason": "VARCHAR",
            "is_success": "BOOLEAN",
            "is_waived": "BOOLEAN",
            "unexpected_count": "BIGINT",
            "observed": "VARCHAR",
        },
    ),
}


def declarations() -> list[Dataset]:
    """All declared datasets, ordered by system and dataset."""
    return sorted(load_declarations().values(), key=lambda dataset: dataset.id)


def lake_columns(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Column name -> (DuckDB type, description) of a dataset's lake table, lineage last."""
    texts = {field.name: field.description for field in dataset.lake_fields} | LINEAGE_TEXT
    return {name: (kind, texts[name]) for name, kind in dataset.lake_schema().items()}


def _table(name: str, description: str, columns: dict[str, tuple[str, str]], asset_key: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "config": {"meta": {"dagster": {"asset_key": asset_key}}},
        "columns": [
            {"name": column, "data_type": kind, "description": text or column}
            for column, (kind, text) in columns.items()
        ],
    }


def expected_sources() -> dict[str, Any]:
    """The content of `sources.yml`: schema raw by the declarations, and schema audit."""
    raw = [
        _table(
            f"{dataset.system}__{dataset.dataset}",
            dataset.description,
            lake_columns(dataset),
            ["landing", dataset.system],
        )
        for dataset in declarations()
    ]
    control, audit = (
        [
            _table(name, text, {column: (kind, "") for column, kind in columns.items()}, ["candidate"])
            for name, (text, columns) in tables.items()
        ]
        for tables in (CONTROL_TABLES, AUDIT_TABLES)
    )
    return {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "schema": "raw",
                "description": "All accepted batches of the lake, one view per dataset.",
                "tables": raw + control,
            },
            {"name": "audit", "schema": "audit", "description": "How the release came about.", "tables": audit},
        ],
    }


def expected_dataset_seed() -> str:
    """The content of the seed `dataset`: system, dataset, title and owner of every declaration."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["system", "dataset", "dataset_title", "owner"])
    writer.writerows([d.system, d.dataset, d.title, d.owner] for d in declarations())
    return out.getvalue()


def main() -> None:
    """Rewrite the sources and the dataset seed of the dbt project."""
    text = yaml.safe_dump(expected_sources(), sort_keys=False, allow_unicode=True, width=118)
    SOURCES_FILE.write_text(
        "# Written by tests/warehouse/declared_sources.py from ingestion/datasets.\n" + text, encoding="utf-8"
    )
    DATASET_SEED.write_text(expected_dataset_seed(), encoding="utf-8")


if __name__ == "__main__":
    main()
