"""What every decoder hands on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders.drift import like_personal
from ingestion.rules import EXTRA, FILE, MASK, RECORD, REFUSED_SCHEMA

ROWS_PER_CHUNK = 30_000
"""About how many rows a decoder hands on at once: enough to be fast, few enough to bound memory."""

MOST_UNKNOWN = 500
"""Fields that a declaration may not know before the file counts as another one: each needs a column."""


_NONE_REFUSED = pl.DataFrame(schema=REFUSED_SCHEMA)


@dataclass(frozen=True)
class Chunk:
    """Some rows of a batch.

    `rows`: FILE, RECORD, EXTRA (and PARTIAL where the format has deletes) and one String column per source column.
    `refused`: rows that could not be taken apart (REFUSED_SCHEMA). `counted`: file index -> records seen here, counted
    as the manifest counts them. `new_fields`: source fields that the declaration does not know.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame
    counted: dict[int, int]
    new_fields: frozenset[str] = field(default_factory=frozenset)


def merged(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same rows in fewer chunks: a pass over the rules costs the same for ten rows as for ten thousand."""
    waiting: list[Chunk] = []
    rows = 0
    for chunk in chunks:
        waiting.append(chunk)
        rows += chunk.rows.height + chunk.refused.height
        if rows >= ROWS_PER_CHUNK // 2:
            yield _joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    counted: Counter[int] = Counter()
    for chunk in chunks:
        counted.update(chunk.counted)
    return Chunk(
        rows=pl.concat([chunk.rows for chunk in chunks]),
        refused=pl.concat([chunk.refused for chunk in chunks]),
        counted=dict(counted),
        new_fields=frozenset().union(*(chunk.new_fields for chunk in chunks)),
    )


def row_schema(sources: Sequence[str]) -> dict[str, pl.DataType]:
    """Schema of `Chunk.rows` for a format without deletes."""
    return {FILE: pl.UInt32(), RECORD: pl.Int64(), EXTRA: pl.String()} | dict.fromkeys(sources, pl.String())


def refused_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Refused rows from a few dicts; absent keys become null."""
    return pl.DataFrame(rows, schema=REFUSED_SCHEMA) if rows else _NONE_REFUSED


def extra_json(dataset: Dataset, rows: pl.DataFrame, unknown: Sequence[str]) -> pl.Series:
    """The unknown columns of each row as one JSON text, null where all of them are null.

    A column whose name is like that of a personal field is masked: it may be that field in another spelling.
    """
    if not unknown:
        return pl.Series(EXTRA, [None], dtype=pl.String).new_from_index(0, rows.height)
    columns = list(unknown)
    filled = pl.any_horizontal(pl.col(c).is_not_null() for c in columns)
    hidden = [pl.when(pl.col(c).is_not_null()).then(pl.lit(MASK)).alias(c) for c in like_personal(dataset, columns)]
    shown = rows.with_columns(hidden) if hidden else rows
    return shown.select(pl.when(filled).then(pl.struct(columns).struct.json_encode()).alias(EXTRA)).to_series()
