"""Lake and quarantine files: Parquet written chunk by chunk under a temporary name, published whole."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.declaration import Dataset
from ingestion.landing import LandedFile, file_digest, publish, sweep, temporary_beside
from ingestion.rules import EXTRA, FILE, RECORD

_ARROW = {
    "VARCHAR": pa.large_string(),
    "DECIMAL(24,2)": pa.decimal128(24, 2),
    "DECIMAL(24,6)": pa.decimal128(24, 6),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
}

QUARANTINE_SCHEMA: dict[str, str] = {
    "row_id": "VARCHAR",
    "batch_id": "VARCHAR",
    "system": "VARCHAR",
    "dataset": "VARCHAR",
    "load_date": "DATE",
    "source_file": "VARCHAR",
    "source_file_sha256": "VARCHAR",
    "record_number": "BIGINT",
    "rule": "VARCHAR",
    "reason": "VARCHAR",
    "field": "VARCHAR",
    "value": "VARCHAR",
    "owner": "VARCHAR",
    "raw": "VARCHAR",
}


_FEW = 10
"""A column becomes a dictionary when a value stands in so many rows on average; else hashing it only costs time."""


class ParquetFile:
    """A Parquet file in the making; `publish` gives it its name, leaving the context without it removes it.

    Rows are encoded in a thread of its own, so that the next ones can be judged meanwhile; at most one frame waits.
    """

    def __init__(self, path: Path, schema: dict[str, str], mode: int = 0o644) -> None:
        self.path = path
        self.schema = pa.schema([(name, _ARROW[kind]) for name, kind in schema.items()])
        self.rows = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        self._temporary = temporary_beside(path)
        self._temporary.touch(mode=mode)
        self._pool = ThreadPoolExecutor(1)
        self._waiting: Future[None] | None = None
        self._writer: pq.ParquetWriter | None = None

    def write(self, frame: pl.DataFrame) -> None:
        """Add rows; the frame has the columns of the schema in any order."""
        if not frame.height:
            return
        self._finish_waiting()
        self._waiting = self._pool.submit(self._encode, frame.select(self.schema.names))
        self.rows += frame.height

    def _finish_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting:
            waiting.result()

    def _encode(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self.schema)
        self._open(frame).write_table(table)

    def _open(self, frame: pl.DataFrame) -> pq.ParquetWriter:
        """The writer; the first rows decide which columns it writes with dictionaries."""
        if self._writer is None:
            few = [c.name for c in frame.iter_columns() if c.n_unique() * _FEW <= frame.height]
            self._writer = pq.ParquetWriter(self._temporary, self.schema, compression="zstd", use_dictionary=few)
        return self._writer

    def publish(self) -> str:
        """Finish the file under its name; returns its SHA-256."""
        self._finish_waiting()
        self._open(pl.DataFrame()).close()
        digest = file_digest(self._temporary)
        publish(self._temporary, self.path)
        return digest

    def __enter__(self) -> ParquetFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)
        if self._writer is not None:
            self._writer.close()
        self._temporary.unlink(missing_ok=True)


def partition(area: str, dataset: Dataset, load_date: date, batch_id: str) -> str:
    """Path of a batch's file below the home: `<area>/<system>/<dataset>/load_date=<day>/<batch_id>.parquet`."""
    return f"{area}/{dataset.system}/{dataset.dataset}/load_date={load_date.isoformat()}/{batch_id}.parquet"


def with_lineage(
    dataset: Dataset,
    kept: pl.DataFrame,
    files: Sequence[LandedFile],
    batch_id: str,
    load_date: date,
    loaded_at: datetime,
) -> pl.DataFrame:
    """Typed rows of `rules.judge` with the lineage columns of the lake.

    file_date is the day of the row's own file; a page of a REST platform has none.
    """
    return kept.with_columns(
        pl.lit(batch_id).alias("batch_id"),
        pl.lit(load_date).alias("load_date"),
        pl.Series([f.business_date for f in files], dtype=pl.Date).gather(kept[FILE]).alias("file_date"),
        *_origin(kept, files),
        pl.concat_str([_key_text(dataset, name) for name in dataset.key], separator="|").alias("source_record_id"),
        pl.lit(loaded_at, dtype=pl.Datetime("us")).alias("loaded_at"),
        pl.col(EXTRA).alias("extra"),
    )


def _key_text(dataset: Dataset, name: str) -> pl.Expr:
    if dataset.field(name).type == "timestamp":
        return pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S")
    return pl.col(name).cast(pl.String)


def quarantined(
    dataset: Dataset, refused: pl.DataFrame, files: Sequence[LandedFile], batch_id: str, load_date: date
) -> pl.DataFrame:
    """Refused rows with their place, their owner and a `row_id`: digest of the batch, number of the file, record.

    A packet can be refused in several of its factors: those after the first carry a further number.
    """
    digest = batch_id.rpartition("-")[2]
    part = pl.int_range(1, pl.len() + 1).over(FILE, RECORD)
    return refused.with_columns(
        pl.concat_str(
            pl.format("{}-{}-{}", pl.lit(digest), pl.col(FILE) + 1, RECORD),
            pl.when(part > 1).then(pl.format("-{}", part)).otherwise(pl.lit("")),
        ).alias("row_id"),
        pl.lit(batch_id).alias("batch_id"),
        pl.lit(dataset.system).alias("system"),
        pl.lit(dataset.dataset).alias("dataset"),
        pl.lit(load_date).alias("load_date"),
        *_origin(refused, files),
        pl.lit(dataset.owner).alias("owner"),
    )


def _origin(frame: pl.DataFrame, files: Sequence[LandedFile]) -> list[pl.Series]:
    places = frame[FILE]
    return [
        pl.Series([f.name for f in files], dtype=pl.String).gather(places).alias("source_file"),
        pl.Series([f.sha256 for f in files], dtype=pl.String).gather(places).alias("source_file_sha256"),
        frame[RECORD].alias("record_number"),
    ]
