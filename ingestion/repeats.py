"""Exact repeats inside one batch: rows whose source values are all the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

_SEEDS = (0, 0x9E3779B97F4A7C15)
_GROWTH = 4


_PARTS = 64
_EDGES = np.arange(1, _PARTS, dtype=np.uint64) << np.uint64(58)

_Run = tuple[np.ndarray, np.ndarray]


class Repeats:
    """Remembers the rows of a batch by 96 bits of hash each, so that a batch of any size needs 12 bytes a row.

    They are kept in sixty-four parts by the first hash, each in runs sorted by it. A run is merged with the one before
    it unless that is several times longer, so there are few runs, and each hash is merged a few times at most.
    """

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = list(sources)
        self._parts: list[list[_Run]] = [[] for _ in range(_PARTS)]

    def first_only(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` without those that stand earlier in the batch, order kept."""
        if not rows.height:
            return rows
        values = rows.select(self._sources)
        first, second = (values.hash_rows(seed).to_numpy() for seed in _SEEDS)
        second = second.astype(np.uint32)
        order = np.argsort(first, kind="stable")
        first, second = first[order], second[order]
        old = np.zeros(len(first), dtype=bool)
        old[1:] = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
        bounds = [0, *np.searchsorted(first, _EDGES).tolist(), len(first)]
        for runs, (start, end) in zip(self._parts, pairwise(bounds), strict=True):
            part = slice(start, end)
            for seen in runs:
                old[part] |= _found_in(seen, first[part], second[part])
            new = ~old[part]
            if new.any():
                _remember(runs, (first[part][new], second[part][new]))
        if not old.any():
            return rows
        keep = np.ones(len(first), dtype=bool)
        keep[order[old]] = False
        return rows.filter(keep)


def _remember(runs: list[_Run], run: _Run) -> None:
    while runs and len(runs[-1][0]) < _GROWTH * len(run[0]):
        first, second = (np.concatenate(pair) for pair in zip(runs.pop(), run, strict=True))
        order = np.argsort(first, kind="stable")
        run = first[order], second[order]
    runs.append(run)


def _found_in(seen: _Run, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Which rows of a run occur in an earlier one."""
    places = np.minimum(np.searchsorted(seen[0], first), len(seen[0]) - 1)
    return (seen[0][places] == first) & (seen[1][places] == second)
