"""A small candidate warehouse: the raw tables typed by the declarations, filled with a few rows, and dbt run on it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from ingestion.declaration import load_declarations
from warehouse.declared_sources import PROJECT
from warehouse.raw_tables import AUDIT_TABLES, RAW_TABLES, Table

Row = Mapping[str, Any]


def create_candidate(path: Path, release_id: str, as_of: date) -> None:
    """Make the schemas raw and audit of a candidate, all tables empty but the context and the release."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute("create schema if not exists audit")
        for dataset in load_declarations().values():
            lake = Table("", dataset.lake_schema())
            connection.execute(lake.ddl(f"raw.{dataset.system}__{dataset.dataset}", if_absent=True))
        for schema, tables in (("raw", RAW_TABLES), ("audit", AUDIT_TABLES)):
            for name, table in tables.items():
                connection.execute(table.ddl(f"{schema}.{name}", if_absent=True))
        connection.execute("delete from raw.load_context")
        connection.execute("insert into raw.load_context values (?, ?)", [release_id, as_of])
        built_at = datetime(as_of.year, as_of.month, as_of.day, 23)
        connection.execute("insert into audit.release values (?, ?, ?, 'test')", [release_id, as_of, built_at])


def add_batch(
    path: Path,
    dataset: str,
    load_date: date,
    rows: Sequence[Row],
    keys: Sequence[str],
    digest: str = "0",
    since: date | None = None,
) -> str:
    """Append rows of "system/dataset" as one new batch with its lineage; returns the batch_id.

    `since` is the first day of its window; without it the batch is a first load, whose rows keep their days.
    """
    system, name = dataset.split("/")
    batch_id = f"{load_date:%Y%m%d}-{system}-{name}-{digest}"
    lineage: dict[str, Any] = {
        "batch_id": batch_id,
        "load_date": load_date,
        "source_file": "page-00001.json",
        "source_file_sha256": "0" * 64,
        "loaded_at": datetime(load_date.year, load_date.month, load_date.day, 23, 30),
    }
    with duckdb.connect(str(path)) as connection:
        for number, row in enumerate(rows, start=1):
            key = "|".join(str(row[column]) for column in keys)
            full = {**row, **lineage, "record_number": number, "source_record_id": key}
            columns, marks = ", ".join(full), ", ".join("?" * len(full))
            connection.execute(f"insert into raw.{system}__{name} ({columns}) values ({marks})", list(full.values()))
        counts = [len(rows), len(rows), 0, 0]
        batch = [batch_id, system, name, load_date, since, load_date, "changes", *counts, None, "省工信厅"]
        connection.execute(f"insert into raw.batch values ({', '.join('?' * 13)}, true)", batch)
        connection.execute(f"insert into audit.batch values ({', '.join('?' * 13)})", batch)
    return batch_id


@contextmanager
def _environment(path: Path) -> Iterator[None]:
    before = os.environ.get("ZONEHOUSE_CANDIDATE")
    os.environ["ZONEHOUSE_CANDIDATE"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["ZONEHOUSE_CANDIDATE"]
        else:
            os.environ["ZONEHOUSE_CANDIDATE"] = before


def run_dbt(path: Path, target: Path, *arguments: str, project: Path = PROJECT) -> dict[str, str]:
    """Run dbt in this process on the candidate; returns status by node name. `target` keeps the parsed project."""
    quiet = ["--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"]
    places = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)]
    with _environment(path):
        result = dbtRunner().invoke([*quiet, *arguments, *places, "--log-path", str(target)])
        DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise result.exception
    # An exposure is named in the results and nothing is done for it.
    return {found.node.name: str(found.status) for found in result.result if str(found.status) != "no-op"}


def rows_of(path: Path, query: str) -> list[tuple[Any, ...]]:
    """The result of a query on the candidate, read-only."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def province_values(path: Path, *targets: str) -> list[tuple[float | None, float | None]]:
    """Numerator and denominator of targets for the province, in the order of the targets."""
    listed = ", ".join(f"'{target}'" for target in targets)
    query = f"""select target_id, actual_numerator, actual_denominator from fact.fct_target_attainment
        where scope_type = 'province' and target_id in ({listed})"""
    found = {target: (numerator, denominator) for target, numerator, denominator in rows_of(path, query)}
    return [found[target] for target in targets]
