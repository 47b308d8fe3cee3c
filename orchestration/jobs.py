"""Run the nightly job in this process, for one day or a range of days."""

from __future__ import annotations

import logging
import os
import warnings
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path

from ingestion.batch import BatchRecord
from orchestration.settings import Settings

# Dagster reports to its maker unless this file says no; its own console log is for its UI, ours is for people.
DAGSTER_YAML = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class ExitCode(IntEnum):
    """What the command line answers the scheduler."""

    PUBLISHED = 0
    FAILED = 1
    GATE_FAILED = 3


@dataclass(frozen=True)
class Outcome:
    """How a run ended, with one sentence for each thing that went wrong, also beside a release."""

    exit_code: ExitCode
    release_id: str | None
    records: list[BatchRecord] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def dagster_home(home: Path) -> Path:
    """Folder of Dagster's own state, made ready."""
    folder = home / "dagster"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "dagster.yaml").write_text(DAGSTER_YAML, "utf-8")
    return folder


def run(settings: Settings, first: date, last: date) -> Outcome:
    """Run the nightly job for the days from first to last as one run.

    Raises NightError when another night holds the lock.
    """
    import dagster as dg

    warnings.simplefilter("ignore", dg.BetaWarning)
    from orchestration.definitions import defs
    from orchestration.night import Night, only_one

    if first > last:
        first, last = last, first
    night = Night(settings)
    os.environ["DAGSTER_HOME"] = str(dagster_home(settings.home_path))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with only_one(settings.home_path), dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def("nightly").execute_in_process(
            instance=instance,
            resources={"night": night},
            run_config=QUIET,
            tags={
                "dagster/asset_partition_range_start": first.isoformat(),
                "dagster/asset_partition_range_end": last.isoformat(),
            },
            raise_on_error=False,
        )
    if result.success and night.published:
        return Outcome(ExitCode.PUBLISHED, night.published, night.records, list(night.waiting.values()))
    if night.gate_failures and not night.errors:
        return Outcome(ExitCode.GATE_FAILED, None, night.records, night.gate_failures)
    unexpected = [
        " ".join(event.step_failure_data.error.to_string().split())[:500]
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.error
    ]
    return Outcome(ExitCode.FAILED, None, night.records, night.errors or unexpected or ["The run ended early."])
