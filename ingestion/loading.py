"""Decoded rows -> lake and quarantine: judged, counted, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders import ahead
from ingestion.decoders.chunk import Chunk
from ingestion.errors import BadFile, IngestionError
from ingestion.lake import QUARANTINE_SCHEMA, ParquetFile, partition, quarantined, with_lineage
from ingestion.landing import LandedFile, now
from ingestion.pseudonyms import pseudonymise
from ingestion.records import BatchRecord, FileRecord, Kind
from ingestion.repeats import Repeats
from ingestion.rules import judge


@dataclass(frozen=True)
class Window:
    """Days that a batch covers, both included; without `since` everything up to `until`."""

    since: date | None
    until: date


@dataclass(frozen=True)
class Load:
    """What one batch is: `replayed` and `replay_of` as in BatchRecord."""

    dataset: Dataset
    home: Path
    batch_id: str
    window: Window
    kind: Kind
    hash_key: bytes | None
    replayed: dict[str, int] = field(default_factory=dict)
    replay_of: str | None = None


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


def write_batch(load: Load, files: Sequence[LandedFile], chunks: Iterator[Chunk]) -> BatchRecord:
    """Judge and write the chunks of one batch; its files appear only when every row of every file is accounted for.

    Raises BadFile when a file holds another number of records than announced.
    """
    dataset, day, loaded_at = load.dataset, load.window.until, now()
    # A file speaks of its own day, a page of the window that was asked for.
    days = [file.business_date or day for file in files]
    lake_file, quarantine_file = (partition(area, dataset, day, load.batch_id) for area in ("lake", "quarantine"))
    account, repeats = _Account(dict.fromkeys(range(len(files)), 0)), Repeats(dataset.sources)
    with (
        ParquetFile(load.home / lake_file, dataset.lake_schema()) as lake,
        ParquetFile(load.home / quarantine_file, QUARANTINE_SCHEMA, mode=0o600) as bad,
    ):
        for chunk in ahead(chunks):
            fresh = repeats.first_only(chunk.rows)
            kept, refused = judge(dataset, fresh, days)
            bad.write(quarantined(dataset, pl.concat([chunk.refused, refused]), files, load.batch_id, day))
            kept = pseudonymise(dataset, kept, load.hash_key)
            lake.write(with_lineage(dataset, kept, files, load.batch_id, day, loaded_at))
            account.add(chunk, fresh.height)
        account.loaded, account.quarantined = lake.rows, bad.rows
        _check(dataset, files, account)
        if bad.rows:
            bad.publish()
        lake_sha256 = lake.publish()
    has_cursor = load.kind in ("full", "changes")
    since = load.window.since
    return BatchRecord(
        batch_id=load.batch_id,
        system=dataset.system,
        dataset=dataset.dataset,
        load_date=day,
        window_since=since,
        window_until=day,
        kind=load.kind,
        received=account.received,
        loaded=account.loaded,
        quarantined=account.quarantined,
        repeats=account.repeats,
        files=[FileRecord(f.name, f.sha256, f.size, account.seen[i], f.kind) for i, f in enumerate(files)],
        lake_file=lake_file,
        lake_sha256=lake_sha256,
        quarantine_file=quarantine_file if account.quarantined else None,
        cursor_before=f"{since}T00:00:00" if has_cursor and since else None,
        cursor_after=f"{day + timedelta(days=1)}T00:00:00" if has_cursor else None,
        new_fields=sorted(account.new_fields),
        fetched_at=loaded_at,
        replayed=load.replayed,
        replay_of=load.replay_of,
        lake_version=dataset.lake_version,
    )


def _check(dataset: Dataset, files: Sequence[LandedFile], account: _Account) -> None:
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
