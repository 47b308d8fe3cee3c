"""One night, step by step, free of Dagster: land, register, gate, build, gate, publish.

The steps share one `Night`, because a night is one process: a process per step costs thirteen times more.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from expectations import gate
from expectations.check import CheckResult
from ingestion.batch import BatchRecord, Window, ingest, windows
from ingestion.declaration import Dataset, FileListing, load_declarations
from ingestion.errors import ChangedInterface, IngestionError
from orchestration import dbt_build
from orchestration.dbt_manifest import DBT_PROJECT
from orchestration.settings import PROJECT_ROOT, MissingSettingError, Settings
from warehouse import candidate, release
from warehouse.candidate import Candidate

log = logging.getLogger("zonehouse")

# What both gates together must have checked before a release.
SUITES = {"batch", "fact", "mart"}
BROKEN = {"error", "runtime error"}


class NightError(Exception):
    """A step failed for a reason that the message states in one sentence."""


class GateError(NightError):
    """A gate stopped the night; the old release stays."""


@dataclass
class Night:
    """What the steps of one run hand to each other."""

    settings: Settings
    records: list[BatchRecord] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    """Datasets whose interface has changed, each with its sentence: they stay as the last release has them."""
    candidate: Candidate | None = None
    checks: list[CheckResult] = field(default_factory=list)
    models: list[dbt_build.NodeResult] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    gate_failures: list[str] = field(default_factory=list)
    published: str | None = None

    @property
    def home(self) -> Path:
        """The state folder."""
        return self.settings.home_path

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """All declared datasets by id."""
        return load_declarations()

    @cached_property
    def watermarks(self) -> dict[str, date]:
        """First day of each dataset that readers do not have; read once, because a manifest grows with every night."""
        return release.watermarks(self.home)

    @cached_property
    def code_version(self) -> str:
        """Digest of what shapes the warehouse."""
        return candidate.code_version([DBT_PROJECT, PROJECT_ROOT / "warehouse", PROJECT_ROOT / "ingestion"])


@contextlib.contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the night's lock. Raises NightError when another process holds it; a killed process frees it by dying."""
    with (home / "night.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise NightError(
                f"Another night is running on {home} (process {holder}); wait for it or stop it, then run again."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def land(night: Night, system: str, first: date, last: date) -> list[BatchRecord]:
    """Fetch, check and type every dataset of one system for the days from first to last.

    A dataset that fails does not stop the others; afterwards NightError names each failure in one sentence. One whose
    interface has changed waits, and the night goes on: no repetition would help, and the others are not to grow old.
    """
    landed: list[BatchRecord] = []
    failures: list[str] = []
    for dataset in night.datasets.values():
        if dataset.system != system or dataset.interface.kind == "by_hand":
            continue
        try:
            source = night.settings.source(system)
            key = night.settings.key_of_hashes() if dataset.hashed_fields else None
            records = [
                ingest(dataset, source, night.home, window, hash_key=key)
                for window in windows_to_fetch(night, dataset, first, last)
            ]
            landed += records
            log.info("landed %s: %s", dataset.id, summary(records))
        except ChangedInterface as error:
            night.waiting[dataset.id] = str(error)
            log.error("%s", error)
        except (IngestionError, MissingSettingError) as error:
            failures.append(str(error))
            log.error("%s", error)
    night.records += landed
    if failures:
        night.errors += failures
        raise NightError(" ".join(failures))
    return landed


def windows_to_fetch(night: Night, dataset: Dataset, first: date, last: date) -> list[Window]:
    """What to fetch: from the dataset's watermark in the last release, so that a failed night is made up for; the days
    asked for are fetched in any case.

    The first load takes the platform's history before the days asked for as one batch, unless the dataset says no.
    """
    watermark = night.watermarks.get(dataset.id)
    if watermark is not None:
        return windows(dataset, min(watermark, first), last)
    begins_now = isinstance(dataset.interface, FileListing) and dataset.interface.history == "none"
    history = [] if begins_now else windows(dataset, None, first - timedelta(days=1))
    return history + windows(dataset, first, last)


def summary(records: list[BatchRecord]) -> str:
    """Counts of some batches in words."""
    received = sum(r.received for r in records)
    loaded = sum(r.loaded for r in records)
    quarantined = sum(r.quarantined for r in records)
    repeats = sum(r.repeats for r in records)
    return (
        f"{received:,} received = {loaded:,} loaded + {quarantined:,} quarantined + {repeats:,} repeats "
        f"({len(records)} batch{'es' if len(records) != 1 else ''})"
    )


def prepare(night: Night, as_of: date) -> Candidate:
    """Start the candidate and register what was landed."""
    night.candidate = candidate.prepare(night.home, night.datasets, night.records, as_of, night.code_version)
    kind = "on the last release" if night.candidate.is_incremental else "from nothing"
    log.info("candidate %s starts %s with %d batches", night.candidate.release_id, kind, len(night.candidate.batches))
    return night.candidate


def check_batches(night: Night) -> list[CheckResult]:
    """Gate 1: the batches just loaded, and a warning for each dataset that has none because its interface changed."""
    waiting = [
        gate.changed_interface(dataset_id, night.datasets[dataset_id].owner, sentence)
        for dataset_id, sentence in night.waiting.items()
    ]
    return _run_gate(night, lambda path, as_of, docs: gate.check_batches(path, as_of, docs) + waiting)


def check_warehouse(night: Night) -> list[CheckResult]:
    """Gate 2: facts and marts of the candidate."""
    return _run_gate(night, gate.check_warehouse)


def _run_gate(night: Night, check: Callable[[Path, date, Path | None], list[CheckResult]]) -> list[CheckResult]:
    chosen = _candidate(night)
    results = check(chosen.path, chosen.as_of_date, night.home / "data_docs")
    night.checks += results
    verdict = gate.verdict(results)
    for result in verdict.warnings:
        log.warning("%s", gate.sentence(result))
    for result in verdict.failures:
        log.error("%s", gate.sentence(result))
    night.gate_failures += [gate.sentence(result) for result in verdict.failures]
    return results


def build_models(night: Night) -> list[dbt_build.NodeResult]:
    """Run every dbt model and test on the candidate. Raises NightError or GateError naming the nodes that failed."""
    night.models = dbt_build.build(_candidate(night).path, night.home / "dbt")
    broken = [node for node in night.models if node.status in BROKEN]
    failed = [node for node in night.models if node.status == "fail"]
    if broken:
        night.errors += [f"dbt model {node.name} failed: {node.message}" for node in broken]
        raise NightError(night.errors[-1])
    if failed:
        sentences = [f"dbt test {node.name} failed: {node.message}" for node in failed]
        night.gate_failures += sentences
        raise GateError(" ".join(sentences))
    log.info("built %d dbt nodes", len(night.models))
    return night.models


def require_built(models: list[dbt_build.NodeResult]) -> None:
    """Raise NightError unless every expected node ran to success; it names the first that failed."""
    for node in models:
        if node.status in {*BROKEN, "fail"}:
            raise NightError(f"dbt node {node.name} failed: {node.message}")
    if not_run := dbt_build.expected_nodes() - {node.unique_id for node in models if node.status in dbt_build.GOOD}:
        raise NightError(f"{len(not_run)} dbt nodes did not run to success, {min(not_run)} among them.")


def publish(night: Night) -> str:
    """Publish the candidate. Demands that every expected node and both gates ran and passed: skipped is not passed."""
    chosen = _candidate(night)
    not_run = dbt_build.expected_nodes() - {node.unique_id for node in night.models if node.status in dbt_build.GOOD}
    if not_run:
        raise NightError(
            f"{len(not_run)} dbt nodes did not run to success, {min(not_run)} among them; nothing was published."
        )
    if night.gate_failures or not {result.suite for result in night.checks} >= SUITES:
        raise GateError("A gate did not run or did not pass; nothing was published.")
    rows = candidate.finish(chosen, night.checks)
    content = candidate.manifest_of(chosen, night.code_version, night.checks, rows)
    release.publish(night.home, chosen.release_id, chosen.path, content)
    night.published = chosen.release_id
    log.info("published %s", chosen.release_id)
    return chosen.release_id


def _candidate(night: Night) -> Candidate:
    if night.candidate is None:
        raise NightError("No candidate was prepared; run the whole job, not a part of it.")
    return night.candidate
