"""The candidate warehouse: a private copy of the last release with the raw layer of the night registered in it.

Models read only what is registered here, so a candidate is defined by its list of batches. The raw layer holds views
over immutable Parquet files of the lake; it is taken out again before the candidate becomes a release.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from expectations.check import CheckResult
from ingestion.batch import BatchRecord, read_records
from ingestion.declaration import Dataset
from ingestion.quarantine import taken_up
from warehouse import release
from warehouse.paths import candidate_file, release_file
from warehouse.raw_tables import AUDIT_TABLES, QUARANTINE, RAW_TABLES, TARGET_LIGHT

# What readers see; every other schema is scaffolding of the build.
RELEASE_SCHEMAS = ("dim", "fact", "mart", "audit")

# The same as in dbt_project/profiles.yml: 400 MB keep a night to 0.75 GB and a first load to about 1 GB.
SETTINGS: dict[str, str | int | float | list[str]] = {
    "memory_limit": "400MB",
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@dataclass(frozen=True)
class Candidate:
    """What a night builds on: the file, the release it may become, and the batches in it."""

    path: Path
    release_id: str
    as_of_date: date
    batches: tuple[BatchRecord, ...]
    new_batch_ids: frozenset[str]
    is_incremental: bool


def plan_batches(home: Path, night: Iterable[BatchRecord]) -> tuple[list[BatchRecord], frozenset[str]]:
    """Batches of the next candidate: those of the last release, those of the night, and what was delivered by hand or replayed.

    Returns them in a stable order, and the ids that count as new: those of the night, also when the last release holds
    them already (a date that is run again is checked again), and those that the last release does not hold.
    """
    current = release.current_id(home)
    released = {entry["batch_id"] for entry in release.manifest(home, current)["batches"]} if current else set()
    by_id = {record.batch_id: record for record in night}
    again = frozenset(by_id)
    for record in read_records(home):
        if record.batch_id in released or record.kind in ("by_hand", "replay"):
            by_id.setdefault(record.batch_id, record)
    lost = released - by_id.keys()
    if lost:
        raise release.ReleaseError(
            f"Release {current} was built from batch {min(lost)}, whose record is no longer under {home / 'batches'}; "
            "restore the state folder from its backup before the next night."
        )
    ordered = sorted(by_id.values(), key=lambda record: (record.load_date, record.batch_id))
    return ordered, again | (by_id.keys() - released)


def prepare(
    home: Path, datasets: Mapping[str, Dataset], night: Sequence[BatchRecord], as_of: date, code_version: str
) -> Candidate:
    """Start from the last release if the same code built it, else from nothing, and register the raw layer."""
    release.remove_leftovers(home)
    batches, new_ids = plan_batches(home, night)
    current = release.current_id(home)
    last = release.manifest(home, current) if current else None
    as_of_date = max([as_of, *([date.fromisoformat(last["as_of_date"])] if last else [])])
    release_id = release.next_id(home, as_of_date)
    path = candidate_file(home)
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True, mode=0o700)
    is_incremental = last is not None and last["code_version"] == code_version
    if is_incremental and current:
        shutil.copyfile(release_file(home, current), path)
    candidate = Candidate(path, release_id, as_of_date, tuple(batches), new_ids, is_incremental)
    with connect(path) as con:
        register(con, home, datasets, candidate, code_version)
    return candidate


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-write connection with the settings that the whole night uses (one process must not mix settings)."""
    return duckdb.connect(str(path), config=dict(SETTINGS))


def register(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    datasets: Mapping[str, Dataset],
    candidate: Candidate,
    code_version: str,
) -> None:
    """Put the raw layer and the audit tables of a candidate into its file."""
    con.execute("create schema if not exists raw; create schema if not exists audit")
    for dataset in datasets.values():
        con.execute(_raw_view(dataset, home, [r for r in candidate.batches if f"{r.system}/{r.dataset}" == dataset.id]))
    for name in ("load_context", "batch", "target_light"):
        con.execute(RAW_TABLES[name].ddl(f"raw.{name}"))
    for name, table in AUDIT_TABLES.items():
        con.execute(table.ddl(f"audit.{name}"))
    built_at = datetime.now().replace(microsecond=0)
    _insert(con, "raw.load_context", [(candidate.release_id, candidate.as_of_date)])
    _insert(con, "audit.release", [(candidate.release_id, candidate.as_of_date, built_at, code_version)])
    _register_batches(con, datasets, candidate)
    _register_quarantine(con, home, candidate.batches)
    _register_lights(con, home, candidate)


def _raw_view(dataset: Dataset, home: Path, records: Sequence[BatchRecord]) -> str:
    """The lake files of a dataset as one relation with the columns of today's declaration.

    Files that an earlier declaration wrote are read by themselves: what they do not have is null.
    """
    files: dict[str | None, list[Path]] = {}
    for record in records:
        files.setdefault(record.lake_version, []).append(home / record.lake_file)
    parts = [_lake_files(dataset, version, paths) for version, paths in files.items()]
    columns = ", ".join(f'null::{kind} as "{column}"' for column, kind in dataset.lake_schema().items())
    selected = " union all ".join(parts) or f"select {columns} where false"
    return f'create view raw."{dataset.system}__{dataset.dataset}" as {selected}'


