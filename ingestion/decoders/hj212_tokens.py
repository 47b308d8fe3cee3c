"""Data segments of HJ 212 packets -> their values and their shapes, a whole buffer at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

_EQUALS, _BREAK = 1, 2
_CLASS = np.zeros(256, dtype=np.uint8)
_CLASS[ord("=")] = _EQUALS
_CLASS[list(b",;&\n")] = _BREAK
_NEWLINE = ord("\n")


class Tokens(NamedTuple):
    """Segments taken apart.

    `values`: every text between `=` and the next separator, and one null at the end; those of segment i begin at
    `first[i]`. `shape[i]` indexes `skeletons`, the distinct segments without their values.
    """

    values: pl.Series
    first: np.ndarray
    shape: np.ndarray
    skeletons: list[str]


def tokens_of(segments: list[bytes]) -> Tokens:
    """Take segments apart; none of them may hold a line break. Bytes that are no UTF-8 become U+FFFD."""
    text = b"\n".join(segments) + b"\n"
    if not text.isascii():
        text = text.decode("utf-8", "replace").encode()
    data = np.frombuffer(text, dtype=np.uint8)
    classes = _CLASS[data]
    places = np.flatnonzero(classes != 0)
    is_equals = classes[places] == _EQUALS
    # Only the first = behind a key separates, further ones belong to the value.
    kept = np.concatenate([np.ones(1, dtype=bool), ~(is_equals[1:] & is_equals[:-1])])
    places, is_equals = places[kept], is_equals[kept]
    is_value = np.zeros(len(data), dtype=bool)
    is_value[places[0] :] = np.repeat(is_equals, np.diff(places, append=len(data)))
    equals = np.flatnonzero(is_equals)
    is_value[places[equals]] = False
    lengths = places[equals + 1] - places[equals] - 1
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    breaks = np.flatnonzero(data == _NEWLINE)
    first = np.searchsorted(places[equals], np.concatenate([np.zeros(1, dtype=np.int64), breaks]))
    skeleton_ends = np.concatenate([np.zeros(1, dtype=np.int64), breaks + 1]) - offsets[first]
    coded = pc.dictionary_encode(_texts(data[~is_value], skeleton_ends))
    values = pl.from_arrow(_texts(data[is_value], offsets))
    assert isinstance(values, pl.Series)
    return Tokens(
        values=values.extend_constant(None, 1),
        first=first[:-1],
        shape=coded.indices.to_numpy(),
        skeletons=[text.rstrip("\n") for text in coded.dictionary.to_pylist()],
    )


def _texts(data: np.ndarray, offsets: np.ndarray) -> pa.Array:
    buffers = (pa.py_buffer(np.ascontiguousarray(offsets, dtype=np.int64)), pa.py_buffer(data))
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, *buffers)
