"""Exact repeats inside one batch: rows whose source values are all the same."""

from __future__ import annotations

import polars as pl

_SEEDS = (0, 0x9E3779B97F4A7C15)


class Repeats:
    """Remembers the rows of a batch by two 64-bit hashes each, so that a batch of any size needs 16 bytes a row."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = list(sources)
        self._seen: list[pl.DataFrame] = []

    def first_only(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` without those that stand earlier in the batch, order kept."""
        values = rows.select(self._sources)
        hashes = pl.DataFrame([values.hash_rows(seed).alias(f"h{i}") for i, seed in enumerate(_SEEDS)])
        keep = hashes.select(pl.struct(pl.all()).is_first_distinct()).to_series()
        if self._seen:
            seen = pl.concat(self._seen)
            old = hashes.with_row_index("row").join(seen, on=hashes.columns, how="semi")["row"]
            keep = keep.scatter(old, [False] * len(old)) if len(old) else keep
        self._seen.append(hashes.filter(keep))
        return rows if keep.all() else rows.filter(keep)
