"""Ingestion against the truth: of every defect that a heavy sandbox planted, what became of it, and of every sound row."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
import uvicorn

from ingestion.batch import BatchRecord, Window, ingest
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset as Declared
from ingestion.declaration import load_declarations
from sandbox.app import create_app
from sandbox.interfaces.smart_zone import LONGEST_PAGE
from tests.contract.sandbox_feed import SECRET, Feed
from tests.contract.test_sandbox_dirt import Dataset, datasets

pytestmark = pytest.mark.slow

# Sixty days; a master table is read from its beginning, the register's archive on the day of its full extract.
FIRST, LAST = date(2019, 5, 1), date(2019, 6, 30)
EXTRACT = date(2019, 6, 1)
CAUGHT, ACCUSED = 0.999, 0.001
KEY = b"k" * 32


WITHHELD = {"not_published", "missing_kind"}


@cache
def declarations() -> dict[str, Declared]:
    return load_declarations()


@contextmanager
def served(dirt: str) -> Iterator[str]:
    """A sandbox that listens on a free port of the loopback interface."""
    server = uvicorn.Server(uvicorn.Config(create_app("small", 7, dirt, SECRET), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Case(NamedTuple):
    """One dataset after it was ingested from the heavy and from the clean sandbox."""

    dataset: Dataset
    defects: list[dict]
    clean_rows: int
    heavy: BatchRecord
    clean: BatchRecord
    home: Path

    @property
    def declared_id(self) -> str:
        return f"{self.dataset.system}/{self.dataset.name}"


def window_of(dataset: Dataset) -> Window:
    if dataset.system == "credit":
        return Window(EXTRACT, EXTRACT)
    if dataset.system == "smart_zone" and not dataset.has_parts:
        return Window(None, LAST)
    return Window(FIRST, LAST)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    declared, truth = declarations(), Feed("heavy")
    found = []
    with ExitStack() as stack:
        addresses = {dirt: stack.enter_context(served(dirt)) for dirt in ("heavy", "none")}
        home = tmp_path_factory.mktemp("ingested")
        for dataset in datasets():
            window = window_of(dataset)
            span = ((window.since or date(2010, 1, 1)).isoformat(), window.until.isoformat())
            records = {
                dirt: ingest(
                    declared[f"{dataset.system}/{dataset.name}"],
                    Source(dataset.system, f"{address}/{dataset.system}", "sandbox", SECRET),
                    home / dirt,
                    window,
                    hash_key=KEY,
                )
                for dirt, address in addresses.items()
            }
            defects = truth.defects(dataset.system, dataset.name, *span)
            clean_rows = len(truth.clean(dataset.system, dataset.name, *span))
            found.append(Case(dataset, defects, clean_rows, records["heavy"], records["none"], home))
    return found


def rows(home: Path, name: str | None) -> pl.DataFrame:
    """A lake or quarantine file in the order in which its rows were received."""
    if name is None:
        return pl.DataFrame(schema={"source_file": pl.String, "record_number": pl.Int64})
    frame = pl.read_parquet(home / name, hive_partitioning=False)
    return frame.sort("source_file", "record_number")


def place(dataset: Dataset, file: str | None, record: int) -> tuple[str | None, int]:
    """Where a record stands, as the truth says it: pages have no file, their records are numbered through the window."""
    if dataset.system != "smart_zone":
        return file, record
    page = int(file.removeprefix("page-").removesuffix(".json")) if file else 1
    return None, (page - 1) * LONGEST_PAGE + record


def test_planted_rows_are_caught_and_sound_rows_are_not_accused(
    cases: list[Case], record_property: Callable[[str, object], None]
) -> None:
    planted = caught = sound = accused = 0
    wrong: list[str] = []
    for case in cases:
        bad = {
            place(case.dataset, one["file"], one["record"]): one
            for one in case.defects
            if one["outcome"] == "quarantined"
        }
        refused = {
            place(case.dataset, row["source_file"], row["record_number"]): row
            for row in rows(case.home / "heavy", case.heavy.quarantine_file).iter_rows(named=True)
        }
        planted, caught = planted + len(bad), caught + len(bad.keys() & refused.keys())
        sound, accused = sound + case.heavy.received - len(bad), accused + len(refused.keys() - bad.keys())
        wrong += [f"missed: {bad[at]}" for at in bad.keys() - refused.keys()]
        wrong += [f"accused: {refused[at]}" for at in refused.keys() - bad.keys()]
        assert case.heavy.received == case.heavy.loaded + case.heavy.quarantined + case.heavy.repeats
    record_property("figures", f"caught {caught} of {planted} planted rows, accused {accused} of {sound} sound rows")
    assert caught >= CAUGHT * planted and accused <= ACCUSED * sound, "\n".join(sorted(wrong)[:20])
    assert planted > 100


def test_every_repeat_is_counted_once(cases: list[Case]) -> None:
    for case in cases:
        repeats = sum(one["outcome"] == "repeat" for one in case.defects)
        assert (case.heavy.repeats, case.clean.repeats) == (repeats, 0), case.dataset.name
        assert case.heavy.received == case.clean.received + sum(one["extra"] for one in case.defects)
        assert (case.clean.received, case.clean.quarantined) == (case.clean_rows, 0), case.dataset.name


def test_what_can_be_repaired_is_in_the_lake_as_if_it_had_been_clean(cases: list[Case]) -> None:
    """Row by row, field by field: the lake is that of the clean sandbox, but for what is withheld or kept as served."""
    for case in cases:
        names = {field.source: field.name for field in declarations()[case.declared_id].fields}
        columns = [name for name in names.values() if name in rows(case.home / "none", case.clean.lake_file).columns]
        truth = rows(case.home / "none", case.clean.lake_file).select(columns).rows(named=True)
        planted: dict[tuple[str | None, int], list[dict]] = {}
        for one in case.defects:
            planted.setdefault(place(case.dataset, one["file"], one["record"]), []).append(one)
        good = [
            (row, own)
            for row in rows(case.home / "heavy", case.heavy.lake_file).iter_rows(named=True)
            for own in [planted.get(place(case.dataset, row["source_file"], row["record_number"]), [])]
            if not any(one["extra"] for one in own)
        ]
        assert len(good) == len(truth), case.dataset.name
        for (row, own), right in zip(good, truth, strict=True):
            withheld = {names[one["field"]] for one in own if one["kind"] in WITHHELD}
            kept = {names[one["field"]] for one in own if one["outcome"] == "kept"}
            differing = {name for name in columns if row[name] != right[name]}
            assert differing <= withheld | kept, (case.dataset.name, own, row)
            assert all(row[name] is None for name in withheld), (own, row)


def test_all_kinds_were_there(cases: list[Case]) -> None:
    found = Counter(one["kind"] for case in cases for one in case.defects)
    assert len(found) >= 20, found
