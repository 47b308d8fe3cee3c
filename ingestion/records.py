"""Records of finished batches: `batches/<system>/<dataset>/<load_date>/<batch_id>.json`, written last."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from ingestion.errors import IngestionError
from ingestion.landing import sweep, write_atomically

Kind = Literal["full", "changes", "by_hand", "replay"]


class FileRecord(msgspec.Struct, frozen=True):
    """A received file: `rows` counts its records (packets for HJ 212)."""

    name: str
    sha256: str
    size: int
    rows: int
    kind: str = "changes"


class BatchRecord(msgspec.Struct, frozen=True):
    """What one batch received and what became of it: received == loaded + quarantined + repeats.

    Paths are relative to the home. Cursors are the bounds of the window, `cursor_after` the first moment not covered.
    """

    batch_id: str
    system: str
    dataset: str
    load_date: date
    window_since: date | None
    window_until: date
    kind: Kind
    received: int
    loaded: int
    quarantined: int
    repeats: int
    files: list[FileRecord]
    lake_file: str
    lake_sha256: str
    quarantine_file: str | None
    cursor_before: str | None
    cursor_after: str | None
    new_fields: list[str]
    fetched_at: datetime
    # Only a replay has these: quarantine row -> its record number in this batch, and the batch whose bytes were read
    # again (None when a person delivered corrected rows).
    replayed: dict[str, int] = {}
    replay_of: str | None = None
    # `lake_version` of the declaration that wrote the lake file; unknown in records from before there was one.
    lake_version: str | None = None


def record_path(home: Path, system: str, dataset: str, load_date: date, batch_id: str) -> Path:
    """Where the record of a batch stands."""
    return home / "batches" / system / dataset / load_date.isoformat() / f"{batch_id}.json"


def write_record(home: Path, record: BatchRecord) -> None:
    """Write a record atomically: with it the batch is finished."""
    path = record_path(home, record.system, record.dataset, record.load_date, record.batch_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    write_atomically(path, msgspec.json.format(msgspec.json.encode(record)) + b"\n")


def find_record(home: Path, system: str, dataset: str, load_date: date, batch_id: str) -> BatchRecord | None:
    """The record of a finished batch, None when it is not finished."""
    path = record_path(home, system, dataset, load_date, batch_id)
    return _read(path) if path.exists() else None


def read_records(home: Path) -> list[BatchRecord]:
    """All finished batches, by load date, system, dataset and batch id."""
    records = [_read(path) for path in (home / "batches").glob("*/*/*/[!.]*.json")]
    return sorted(records, key=lambda r: (r.load_date, r.system, r.dataset, r.batch_id))


def _read(path: Path) -> BatchRecord:
    try:
        return msgspec.json.decode(path.read_bytes(), type=BatchRecord)
    except msgspec.DecodeError as error:
        raise IngestionError(
            f"{path.name}: the batch record cannot be read ({error}); restore it from a backup."
        ) from error
