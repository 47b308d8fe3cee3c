"""DuckDB files that a test writes and the gate reads, candidates of the contracts first, and what checks find there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import yaml

from expectations.check import Check, CheckResult
from expectations.runner import run_checks

AS_OF = date(2019, 12, 31)
MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
BATCH = "20191231-sandbox-all-0"

DEFAULTS: dict[str, Any] = {
    "varchar": "x",
    "bigint": 1,
    "double": 1.0,
    "decimal(24,2)": 1,
    "decimal(24,4)": 1,
    "decimal(24,6)": 1,
    "date": AS_OF,
    "timestamp": datetime(2019, 12, 31, 23),
    "boolean": True,
}

Place = tuple[str, str]
"""Target and name of a check."""

Found = dict[Place, CheckResult]


class CheckedFile:
    """A DuckDB file that begins as `content`. All that a test writes between two checks is one transaction."""

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        path.write_bytes(content)
        self._open()

    def _open(self) -> None:
        self.con = duckdb.connect(str(self.path))
        self.con.begin()

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.con.execute(statement)

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        marks = ", ".join("?" * len(row))
        self.con.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))

    @contextmanager
    def closed(self) -> Iterator[Path]:
        """The file without a writer, as the gate needs it."""
        self.con.commit()
        self.con.close()
        yield self.path
        self._open()

    def check(self, checks: Sequence[Check]) -> Found:
        with self.closed() as path:
            return {(one.target, one.check_name): one for one in run_checks(path, checks)}


def file_of(*statements: str) -> bytes:
    """A DuckDB file after the statements."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.duckdb"
        with duckdb.connect(str(path)) as con:
            con.execute(f"begin; {'; '.join(statements)}; commit")
        return path.read_bytes()


@functools.cache
def contracts() -> Mapping[str, Mapping[str, str]]:
    """Columns of every dimension, fact and mart as `schema.table` -> name -> type, from the models' contracts."""
    found = {}
    for path in sorted(MODELS.rglob("*.yml")):
        for model in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader).get("models") or []:
            schema = {"dim": "dim", "bridge": "dim", "fct": "fact", "mart": "mart"}.get(model["name"].split("_")[0])
            if schema:
                columns = {column["name"]: column["data_type"] for column in model["columns"]}
                found[f"{schema}.{model['name']}"] = columns
    return found


@functools.cache
def empty_candidate() -> bytes:
    """All tables of the contracts without a row, one batch that is new, and the context of the load."""
    tables = (
        f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
        for table, columns in contracts().items()
    )
    return file_of(
        *(f"create schema {schema}" for schema in ("raw", "dim", "fact", "mart")),
        f"create table raw.load_context as select 'r1' as release_id, date '{AS_OF}' as as_of_date",
        f"create table raw.batch as select '{BATCH}' as batch_id, true as is_new",
        *tables,
    )


class Candidate(CheckedFile):
    """A candidate to add rows to; whatever a test does not name has a harmless value."""

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        super().__init__(path, content or empty_candidate())

    def add(self, table: str, **values: Any) -> None:
        columns = contracts()[table]
        assert not set(values) - set(columns), f"{table} has no column {set(values) - set(columns)}"
        row = {name: DEFAULTS[kind] for name, kind in columns.items()}
        row |= {"batch_id": BATCH} if "batch_id" in row else {}
        row |= {"status": "on_pace"} if "status" in row else {}
        self.insert(table, row | values)


class Fault(NamedTuple):
    """What breaks a check: SQL after `set` of an update, and words that the check must say then. `table` is the one that
    is changed, where it is not the target of the check."""

    change: str
    words: str
    table: str = ""


def of(checks: Sequence[Check], target: str, *names: str) -> list[Check]:
    """The named checks of one target, all of them without names: a run of few is a short one."""
    return [one for one in checks if one.target == target and (not names or one.name in names)]


def failing(found: Found) -> dict[Place, str]:
    """What the checks saw that did not pass."""
    return {place: one.observed for place, one in found.items() if not one.is_success}


def assert_faults_found(
    candidate: Candidate, checks: Sequence[Check], faults: Mapping[Place, Fault], warnings: set[str]
) -> None:
    """Plant all faults at once, none of which may hide another: each check says its own, and how severe it is.

    `warnings` are the names of the checks that stop nothing; all others must stop the release.
    """
    for (target, _), fault in faults.items():
        candidate.run(f"update {fault.table or target} set {fault.change}")
    found = candidate.check(checks)
    for place, fault in faults.items():
        assert not found[place].is_success and fault.words in found[place].observed, (place, found[place].observed)
    severities = {place: one.severity for place, one in found.items()}
    expected = {place: "warn" if place[1] in warnings else "block" for place in found}
    assert severities == expected, {place: kind for place, kind in severities.items() if kind != expected[place]}


class SubjectGate:
    """The tests of one subject's checks. A test file names them in a class of its own, and has a fixture `candidate` whose
    tables pass; `faults` has one for each check, `warnings` are the names of those that stop nothing."""

    checks: Sequence[Check]
    faults: Mapping[Place, Fault]
    warnings: set[str]

    def test_good_tables_pass_and_every_check_has_its_fault(self, candidate: Candidate) -> None:
        found = candidate.check(self.checks)
        assert failing(found) == {}, failing(found)
        assert set(self.faults) == set(found), set(self.faults) ^ set(found)

    def test_each_fault_is_found_and_named(self, candidate: Candidate) -> None:
        assert_faults_found(candidate, self.checks, self.faults, self.warnings)

    def test_without_any_row_nothing_disagrees(self, tmp_path: Path) -> None:
        found = Candidate(tmp_path / "candidate.duckdb").check(self.checks)
        assert failing(found) == {}, failing(found)
