"""A record as it was received, found again by its batch, file and number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders import decode
from ingestion.decoders.hj212 import packets_of
from ingestion.errors import IngestionError
from ingestion.landing import LandedFile, batch_folder, file_digest, landed_files
from ingestion.records import BatchRecord, read_records
from ingestion.rules import RECORD, masked_sources, raw_text
from ingestion.workbook import read_workbook


def raw_records(
    home: Path, dataset: Dataset, record: BatchRecord, file_name: str, numbers: Iterable[int]
) -> dict[int, str]:
    """Record number -> text as received in one file of a batch, personal data masked.

    A packet is given whole, any other record as JSON of its source fields. Raises IngestionError when the bytes are gone
    or are no longer those that were received.
    """
    file = _landed(home, record, file_name)
    if file_digest(file.path) != file.sha256:
        raise IngestionError(
            f"{dataset.id}: {file_name} of batch {record.batch_id} no longer has the digest with which it was received; "
            "restore landing from a backup and find out who changed it."
        )
    wanted = set(numbers)
    return {number: text for number, text in _texts(dataset, record, file, wanted) if number in wanted}


def _landed(home: Path, record: BatchRecord, file_name: str) -> LandedFile:
    source = record
    if record.replay_of is not None:
        source = next(r for r in read_records(home) if r.batch_id == record.replay_of)
    folder = batch_folder(home, source.system, source.load_date, source.batch_id)
    return next(file for file in landed_files(folder) if file.name == file_name)


def _texts(dataset: Dataset, record: BatchRecord, file: LandedFile, wanted: set[int]) -> Iterator[tuple[int, str]]:
    masked = masked_sources(dataset)
    if record.kind == "replay" and record.replay_of is None:
        rows = read_workbook(file.path, {dataset.id: dataset})[dataset.id]
        yield from zip(rows["record_number"], raw_text(rows.select(dataset.sources), masked), strict=True)
    elif dataset.format.kind == "hj212":
        yield from enumerate(packets_of(dataset, file), start=1)
    else:
        for chunk in decode(dataset, [file]):
            rows = chunk.rows.filter(pl.col(RECORD).is_in(wanted))
            yield from zip(rows[RECORD], raw_text(rows, masked), strict=True)
