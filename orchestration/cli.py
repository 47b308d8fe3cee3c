"""The command line `zonehouse`: everything that is done with the system goes through here."""

from __future__ import annotations

import json
import logging
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.logging import RichHandler
from rich.table import Table

from orchestration import cli_console, cli_quarantine
from orchestration.settings import Settings
from orchestration.terminal import AsJson, err, out

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="The warehouse of the development zones.")
release_app = typer.Typer(no_args_is_help=True, help="Published releases.")
sandbox_app = typer.Typer(no_args_is_help=True, help="A synthetic province that speaks the platforms' interfaces.")
app.add_typer(release_app, name="release")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(cli_quarantine.app, name="quarantine")
app.command(context_settings=cli_console.STATEMENT_FIRST)(cli_console.sql)
app.command()(cli_console.describe)


def main() -> None:
    """Entry point: an expected failure is one sentence, not a traceback."""
    from ingestion.errors import IngestionError
    from orchestration.night import NightError
    from orchestration.settings import MissingSettingError
    from warehouse.as_of import AsOfError
    from warehouse.console import QueryError
    from warehouse.release import ReleaseError
    from warehouse.trace import TraceError

    # A service manager stops with SIGTERM: it must end the children as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.basicConfig(level=logging.WARNING, handlers=[_log_handler()])
    logging.getLogger("zonehouse").setLevel(logging.INFO)
    try:
        app()
    except (
        AsOfError,
        IngestionError,
        NightError,
        MissingSettingError,
        QueryError,
        ReleaseError,
        TraceError,
    ) as error:
        err.print(str(error), style="bold red", markup=False, highlight=False)
        raise SystemExit(1) from None


def _log_handler() -> logging.Handler:
    if sys.stderr.isatty():
        return RichHandler(console=err, show_path=False, show_level=False, log_time_format="%H:%M:%S", markup=False)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


@app.command()
def nightly(
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Business day to load.")],
) -> None:
    """Load one day and publish a release. Exit code: 0 published, 3 gate failed, 1 another failure."""
    _run(day.date(), day.date())


@app.command()
def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
) -> None:
    """Load a range of days as one run and publish a release. Exit codes as for nightly."""
    _run(first.date(), last.date())


def _run(first: date, last: date) -> None:
    from orchestration import jobs

    with err.status("loading the tools"):
        outcome = jobs.run(Settings(), first, last)
    for sentence in outcome.sentences:
        err.print(sentence, style="bold red", markup=False, highlight=False)
    if outcome.release_id:
        out.print(f"Published [bold]{outcome.release_id}[/bold].", highlight=False)
        return
    err.print("Nothing was published; readers keep the last release.", highlight=False)
    raise typer.Exit(int(outcome.exit_code))


@app.command()
def land(
    dataset_id: Annotated[str, typer.Argument(metavar="SYSTEM/DATASET")],
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    load_date: Annotated[datetime, typer.Option("--load-date", formats=["%Y-%m-%d"])],
    as_json: AsJson = False,
) -> None:
    """Take files that were delivered by hand. They enter the warehouse with the next night."""
    from ingestion.batch import ingest_files
    from ingestion.declaration import load_declarations

    datasets = load_declarations()
    if dataset_id not in datasets:
        raise typer.BadParameter(f"{dataset_id} is not declared; one of: {', '.join(sorted(datasets))}.")
    settings, dataset = Settings(), datasets[dataset_id]
    key = settings.key_of_hashes() if dataset.hashed_fields else None
    record = ingest_files(dataset, files, settings.home_path, load_date.date(), key)
    counts = {
        "batch_id": record.batch_id,
        "received": record.received,
        "loaded": record.loaded,
        "quarantined": record.quarantined,
        "repeats": record.repeats,
    }
    if as_json:
        print(json.dumps(counts))
    else:
        out.print(
            f"{record.received:,} received = {record.loaded:,} loaded + {record.quarantined:,} quarantined + "
            f"{record.repeats:,} repeats; batch {record.batch_id}."
        )