def _lake_files(dataset: Dataset, version: str | None, paths: Sequence[Path]) -> str:
    schema = dataset.lake_schema()
    held = schema.keys() if version == dataset.lake_version else set(pq.read_schema(paths[0]).names)
    columns = ", ".join(
        f'"{column}"::{kind} as "{column}"' if column in held else f'null::{kind} as "{column}"'
        for column, kind in schema.items()
    )
    listed = ", ".join(_quoted(str(path)) for path in paths)
    return f"select {columns} from read_parquet([{listed}], hive_partitioning = false)"


def _register_batches(con: duckdb.DuckDBPyConnection, datasets: Mapping[str, Dataset], candidate: Candidate) -> None:
    batches: list[tuple[Any, ...]] = []
    files: list[tuple[Any, ...]] = []
    for r in candidate.batches:
        owner = datasets[f"{r.system}/{r.dataset}"].owner
        window = (r.load_date, r.window_since, r.window_until, r.kind)
        counts = (r.received, r.loaded, r.quarantined, r.repeats, ", ".join(r.new_fields) or None)
        batches.append(
            (r.batch_id, r.system, r.dataset, *window, *counts, owner, r.batch_id in candidate.new_batch_ids)
        )
        files += [(r.batch_id, r.system, r.dataset, r.load_date, f.name, f.sha256, f.size, f.rows) for f in r.files]
    _insert(con, "raw.batch", batches)
    _insert(con, "audit.source_file", files)
    con.execute("insert into audit.batch select * exclude (is_new) from raw.batch")


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert by column lists: one statement for any number of rows."""
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    values = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
    con.execute(f"insert into {table} select {values}", columns)


def _register_quarantine(con: duckdb.DuckDBPyConnection, home: Path, batches: Sequence[BatchRecord]) -> None:
    files = [str(home / r.quarantine_file) for r in batches if r.quarantine_file]
    if files:
        con.execute("create temp table replayed (row_id varchar, batch_id varchar)")
        _insert(con, "replayed", list(taken_up(batches).items()))
        listed = ", ".join(_quoted(path) for path in files)
        # The raw text stays in quarantine: it may hold personal data, and readers of a release must not see it.
        columns = ", ".join(f"q.{name}" for name in QUARANTINE.columns if name != "replayed_in")
        con.execute(
            f"""insert into audit.quarantine by name
                select {columns}, replayed.batch_id as replayed_in
                from read_parquet([{listed}], hive_partitioning = false) as q
                left join replayed on q.row_id = replayed.row_id;
                drop table replayed"""
        )
    con.execute("create view raw.quarantine as select * from audit.quarantine")


def _register_lights(con: duckdb.DuckDBPyConnection, home: Path, candidate: Candidate) -> None:
    """Hand on what the releases before the candidate's date showed, whichever code built them."""
    current = release.current_id(home)
    if current is None:
        return
    con.execute(f"attach {_quoted(str(release_file(home, current)))} as last_release (read_only)")
    held = con.execute(
        "select 1 from duckdb_tables() where database_name = 'last_release' and table_name = 'fct_target_light'"
    ).fetchone()
    if held:
        columns = ", ".join(TARGET_LIGHT)
        con.execute(
            f"insert into raw.target_light select {columns} from last_release.fact.fct_target_light where as_of_date < ?",
            [candidate.as_of_date],
        )
    con.execute("detach last_release")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def finish(candidate: Candidate, checks: Sequence[CheckResult]) -> dict[str, int]:
    """Write the results of the gates, take the scaffolding out and close the file.

    Returns rows by `schema.table` for the manifest. After this call the file holds only what readers may see.
    """
    with connect(candidate.path) as con:
        _insert(
            con,
            "audit.check_result",
            [
                (
                    c.suite,
                    c.check_name,
                    c.target,
                    c.severity,
                    c.owner,
                    c.reason,
                    c.is_success,
                    c.is_waived,
                    c.unexpected_count,
                    c.observed,
                )
                for c in checks
            ],
        )
        for (schema,) in con.execute(
            "select schema_name from duckdb_schemas() where database_name = current_database() and not internal"
        ).fetchall():
            if schema not in RELEASE_SCHEMAS:
                con.execute(f'drop schema "{schema}" cascade')
        rows = _row_counts(con)
        con.execute("checkpoint")
    return rows


def _row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = con.execute(
        """select schema_name, table_name from duckdb_tables()
           where database_name = current_database() and not internal order by all"""
    ).fetchall()
    counts = {}
    for schema, table in tables:
        row = con.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def manifest_of(candidate: Candidate, code_version: str, checks: Sequence[CheckResult], rows: dict[str, int]) -> dict:
    """What a release records of itself: code, watermarks, batches with the digests of their lake files, checks, rows."""
    batches = [
        {
            "batch_id": r.batch_id,
            "dataset": f"{r.system}/{r.dataset}",
            "load_date": str(r.load_date),
            "lake_file": r.lake_file,
            "lake_sha256": r.lake_sha256,
            "cursor_after": r.cursor_after,
        }
        for r in candidate.batches
    ]
    return {
        "release_id": candidate.release_id,
        "as_of_date": candidate.as_of_date.isoformat(),
        "built_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "code_version": code_version,
        "is_incremental": candidate.is_incremental,
        "watermarks": release.latest_cursors(batches),
        "batches": batches,
        "checks": {
            "passed": sum(c.is_success for c in checks),
            "failed": [f"{c.suite}.{c.check_name}" for c in checks if not c.is_success],
        },
        "tables": rows,
    }


def code_version(folders: Sequence[Path]) -> str:
    """Digest over the sources that shape a warehouse; a release built by other code is not built upon."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".sql", ".yml", ".csv", ".py"} and "target" not in path.parts:
                digest.update(str(path.relative_to(folder)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
