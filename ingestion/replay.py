"""Refused rows taken up again: corrected by their owner in a workbook, or read again after a rule was mended.

Each replay is a batch of its own, so every count keeps adding up; the refused row stays in quarantine, and the record of
the batch names it. The next night builds on replays as it does on files delivered by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from ingestion.by_hand import take_files
from ingestion.declaration import Dataset
from ingestion.decoders import decode
from ingestion.decoders.chunk import Chunk, refused_frame
from ingestion.errors import BadFile
from ingestion.lake import with_lineage
from ingestion.landing import LandedFile, batch_folder, landed_files, manifest_of, now, open_staging
from ingestion.loading import Load, Window, write_batch
from ingestion.quarantine import REPLAYED_IN, Selection, quarantined_rows, waiting
from ingestion.records import BatchRecord, find_record, read_records, write_record
from ingestion.rules import EXTRA, FILE, MASK, PARTIAL, RECORD, judge, masked_sources
from ingestion.workbook import read_workbook


def replay_workbook(
    home: Path, datasets: Mapping[str, Dataset], path: Path, load_date: date, hash_key: bytes | None
) -> list[BatchRecord]:
    """Take up the marked rows of a corrected workbook, one batch per dataset; the same workbook twice does nothing more.

    Raises BadFile when the file is no such workbook, or names a row that is not in quarantine or was taken up before.
    """
    marked = read_workbook(path, datasets)
    if not marked:
        raise BadFile(f"{path.name}: no row is marked 是 under 重报; mark the corrected rows and hand it in again.")
    return [
        _replay_sheet(home, datasets[dataset_id], path, rows, load_date, hash_key)
        for dataset_id, rows in marked.items()
    ]


def _replay_sheet(
    home: Path, dataset: Dataset, path: Path, rows: pl.DataFrame, load_date: date, hash_key: bytes | None
) -> BatchRecord:
    with open_staging(home, dataset, load_date) as staging:
        (file,) = take_files(dataset, [path], staging, load_date)
        batch_id = _batch_id(dataset, load_date, "workbook", [file.sha256])
        finished = find_record(home, dataset.system, dataset.dataset, load_date, batch_id)
        if finished:
            return finished
        refused = _still_waiting(home, dataset, path, rows)
        landed = staging.keep(batch_id, manifest_of(dataset, [file], load_date, load_date, batch_id))
    corrected = _unmasked(home, dataset, rows, refused)
    replayed = dict(zip(rows["row_id"].to_list(), rows["record_number"].to_list(), strict=True))
    load = Load(dataset, home, batch_id, Window(load_date, load_date), "replay", hash_key, replayed)
    record = write_batch(load, [replace(file, path=landed / file.name)], iter([_chunk(dataset, corrected)]))
    write_record(home, record)
    return record


def _batch_id(dataset: Dataset, load_date: date, how: str, parts: Sequence[str]) -> str:
    text = "\n".join([dataset.id, "replay", how, str(load_date), *sorted(parts)])
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{load_date:%Y%m%d}-{dataset.system}-{dataset.dataset}-{digest}"


def _still_waiting(home: Path, dataset: Dataset, path: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """The quarantine rows that the workbook corrects; BadFile unless each of them waits and is named once."""
    wanted = rows["row_id"].to_list()
    if len(set(wanted)) < len(wanted):
        raise BadFile(f"{path.name}: a row is marked twice in the sheet of {dataset.id}; keep one of them.")
    found = quarantined_rows(home, Selection(dataset=dataset.id, row_ids=wanted))
    unknown = sorted(set(map(str, wanted)) - set(found["row_id"].to_list()))
    if unknown:
        raise BadFile(
            f"{path.name}: {dataset.id} has no refused row {unknown[0]}; correct the workbook that "
            "`zonehouse quarantine export` wrote, without changing the column 行标识."
        )
    taken = found.filter(pl.col(REPLAYED_IN).is_not_null())
    if taken.height:
        row_id, batch_id = taken.row(0, named=True)["row_id"], taken.row(0, named=True)[REPLAYED_IN]
        raise BadFile(
            f"{path.name}: the row {row_id} of {dataset.id} was taken up before by batch {batch_id}; "
            "export the workbook anew and correct what is left."
        )
    return found


def _unmasked(home: Path, dataset: Dataset, rows: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """The corrected rows with the received text where the workbook shows a mask; dropped fields stay empty."""
    dropped = {f.source for f in dataset.fields if f.is_dropped}
    masked = sorted(masked_sources(dataset) - dropped)
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(source) for source in sorted(dropped))
    if not masked or not rows.select(pl.any_horizontal(pl.col(masked) == MASK).any()).item():
        return rows
    by_batch = {record.batch_id: record for record in read_records(home)}
    found = [pl.DataFrame(schema=dict.fromkeys(["row_id", *masked], pl.String()))]
    for part in refused.partition_by("batch_id"):
        original = by_batch[part["batch_id"][0]]
        for places, received, _ in _received(home, dataset, original, part) if original.kind != "replay" else ():
            found.append(received.join(places, on=[FILE, RECORD]).select("row_id", *masked))
    joined = rows.join(pl.concat(found), on="row_id", how="left", suffix="_received")
    return joined.with_columns(
        pl.when(pl.col(s) == MASK).then(pl.col(f"{s}_received")).otherwise(pl.col(s)).alias(s) for s in masked
    )


def _chunk(dataset: Dataset, rows: pl.DataFrame) -> Chunk:
    """Corrected rows as a decoder would hand them on."""
    own = [
        pl.lit(0, dtype=pl.UInt32).alias(FILE),
        pl.col("record_number").alias(RECORD),
        pl.lit(None, dtype=pl.String).alias(EXTRA),
    ]
    if dataset.format.kind == "xml_messages":
        own.append((pl.col("DATA_TYPE") == "3").fill_null(False).alias(PARTIAL))
    table = rows.select(*own, *dataset.sources)
    return Chunk(table, refused_frame([]), {0: table.height})


def reread(
    home: Path, datasets: Mapping[str, Dataset], selection: Selection, load_date: date, hash_key: bytes | None
) -> list[BatchRecord]:
    """Judge the selected waiting rows again from the bytes in landing; load those that pass now, leave the others.

    One batch per original batch, none where nothing passes. Rows that came in a corrected workbook are not read again.
    """
    records = read_records(home)
    rows = waiting(quarantined_rows(home, selection, records))
    done = []
    for original in records:
        part = rows.filter(pl.col("batch_id") == original.batch_id)
        if part.height and original.kind != "replay":
            dataset = datasets[f"{original.system}/{original.dataset}"]
            record = _reread_batch(home, dataset, original, part, load_date, hash_key)
            done += [record] if record else []
    return done


def _reread_batch(
    home: Path, dataset: Dataset, original: BatchRecord, refused: pl.DataFrame, load_date: date, hash_key: bytes | None
) -> BatchRecord | None:
    files = _files(home, original)
    lake = pl.scan_parquet(home / original.lake_file, hive_partitioning=False)
    loaded = lake.select("source_file", "record_number", "source_record_id").collect()
    chunks: list[Chunk] = []
    replayed: dict[str, int] = {}
    for places, rows, still_refused in _received(home, dataset, original, refused):
        passing = _passing(dataset, files, rows, still_refused, loaded, load_date)
        chunks.append(Chunk(passing, refused_frame([]), {}))
        ids = places.join(passing.select(FILE, RECORD).unique(), on=[FILE, RECORD], how="semi")
        replayed |= dict(ids.select("row_id", RECORD).iter_rows())
    if not replayed:
        return None
    batch_id = _batch_id(dataset, load_date, original.batch_id, list(replayed))
    window = Window(load_date, load_date)
    load = Load(dataset, home, batch_id, window, "replay", hash_key, replayed, original.batch_id)
    # What was refused is judged by the day on which it is taken up, and known from it.
    record = write_batch(load, [replace(file, business_date=load_date) for file in files], iter(chunks))
    write_record(home, record)
    return record


def _passing(
    dataset: Dataset,
    files: Sequence[LandedFile],
    rows: pl.DataFrame,
    still_refused: pl.DataFrame,
    loaded: pl.DataFrame,
    load_date: date,
) -> pl.DataFrame:
    """The rows of those records that pass as a whole now, without rows of them that the original batch loaded.

    Of a packet some factors may have been loaded and others refused.
    """
    # The place of each row goes through the judge in the column for unknown fields.
    numbered = rows.with_columns(pl.int_range(pl.len()).cast(pl.String).alias(EXTRA))
    verdict = judge(dataset, numbered, [load_date] * len(files))
    broken = pl.concat([frame.select(FILE, RECORD) for frame in (still_refused, verdict.refused)]).unique()
    fresh = (
        with_lineage(dataset, verdict.kept.join(broken, on=[FILE, RECORD], how="anti"), files, "", load_date, now())
        .join(loaded, on=loaded.columns, how="anti")["extra"]
        .cast(pl.Int64)
        .sort()
    )
    return rows[fresh]


def _received(
    home: Path, dataset: Dataset, original: BatchRecord, refused: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """The records of some refused rows, decoded again chunk by chunk.

    Each chunk as (places of the refused rows: FILE, RECORD, `row_id`; decoded rows; rows that cannot be taken apart).
    """
    files = _files(home, original)
    names = pl.DataFrame({"source_file": [f.name for f in files], FILE: range(len(files))}).cast({FILE: pl.UInt32})
    places = refused.join(names, on="source_file").select(FILE, pl.col("record_number").alias(RECORD), "row_id")
    for chunk in decode(dataset, files):
        rows, still_refused = _at(chunk.rows, places), _at(chunk.refused, places)
        if rows.height or still_refused.height:
            yield places, rows, still_refused


def _at(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    return frame.join(places.select(FILE, RECORD).unique(), on=[FILE, RECORD], how="semi", maintain_order="left")


def _files(home: Path, record: BatchRecord) -> list[LandedFile]:
    """The received files of a batch; how many records they hold was checked when they came."""
    folder = batch_folder(home, record.system, record.load_date, record.batch_id)
    return [replace(file, rows=None) for file in landed_files(folder)]