@app.command("as-of")
def as_of(
    day: Annotated[datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The past day.")],
    into: Annotated[Path, typer.Option("--into", metavar="FILE", help="New DuckDB file; no release.")],
) -> None:
    """Build the whole warehouse as it was known on a past day, from the lake and with today's models."""
    from orchestration.as_of import build

    with err.status(f"building the warehouse as of {day.date()}"):
        built = build(Settings(), day.date(), into)
    out.print(
        f"Built {into} as of {day.date()} from {built.batch_count:,} batches of {built.base_release}.", highlight=False
    )
    for sentence in built.findings:
        err.print(sentence, markup=False, highlight=False)
    out.print(f'Ask it: zonehouse sql --file {into} "select * from mart.mart_work_items"', highlight=False)


@app.command()
def trace(
    fact: Annotated[str, typer.Argument(help="A fact or dimension, e.g. fct_zone_indicator_month.")],
    key: Annotated[str, typer.Argument(help="Its source_record_id or the beginning of it, e.g. '1301|2019-06'.")],
    release_id: Annotated[str | None, typer.Option("--release", help="A release other than the current one.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Received records shown for each row.")] = 20,
    only: Annotated[
        list[str] | None, typer.Option(help="COLUMN=VALUE of the fact, e.g. indicator_code=main_business_revenue.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow a row of a fact back to batch, file, record number and the text as received."""
    from dataclasses import asdict

    from ingestion.declaration import load_declarations
    from warehouse.trace import trace as follow

    pairs = [pair.partition("=") for pair in only or []]
    if unclear := [column for column, equals, _ in pairs if not equals]:
        raise typer.BadParameter(f"{unclear[0]} has no value; write COLUMN=VALUE.", param_hint="--only")
    narrowed = {column: value for column, _, value in pairs}
    found = follow(Settings().home_path, load_declarations(), fact, key, release_id, limit, narrowed)
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, default=str))
        return
    for one in found:
        out.print(f"[bold]{fact}[/bold] {one.row['source_record_id']}, from {one.dataset}", highlight=False)
        values = ", ".join(f"{name} {value}" for name, value in one.row.items() if value is not None)
        out.print(f"  {values}", markup=False, highlight=False)
        for origin in one.origins:
            mark = "●" if origin.is_used else "○"
            out.print(f"{mark} batch {origin.batch_id}, loaded {origin.loaded_at}", markup=False, highlight=False)
            out.print(f"  {origin.source_file}, record {origin.record_number}", markup=False, highlight=False)
            out.print(f"  SHA-256 {origin.source_file_sha256}", markup=False, highlight=False)
            out.print(f"  {origin.raw}", markup=False, highlight=False, soft_wrap=True)
        if one.more:
            out.print(f"  {one.more:,} more records; raise --limit.")


@app.command()
def retention(
    keep_releases: Annotated[int, typer.Option(min=1, help="Releases kept besides every month end.")] = 30,
    landing_before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Also remove received bytes of earlier load dates.")
    ] = None,
    apply_it: Annotated[bool, typer.Option("--apply", help="Remove; without it only say what would go.")] = False,
) -> None:
    """Remove old releases and, where asked, old received bytes; every removal is logged in retention.jsonl."""
    from orchestration.night import only_one
    from warehouse import retention as rules

    home = Settings().home_path
    with only_one(home):
        removals = rules.plan(home, keep_releases, landing_before and landing_before.date())
        for removal in removals:
            out.print(f"{removal.what}: {removal.size_bytes / 1e6:,.1f} MB", highlight=False)
        if apply_it:
            rules.apply(home, removals)
    total = sum(removal.size_bytes for removal in removals)
    done = "Removed" if apply_it else "Nothing was removed; with --apply this frees"
    out.print(f"{done} {total / 1e6:,.1f} MB in {len(removals):,} folders.", highlight=False)


@release_app.command("list")
def release_list(as_json: AsJson = False) -> None:
    """All releases, oldest first; the current one is marked."""
    from warehouse.release import list_releases

    releases = list_releases(Settings().home_path)
    if as_json:
        rows = [{**vars(r), "as_of_date": r.as_of_date.isoformat()} for r in releases]
        print(json.dumps(rows))
        return
    table = Table("", "release", "data as of", "published", "batches", "rows", "MB")
    for r in releases:
        mark = "●" if r.is_current else ""
        sizes = (f"{r.batch_count:,}", f"{r.row_count:,}", f"{r.size_bytes / 1e6:.1f}")
        table.add_row(mark, r.release_id, str(r.as_of_date), r.published_at, *sizes)
    out.print(table)


@release_app.command("rollback")
def release_rollback(release_id: str) -> None:
    """Point readers to an earlier release."""
    from warehouse.release import rollback

    rollback(Settings().home_path, release_id)
    out.print(f"Readers now see {release_id}.", highlight=False)


@release_app.command("diff")
def release_diff(older: str, newer: str) -> None:
    """Rows and sums that differ between two releases."""
    from warehouse.diff import compare

    changes = compare(Settings().home_path, older, newer)
    if not changes:
        out.print(f"{older} and {newer} hold the same.", highlight=False)
        return
    table = Table("table", "measure", older, newer)
    for change in changes:
        table.add_row(change.table, change.measure, str(change.older), str(change.newer))
    out.print(table)


@sandbox_app.command("serve")
def sandbox_serve(
    size: Annotated[Literal["small", "medium", "large"], typer.Option()] = "medium",
    seed: Annotated[int, typer.Option()] = 2019,
    port: Annotated[int, typer.Option()] = 8700,
    dirt: Annotated[Literal["none", "usual", "heavy"], typer.Option()] = "usual",
    secret: Annotated[
        str | None, typer.Option(envvar="ZONEHOUSE_SANDBOX_SECRET", help="Random when not given.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="YAML list of faults; see docs/sandbox.md.")
    ] = None,
    parent: Annotated[int | None, typer.Option(hidden=True, help="A process that this one must not outlive.")] = None,
) -> None:
    """Serve the synthetic province on loopback until stopped."""
    import secrets

    from orchestration import process_tree
    from sandbox.app import serve
    from sandbox.faults import FaultError, load_scenario

    if parent is not None:
        process_tree.die_with(parent)
    chosen = secret or secrets.token_urlsafe(18)
    if secret is None:
        out.print(
            f"export ZONEHOUSE_SANDBOX_URL=http://sandbox:{chosen}@127.0.0.1:{port}", highlight=False, soft_wrap=True
        )
    try:
        faults = load_scenario(scenario) if scenario else []
        serve(size=size, seed=seed, port=port, dirt=dirt, secret=chosen, scenario=faults)
    except FaultError as error:
        raise typer.BadParameter(str(error), param_hint="--scenario") from None


@app.command()
def demo(
    size: Annotated[Literal["small", "medium", "large"], typer.Option()] = "medium",
    seed: Annotated[int, typer.Option()] = 2019,
) -> None:
    """Start a sandbox province, load its history, run one night and say what happened."""
    from orchestration.demo import run_demo

    raise typer.Exit(run_demo(Settings(), size, seed, err, out))


def _seconds(value: float) -> float:
    if not value >= 0:
        raise typer.BadParameter(f"{value} is no number of seconds from 0.")
    return value


@app.command()
def up(
    superset: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="That of ZONEHOUSE_SUPERSET_ADDRESS, else 127.0.0.1:8088.")
    ] = None,
    dagster: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="That of ZONEHOUSE_DAGSTER_ADDRESS, else 127.0.0.1:3000.")
    ] = None,
    sandbox: Annotated[
        str | None, typer.Option(metavar="PORT", help="That of ZONEHOUSE_SANDBOX_PORT, else 8700.")
    ] = None,
    wait: Annotated[float, typer.Option(callback=_seconds, help="Seconds to wait for a port that is held.")] = 10.0,
) -> None:
    """Serve Superset, the Dagster UI and the sandbox together until Ctrl-C; all of it ends when this ends."""
    from orchestration.process_tree import keep

    given = {"superset_address": superset, "dagster_address": dagster, "sandbox_port": sandbox}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    raise typer.Exit(keep(lambda: _serve_all(settings, wait)))


def _serve_all(settings: Settings, wait: float) -> int:
    from orchestration.addresses import Address
    from orchestration.serving import Places, serve_all

    try:
        places = Places(
            Address.parse(settings.superset_address),
            Address.parse(settings.dagster_address),
            Address.parse(f"127.0.0.1:{settings.sandbox_port}"),
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return serve_all(settings, places, wait, out)


if __name__ == "__main__":
    main()
