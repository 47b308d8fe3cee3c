"""`zonehouse quarantine`: what was refused, to whom it belongs, and how it comes back."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.settings import Settings
from orchestration.terminal import AsJson, LoadDate, load_date_or_last, out

if TYPE_CHECKING:
    from ingestion.quarantine import Selection
    from ingestion.records import BatchRecord

app = typer.Typer(no_args_is_help=True, help="Refused rows: list, show, export to their owners, take up again.")

Owner = Annotated[str | None, typer.Option(help="Department that owns the data.")]
DatasetId = Annotated[str | None, typer.Option("--dataset", metavar="SYSTEM/DATASET")]
Rule = Annotated[str | None, typer.Option(help="Rule that refused the rows.")]
Since = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First load date.")]
Until = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last load date.")]


@app.command("list")
def list_rules(
    owner: Owner = None,
    dataset: DatasetId = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Refused rows by owner, dataset and rule: how many wait, how many were taken up again."""
    from ingestion.quarantine import quarantined_rows, summary

    rows = summary(quarantined_rows(Settings().home_path, _selection(owner, dataset, rule, since, until)))
    if as_json:
        print(json.dumps(rows.to_dicts(), ensure_ascii=False, default=str))
        return
    table = Table("owner", "dataset", "rule", "waiting", "taken up", "first day", "last day")
    for line in rows.iter_rows():
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in line))
    out.print(table)


@app.command("show")
def show(
    row_id: Annotated[str | None, typer.Argument(help="Show one row in full, with its history.")] = None,
    owner: Owner = None,
    dataset: DatasetId = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Rows that wait, or one row in full."""
    from ingestion.quarantine import quarantined_rows, row_history, waiting

    home = Settings().home_path
    if row_id is not None:
        _show_history(row_history(home, row_id), as_json)
        return
    rows = waiting(quarantined_rows(home, _selection(owner, dataset, rule, since, until)))
    if as_json:
        print(json.dumps(rows.head(limit).to_dicts(), ensure_ascii=False, default=str))
        return
    table = Table("row", "dataset", "file", "record", "reason")
    for row in rows.head(limit).iter_rows(named=True):
        place = (row["source_file"], str(row["record_number"]))
        table.add_row(row["row_id"], f"{row['system']}/{row['dataset']}", *place, row["reason"])
    out.print(table)
    if rows.height > limit:
        out.print(f"{rows.height - limit:,} more; raise --limit or narrow the selection.")


def _show_history(chain: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(chain, ensure_ascii=False, default=str))
        return
    for row in chain:
        out.print(f"[bold]{row['row_id']}[/bold]  {row['system']}/{row['dataset']}, {row['owner']}", highlight=False)
        for name in ("load_date", "batch_id", "source_file", "record_number", "rule", "reason", "outcome"):
            out.print(f"  {name:<14}{row[name]}", markup=False, highlight=False)
        out.print(f"  {'raw':<14}{row['raw']}", markup=False, highlight=False)


@app.command("export")
def export(
    folder: Annotated[Path, typer.Option("--into", file_okay=False, help="Folder for the workbooks.")],
    owner: Owner = None,
    dataset: DatasetId = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Write an Excel workbook of the waiting rows for each owner department."""
    from ingestion.declaration import load_declarations
    from ingestion.quarantine import quarantined_rows, waiting
    from ingestion.workbook import write_workbooks

    rows = waiting(quarantined_rows(Settings().home_path, _selection(owner, dataset, rule, since, until)))
    written = write_workbooks(folder, load_declarations(), rows)
    for department, path in written.items():
        count = rows.filter(rows["owner"] == department).height
        out.print(f"{department}: {count:,} rows in {path}", highlight=False, soft_wrap=True)
    if not written:
        out.print("No row waits for a correction.")


@app.command("replay")
def replay(
    workbook: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="A corrected workbook of `export`.")
    ] = None,
    reread: Annotated[bool, typer.Option("--reread", help="Read the rows again after a rule was mended.")] = False,
    owner: Owner = None,
    dataset: DatasetId = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
    load_date: LoadDate = None,
) -> None:
    """Take refused rows up again: from a corrected workbook, or with --reread from the received bytes.

    They enter the warehouse with the next night.
    """
    from ingestion.declaration import load_declarations
    from ingestion.replay import replay_workbook
    from ingestion.replay import reread as read_again

    if (workbook is None) != reread:
        raise typer.BadParameter("Give either a corrected workbook or --reread.")
    settings, datasets = Settings(), load_declarations()
    home, key = settings.home_path, settings.key_of_hashes()
    day = load_date_or_last(home, load_date)
    if workbook is not None:
        records = replay_workbook(home, datasets, workbook, day, key)
    else:
        records = read_again(home, datasets, _selection(owner, dataset, rule, since, until), day, key)
    _say(records)


def _say(records: list[BatchRecord]) -> None:
    for r in records:
        out.print(
            f"{r.system}/{r.dataset}: {r.received:,} taken up = {r.loaded:,} loaded + {r.quarantined:,} refused again "
            f"+ {r.repeats:,} repeats; batch {r.batch_id}.",
            highlight=False,
        )
    if not records:
        out.print("No selected row passes; all of them stay in quarantine.")


def _selection(
    owner: str | None, dataset: str | None, rule: str | None, since: datetime | None, until: datetime | None
) -> Selection:
    from ingestion.quarantine import Selection

    return Selection(owner, dataset, rule, since and since.date(), until and until.date())
