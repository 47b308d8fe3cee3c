"""Exact repeats inside one batch: rows whose source values are all the same."""

from __future__ import annotations

import numpy as np
import polars as pl

_SEEDS = (0, 0x9E3779B97F4A7C15)
_GROWTH = 4


class Repeats:
    """Remembers the rows of a batch by two 64-bit hashes each, so that a batch of any size needs 16 bytes a row.

    They are kept in runs sorted by the first hash. A run is merged with the one before it unless that is several times
    longer, so there are few runs, and each hash is merged a few times at most.
    """

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = list(sources)
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def first_only(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` without those that stand earlier in the batch, order kept."""
        if not rows.height:
            return rows
        values = rows.select(self._sources)
        first, second = (values.hash_rows(seed).to_numpy() for seed in _SEEDS)
        order = np.argsort(first, kind="stable")
        run = first[order], second[order]
        old = np.zeros(len(first), dtype=bool)
        old[1:] = (run[0][1:] == run[0][:-1]) & (run[1][1:] == run[1][:-1])
        for seen in self._runs:
            old |= _found_in(seen, *run)
        self._remember(run if not old.any() else (run[0][~old], run[1][~old]))
        if not old.any():
            return rows
        keep = np.ones(len(first), dtype=bool)
        keep[order[old]] = False
        return rows.filter(keep)

    def _remember(self, run: tuple[np.ndarray, np.ndarray]) -> None:
        while self._runs and len(self._runs[-1][0]) < _GROWTH * len(run[0]):
            first, second = (np.concatenate(pair) for pair in zip(self._runs.pop(), run, strict=True))
            order = np.argsort(first, kind="stable")
            run = first[order], second[order]
        self._runs.append(run)


def _found_in(seen: tuple[np.ndarray, np.ndarray], first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Which rows of a run occur in an earlier one."""
    places = np.minimum(np.searchsorted(seen[0], first), len(seen[0]) - 1)
    return (seen[0][places] == first) & (seen[1][places] == second)
