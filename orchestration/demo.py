"""`make run`: a sandbox province, its history, one night, and what came of it."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from ingestion.batch import BatchRecord
from orchestration import jobs, sandbox_process
from orchestration.settings import Settings
from warehouse import console as warehouse_console
from warehouse import release

# The first load takes all history that the platforms have; hourly packets begin with the first of these days.
FIRST_DAY = date(2019, 11, 1)
LAST_DAY = date(2019, 12, 30)
NIGHT = date(2019, 12, 31)


def run_demo(settings: Settings, size: str, seed: int, err: Console, out: Console) -> int:
    """Load, publish and report. Returns the exit code of the run that failed, or 0."""
    begun = time.monotonic()
    with err.status("starting the sandbox province"), sandbox_process.running(size, seed) as url:
        own = settings.model_copy(update={"sandbox_url": SecretStr(url)})
        records: list[BatchRecord] = []
        for first, last in ((FIRST_DAY, LAST_DAY), (NIGHT, NIGHT)):
            err.print(f"Loading {first} to {last} ...", highlight=False)
            outcome = jobs.run(own, first, last)
            records += outcome.records
            if outcome.exit_code != jobs.ExitCode.PUBLISHED:
                for sentence in outcome.sentences:
                    err.print(sentence, style="bold red", markup=False, highlight=False)
                return int(outcome.exit_code)
    _report(settings.home_path, records, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    out.print(f"\n{time.monotonic() - begun:.0f} seconds, at most {peak:.2f} GB of memory.", highlight=False)
    return 0


def _report(home: Path, records: Sequence[BatchRecord], out: Console) -> None:
    out.print(_loaded(records))
    out.print(_rejected(home))
    current = release.current_id(home)
    headline = warehouse_console.query(
        home,
        """select title_zh, actual_label, target_label, status_label from mart.mart_target_status
           where evidence_count > 0 order by target_id""",
    )
    table = Table("目标", "完成", "目标值", "状态", title=f"Release {current}")
    for row in headline.rows:
        table.add_row(*(str(value) for value in row))
    out.print(table)
    out.print("\nWhere to look:", style="bold")
    for command, what in (
        ("make up", "the dashboard 总览, the Dagster UI and a sandbox; prints addresses and passwords"),
        (".venv/bin/zonehouse release list", "all releases"),
        ('.venv/bin/zonehouse sql "select * from mart.mart_work_items"', "ask the release"),
        (f"{home / 'quarantine'}", "rejected rows with their reasons, as Parquet"),
    ):
        out.print(f"  [bold]{command}[/bold]\n      {what}", highlight=False, soft_wrap=True)


def _loaded(records: Sequence[BatchRecord]) -> Table:
    table = Table(title="Received = loaded + quarantined + repeats")
    table.add_column("dataset")
    for name in ("batches", "received", "loaded", "quarantined", "repeats"):
        table.add_column(name, justify="right")
    for dataset in sorted({f"{r.system}/{r.dataset}" for r in records}):
        own = [r for r in records if f"{r.system}/{r.dataset}" == dataset]
        sums = (sum(getattr(r, name) for r in own) for name in ("received", "loaded", "quarantined", "repeats"))
        table.add_row(dataset, str(len(own)), *(f"{value:,}" for value in sums))
    return table


def _rejected(home: Path) -> Table:
    answer = warehouse_console.query(
        home,
        """select system || '/' || dataset, rule, count(*) from audit.quarantine group by all order by 3 desc, 1, 2""",
    )
    table = Table("dataset", "rule", "rows", title="Why rows were rejected")
    for dataset, rule, rows in answer.rows[:12]:
        table.add_row(dataset, rule, f"{rows:,}")
    if len(answer.rows) > 12:
        table.add_row("others", "", f"{sum(row[2] for row in answer.rows[12:]):,}")
    return table
