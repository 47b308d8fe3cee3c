"""`zonehouse as-of`: the whole warehouse as it was known on a past day, in a file for whoever has to answer for it."""

from __future__ import annotations

import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations import gate
from orchestration import dbt_build
from orchestration.night import Night, NightError, require_built
from orchestration.settings import Settings
from warehouse import as_of as known
from warehouse import candidate
from warehouse.paths import DATABASE

log = logging.getLogger("zonehouse")


@dataclass(frozen=True)
class Built:
    """What came of it: the release whose batches were used, how many, and what the gates say about that day."""

    base_release: str
    batch_count: int
    findings: list[str]


def build(settings: Settings, as_of: date, into: Path) -> Built:
    """Build the warehouse of the day into a new file; the gates judge it as they judged the night, and stop nothing.

    Raises AsOfError when the day or the file cannot be used, NightError when a model fails. Nothing is left behind then.
    """
    night = Night(settings)
    known.require_free(night.home, into)
    folder = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.resolve().parent))
    try:
        # Models name the database after its file, so the file gets its own name only when it is done.
        chosen, base = known.prepare(night.home, night.datasets, as_of, folder / DATABASE, night.code_version)
        checks = gate.check_batches(chosen.path, as_of)
        require_built(dbt_build.build(chosen.path, folder / "dbt"))
        checks += gate.check_warehouse(chosen.path, as_of)
        candidate.finish(chosen, checks)
        chosen.path.chmod(0o444)
        try:
            into.hardlink_to(chosen.path)
        except FileExistsError:
            raise NightError(f"{into} appeared meanwhile; nothing was written over it.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    failures = gate.verdict(checks).failures
    log.info("built %s as of %s from %d batches", into, as_of, len(chosen.batches))
    return Built(base, len(chosen.batches), [gate.sentence(result) for result in failures])
