"""One batch, end to end: fetch, land, decode, judge, write, record.

The record is written last: a batch without a record never happened, and the next run does it again from its bytes.
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from ingestion.by_hand import take_files
from ingestion.connectors import fetch
from ingestion.connectors.calls import Retries
from ingestion.connectors.source import Source
from ingestion.declaration import ByHand, Dataset
from ingestion.decoders import decode
from ingestion.errors import IngestionError
from ingestion.landing import LandedFile, Staging, manifest_of, open_staging
from ingestion.loading import Load, Window, write_batch
from ingestion.records import BatchRecord, Kind, find_record, read_records, write_record

__all__ = ["BatchRecord", "Window", "ingest", "ingest_files", "read_records", "windows"]


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
        return _load(dataset, staging, files, home, window, _kind(files), hash_key)


def ingest_files(
    dataset: Dataset, files: list[Path], home: Path, load_date: date, hash_key: bytes | None = None
) -> BatchRecord:
    """Load files that were delivered by hand; raises BadFile as `ingest` does."""
    if not files:
        raise IngestionError(f"{dataset.id}: no file was given; name at least one.")
    with open_staging(home, dataset, load_date) as staging:
        taken = take_files(dataset, files, staging, load_date)
        return _load(dataset, staging, taken, home, Window(load_date, load_date), "by_hand", hash_key)


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
    kind: Kind,
    hash_key: bytes | None,
) -> BatchRecord:
    batch_id = _batch_id(dataset, files, window, kind)
    finished = find_record(home, dataset.system, dataset.dataset, window.until, batch_id)
    if finished:
        return finished
    landed = staging.keep(batch_id, manifest_of(dataset, files, window.since, window.until, batch_id))
    files = [replace(f, path=landed / f.name) for f in files]
    load = Load(dataset, home, batch_id, window, kind, hash_key)
    record = write_batch(load, files, decode(dataset, files))
    write_record(home, record)
    return record


def _batch_id(dataset: Dataset, files: list[LandedFile], window: Window, kind: Kind) -> str:
    digests = sorted(f.sha256 for f in files)
    parts = [dataset.id, str(window.since), str(window.until), *(["by_hand"] if kind == "by_hand" else []), *digests]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    return f"{window.until:%Y%m%d}-{dataset.system}-{dataset.dataset}-{digest}"


def _kind(files: list[LandedFile]) -> Kind:
    return "full" if any(f.kind == "full" for f in files) else "changes"
