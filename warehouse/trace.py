"""From a row of a fact back to the bytes it came from: batch, file, record number and the text as received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.declaration import Dataset
from ingestion.errors import IngestionError
from ingestion.landing import file_digest
from ingestion.raw_records import raw_records
from ingestion.records import find_record
from warehouse import console, release

MOST_ROWS = 40
"""Fact rows that one trace follows; a shorter key that fits more is asked to be longer."""

_LINEAGE = ("batch_id", "load_date", "source_file", "source_file_sha256", "record_number", "loaded_at")


class TraceError(Exception):
    """Nothing can be traced; the message says why and what to ask instead."""


@dataclass(frozen=True)
class Origin:
    """One received record behind a fact row; `is_used` when the row was built from its batch, else it is another version.

    `raw` is the record as received, or the sentence that says why it is not there any more.
    """

    batch_id: str
    load_date: date
    source_file: str
    source_file_sha256: str
    record_number: int
    loaded_at: datetime
    is_used: bool
    raw: str


@dataclass(frozen=True)
class Trace:
    """A fact row and the records behind it, latest first; `more` is how many were left out."""

    row: dict[str, Any]
    dataset: str
    origins: list[Origin]
    more: int


def trace(
    home: Path,
    datasets: Mapping[str, Dataset],
    fact: str,
    key: str,
    release_id: str | None = None,
    limit: int = 20,
    only: Mapping[str, str] | None = None,
) -> list[Trace]:
    """Follow every row of `fact` whose `source_record_id` is `key` or begins with it; `only` narrows by column values.

    Raises TraceError when there is no such table or row, ReleaseError when there is no such release.
    """
    chosen = release.current_id(home) if release_id is None else release_id
    rows = _fact_rows(home, fact, key, chosen, only or {})
    batches = release.manifest(home, str(chosen))["batches"]
    # Several rows of a fact may come from one record (the indicators of a report): it is looked up once.
    known: dict[tuple[Any, ...], Origin] = {}
    return [_follow(home, datasets, fact, row, batches, limit, known) for row in rows]


def _fact_rows(
    home: Path, fact: str, key: str, release_id: str | None, only: Mapping[str, str]
) -> list[dict[str, Any]]:
    tables = console.query(
        home,
        """select table_name, any_value(table_schema), list(column_name order by ordinal_position)
           from information_schema.columns where table_schema in ('dim', 'fact')
           group by table_name having bool_or(column_name = 'source_record_id') order by all""",
        release_id,
    ).rows
    schemas = {str(name): schema for name, schema, _ in tables}
    if fact not in schemas:
        raise TraceError(f"{fact} cannot be traced; these tables can: {', '.join(sorted(schemas))}.")
    columns = next(columns for name, _, columns in tables if name == fact)
    if unknown := set(only) - set(columns):
        raise TraceError(f"{fact} has no column {min(unknown)}; one of: {', '.join(columns)}.")
    literal = _literal(key)
    narrowed = "".join(f' and cast("{column}" as varchar) = {_literal(value)}' for column, value in only.items())
    answer = console.query(
        home,
        f"""select * from {schemas[fact]}.{fact}
            where (source_record_id = {literal} or starts_with(source_record_id, {literal} || '|')
              or starts_with(source_record_id, {literal} || '-')){narrowed}
            order by source_record_id limit {MOST_ROWS + 1}""",
        release_id,
    )
    if not answer.rows:
        example = console.query(home, f"select min(source_record_id) from {schemas[fact]}.{fact}", release_id).rows[0][
            0
        ]
        raise TraceError(f"{fact} has no row with the key {key}; a key of it looks like {example}.")
    if len(answer.rows) > MOST_ROWS:
        raise TraceError(
            f"{fact} has more than {MOST_ROWS} rows whose key begins with {key}; give more of the key, or --only."
        )
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _follow(
    home: Path,
    datasets: Mapping[str, Dataset],
    fact: str,
    row: dict[str, Any],
    batches: Sequence[Mapping[str, Any]],
    limit: int,
    known: dict[tuple[Any, ...], Origin],
) -> Trace:
    used = next((batch for batch in batches if batch["batch_id"] == row["batch_id"]), None)
    if used is None:
        raise TraceError(
            f"{fact} is computed in the warehouse from other facts, not from received records; "
            "trace the facts that its description names."
        )
    dataset = datasets[used["dataset"]]
    own = [batch for batch in batches if batch["dataset"] == dataset.id]
    found = _lake_rows(home, dataset, own, str(row["source_record_id"]))
    # The batch that the row was built from comes first, then the other versions, the latest before the older.
    found.sort(key=lambda lineage: (lineage[0] == row["batch_id"], lineage[1], lineage[0]), reverse=True)
    for lineage in found[:limit]:
        if lineage not in known:
            known[lineage] = _origin(home, dataset, own, lineage)
    used_id = str(row["batch_id"])
    origins = [replace(known[lineage], is_used=known[lineage].batch_id == used_id) for lineage in found[:limit]]
    return Trace(row, dataset.id, origins, max(0, len(found) - limit))


def _lake_rows(home: Path, dataset: Dataset, batches: Sequence[Mapping[str, Any]], key: str) -> list[tuple[Any, ...]]:
    """Lineage of the lake rows with this key, or whose key goes on behind it (the hours of a day)."""
    files = [str(home / batch["lake_file"]) for batch in batches]
    with duckdb.connect(config={"threads": 2, "memory_limit": "400MB"}) as con:
        return con.execute(
            f"""select {", ".join(_LINEAGE)} from read_parquet($files, hive_partitioning = false, union_by_name = true)
                where source_record_id = $key or starts_with(source_record_id, $key || ' ')""",
            {"files": files, "key": key},
        ).fetchall()


def _origin(home: Path, dataset: Dataset, batches: Sequence[Mapping[str, Any]], lineage: tuple[Any, ...]) -> Origin:
    batch_id, load_date, source_file, sha256, number, loaded_at = lineage
    lake = next(batch for batch in batches if batch["batch_id"] == batch_id)
    raw = _raw(home, dataset, load_date, batch_id, source_file, number)
    if file_digest(home / lake["lake_file"]) != lake["lake_sha256"]:
        raise TraceError(
            f"{lake['lake_file']} no longer has the digest that the release recorded; restore the lake from a backup "
            "and find out who changed it."
        )
    return Origin(batch_id, load_date, source_file, sha256, number, loaded_at, False, raw)


def _raw(home: Path, dataset: Dataset, load_date: date, batch_id: str, source_file: str, number: int) -> str:
    record = find_record(home, dataset.system, dataset.dataset, load_date, batch_id)
    if record is None:
        return f"The record of batch {batch_id} is missing; restore the state folder from its backup."
    try:
        return raw_records(home, dataset, record, source_file, [number]).get(number, "The file has no such record.")
    except IngestionError as error:
        return str(error)
