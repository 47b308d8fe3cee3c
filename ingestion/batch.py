"""One batch, end to end: fetch, land, decode, judge, write, record.

The record is written last: a batch without a record never happened, and the next run does it again from its bytes.
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from ingestion.by_hand import take_files
from ingestion.connectors import fetch
from ingestion.connectors.calls import Retries
from ingestion.connectors.source import Source
from ingestion.declaration import ByHand, Dataset
from ingestion.decoders import ahead, decode
from ingestion.decoders.chunk import Chunk
from ingestion.errors import BadFile, IngestionError
from ingestion.lake import QUARANTINE_SCHEMA, ParquetFile, partition, quarantined, with_lineage
from ingestion.landing import LandedFile, Staging, now, open_staging
from ingestion.pseudonyms import pseudonymise
from ingestion.records import BatchRecord, FileRecord, Kind, find_record, read_records, write_record
from ingestion.repeats import Repeats
from ingestion.rules import judge

__all__ = ["BatchRecord", "Window", "ingest", "ingest_files", "read_records", "windows"]


@dataclass(frozen=True)
class Window:
    """Days that a batch covers, both included; without `since` everything up to `until`."""

    since: date | None
    until: date


@dataclass
class _Account:
    """What became of the rows of one batch; `seen` counts the records of each file."""

    seen: dict[int, int]
    received: int = 0
    loaded: int = 0
    quarantined: int = 0
    repeats: int = 0
    new_fields: set[str] = field(default_factory=set)

    def add(self, chunk: Chunk, fresh: int) -> None:
        """Count a chunk of which `fresh` rows are no repeats."""
        self.received += chunk.rows.height + chunk.refused.height
        self.repeats += chunk.rows.height - fresh
        self.new_fields |= chunk.new_fields
        for index, count in chunk.counted.items():
            self.seen[index] += count


def ingest(
    dataset: Dataset,
    source: Source,
    home: Path,
    window: Window,
    retries: Retries | None = None,
    hash_key: bytes | None = None,
) -> BatchRecord:
    """Fetch one window and load it; the same bytes for the same window give the batch that is already there.

    `hash_key` is needed where the dataset declares fields to be hashed. Raises SourceUnavailable, SourceRefused or
    BadFile; nothing of the batch is in the lake then.
    """
    with open_staging(home, dataset, window.until) as staging:
        policy = retries or Retries.from_environment()
        files = fetch(dataset, source, policy, staging, window.since, window.until)
        return _load(dataset, staging, files, home, window, False, hash_key)


def ingest_files(
    dataset: Dataset, files: list[Path], home: Path, load_date: date, hash_key: bytes | None = None
) -> BatchRecord:
    """Load files that were delivered by hand; raises BadFile as `ingest` does."""
    if not files:
        raise IngestionError(f"{dataset.id}: no file was given; name at least one.")
    with open_staging(home, dataset, load_date) as staging:
        taken = take_files(dataset, files, staging, load_date)
        return _load(dataset, staging, taken, home, Window(load_date, load_date), True, hash_key)


def windows(dataset: Dataset, since: date | None, until: date) -> list[Window]:
    """The batches that cover `since` to `until`: days or calendar months as the dataset says; none when by hand.

    Without `since` there is one window up to `until`.
    """
    if isinstance(dataset.interface, ByHand):
        return []
    if since is None:
        return [Window(None, until)]
    found, start = [], since
    while start <= until:
        last = start
        if dataset.interface.window == "month":
            last = start.replace(day=calendar.monthrange(start.year, start.month)[1])
        found.append(Window(start, min(last, until)))
        start = last + timedelta(days=1)
    return found


def _load(
    dataset: Dataset,
    staging: Staging,
    files: list[LandedFile],
    home: Path,
    window: Window,
    by_hand: bool,
    hash_key: bytes | None,
) -> BatchRecord:
    batch_id = _batch_id(dataset, files, window, by_hand)
    finished = find_record(home, dataset.system, dataset.dataset, window.until, batch_id)
    if finished:
        return finished
    landed = staging.keep(batch_id, _manifest(dataset, files, window, batch_id))
    files = [replace(f, path=landed / f.name) for f in files]
    record = _write(dataset, files, home, window, batch_id, by_hand, hash_key)
    write_record(home, record)
    return record


def _batch_id(dataset: Dataset, files: list[LandedFile], window: Window, by_hand: bool) -> str:
    digests = sorted(f.sha256 for f in files)
    parts = [dataset.id, str(window.since), str(window.until), *(["by_hand"] if by_hand else []), *digests]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{window.until:%Y%m%d}-{dataset.system}-{dataset.dataset}-{digest}"


def _manifest(dataset: Dataset, files: list[LandedFile], window: Window, batch_id: str) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "dataset": dataset.id,
        "window_since": window.since,
        "window_until": window.until,
        "fetched_at": now(),
        "files": [
            {"name": f.name, "size": f.size, "sha256": f.sha256, "rows": f.rows, "kind": f.kind, **f.origin}
            for f in files
        ],
    }


def _write(
    dataset: Dataset,
    files: list[LandedFile],
    home: Path,
    window: Window,
    batch_id: str,
    by_hand: bool,
    hash_key: bytes | None,
) -> BatchRecord:
    """Decode, judge and write one batch; its files appear only when every row of every file is accounted for."""
    loaded_at, day = now(), window.until
    lake_file, quarantine_file = (partition(area, dataset, day, batch_id) for area in ("lake", "quarantine"))
    account, repeats = _Account(dict.fromkeys(range(len(files)), 0)), Repeats(dataset.sources)
    with (
        ParquetFile(home / lake_file, dataset.lake_schema()) as lake,
        ParquetFile(home / quarantine_file, QUARANTINE_SCHEMA, mode=0o600) as bad,
    ):
        for chunk in ahead(decode(dataset, files)):
            fresh = repeats.first_only(chunk.rows)
            kept, refused = judge(dataset, fresh, window.until)
            bad.write(quarantined(dataset, pl.concat([chunk.refused, refused]), files, batch_id, day))
            kept = pseudonymise(dataset, kept, hash_key)
            lake.write(with_lineage(dataset, kept, files, batch_id, day, loaded_at))
            account.add(chunk, fresh.height)
        account.loaded, account.quarantined = lake.rows, bad.rows
        _check(dataset, files, account)
        if bad.rows:
            bad.publish()
        lake_sha256 = lake.publish()
    return BatchRecord(
        batch_id=batch_id,
        system=dataset.system,
        dataset=dataset.dataset,
        load_date=day,
        window_since=window.since,
        window_until=day,
        kind=_kind(files, window, by_hand),
        received=account.received,
        loaded=account.loaded,
        quarantined=account.quarantined,
        repeats=account.repeats,
        files=[FileRecord(f.name, f.sha256, f.size, account.seen[i], f.kind) for i, f in enumerate(files)],
        lake_file=lake_file,
        lake_sha256=lake_sha256,
        quarantine_file=quarantine_file if account.quarantined else None,
        cursor_before=None if by_hand or window.since is None else f"{window.since}T00:00:00",
        cursor_after=None if by_hand else f"{day + timedelta(days=1)}T00:00:00",
        new_fields=sorted(account.new_fields),
        fetched_at=loaded_at,
    )


def _check(dataset: Dataset, files: list[LandedFile], account: _Account) -> None:
    for index, file in enumerate(files):
        if file.rows is not None and file.rows != account.seen[index]:
            raise BadFile(
                f"{dataset.id}: {file.name} holds {account.seen[index]:,} rows and {file.rows:,} were announced; "
                "nothing was loaded, ask the source to deliver it again."
            )
    if account.received != account.loaded + account.quarantined + account.repeats:
        raise IngestionError(
            f"{dataset.id}: {account.received:,} rows were received but {account.loaded:,} loaded, "
            f"{account.quarantined:,} quarantined and {account.repeats:,} repeated; report this as a defect of ingestion."
        )


def _kind(files: list[LandedFile], window: Window, by_hand: bool) -> Kind:
    if by_hand:
        return "by_hand"
    return "full" if any(f.kind == "full" for f in files) else "changes"
