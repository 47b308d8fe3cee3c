"""JSON rows: response pages (`data.rows`), arrays of objects, or one object per line.

Numbers are taken over as the text that stands in the file, so amounts stay exact. Objects with only declared fields go
the fast way; the first unknown field sends a slice the slow way and is added to the known ones for the slices after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders.chunk import MOST_UNKNOWN, ROWS_PER_CHUNK, Chunk, extra_json, refused_frame
from ingestion.decoders.drift import require_fields
from ingestion.decoders.json_slices import Slice, slices
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, RECORD

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
"""What msgspec raises for bytes that are no JSON, nested without end, or hold a number of thousands of digits."""

_UNEASY = re.compile(r'[\\"\x00-\x1f]')


class _Damaged(bytes):
    """A line that is no JSON."""


def decode_json(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; BadFile when one is not JSON or when no row has a declared field."""
    reader = _Reader(dataset)
    tables: list[pl.DataFrame] = []
    refused: list[dict[str, object]] = []
    counted: dict[int, int] = {}
    rows = 0
    for index, file in enumerate(files):
        counted[index] = before = 0
        with unpack(dataset, file, (".json", ".jsonl")) as unpacked:
            for part in slices(unpacked):
                table, wrong, count = reader.read(index, before, unpacked, part)
                tables.append(table)
                refused += wrong
                before += count
                counted[index] += count
                rows += count
                if rows >= ROWS_PER_CHUNK:
                    yield reader.chunk(tables, refused, counted)
                    tables, refused, counted, rows = [], [], {index: 0}, 0
    if tables:
        yield reader.chunk(tables, refused, counted)


class _Reader:
    """Reads files of one batch and remembers the unknown fields it has met."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.unknown: list[str] = []
        self.carried: set[str] = set()
        self.rows = 0
        self._build()

    def _build(self) -> None:
        self.names = [*self.dataset.sources, *self.unknown]
        # Rows with a name that msgspec cannot rename a member to always go the slow way.
        self.easy = [name for name in self.names if not _UNEASY.search(name)]
        # Members named by position: source names need not be identifiers.
        members = [(f"f{i}", object, None) for i in range(len(self.easy))]
        renamed = {f"f{i}": name for i, name in enumerate(self.easy)}
        row = msgspec.defstruct("Row", members, rename=renamed, forbid_unknown_fields=True, gc=False)
        self.getters = [attrgetter(member) for member, *_ in members]
        self.fast = msgspec.json.Decoder(list[row], float_hook=str)  # type: ignore[valid-type]

    def read(
        self, index: int, before: int, unpacked: Unpacked, part: Slice
    ) -> tuple[pl.DataFrame, list[dict[str, object]], int]:
        """The rows of one slice as text columns, the elements that are no objects, and the number of both.

        `before` is the number of elements that stand before the slice in its file.
        """
        try:
            objects = self.fast.decode(part.array)
        except _UNREADABLE:
            return self._read_slowly(index, before, unpacked, part)
        if not _is_flat(part.array, len(objects)) or (part.lines is not None and len(part.lines) != len(objects)):
            # Perhaps only a text with a bracket, perhaps a nested value, which has to stay JSON.
            return self._read_slowly(index, before, unpacked, part)
        series = [_column(n, list(map(getter, objects))) for n, getter in zip(self.easy, self.getters, strict=True)]
        self._note_carried(series, part.array)
        return self._table(index, series, range(before + 1, before + len(objects) + 1)), [], len(objects)

    def _note_carried(self, series: list[pl.Series], content: bytes) -> None:
        """Remember the fields that occur, be it with null: an absent one is a changed interface, not a bad row."""
        for column in series:
            if column.name not in self.carried:
                name = msgspec.json.encode(column.name)
                if column.null_count() < len(column) or name in content:
                    self.carried.add(column.name)

    def _read_slowly(
        self, index: int, before: int, unpacked: Unpacked, part: Slice
    ) -> tuple[pl.DataFrame, list[dict[str, object]], int]:
        elements = list(enumerate(_elements(unpacked, part), start=before + 1))
        objects = [(i, e) for i, e in elements if isinstance(e, dict)]
        wrong = [self._no_object(index, i, e) for i, e in elements if not isinstance(e, dict)]
        found = dict.fromkeys(name for _, row in objects for name in row)
        self.unknown += [name for name in found if name not in self.names]
        if len(self.unknown) > MOST_UNKNOWN:
            raise unpacked.fault(f"has more than {MOST_UNKNOWN} unknown fields", "ask for the agreed ones")
        self._build()
        self.carried |= found.keys()
        series = [pl.Series(n, [_text(row.get(n)) for _, row in objects], dtype=pl.String) for n in self.names]
        return self._table(index, series, [i for i, _ in objects]), wrong, len(elements)

    def _no_object(self, index: int, number: int, element: object) -> dict[str, object]:
        what = "The line is not JSON" if isinstance(element, _Damaged) else "The row is not a JSON object"
        reason = f"{what}; correct it and deliver it again."
        shown = element.decode(errors="replace") if isinstance(element, _Damaged) else _text(element)
        # Without field names it cannot be known what is personal.
        raw = MASK if self.dataset.personal_sources else shown
        return {FILE: index, RECORD: number, "rule": "row_form", "reason": reason, "raw": raw}

    def _table(self, index: int, series: list[pl.Series], numbers: Sequence[int]) -> pl.DataFrame:
        place = pl.Series(RECORD, numbers, dtype=pl.Int64)
        file = pl.Series(FILE, [index], dtype=pl.UInt32).new_from_index(0, len(place))
        return pl.DataFrame([file, place, *series])

    def chunk(self, tables: list[pl.DataFrame], refused: list[dict[str, object]], counted: dict[int, int]) -> Chunk:
        """One chunk of several files' rows."""
        table = pl.concat(tables, how="diagonal")
        self.rows += table.height
        if self.rows:
            require_fields(self.dataset, self.carried, self.unknown, self.rows)
        table = table.with_columns(extra_json(self.dataset, table, [n for n in self.unknown if n in table.columns]))
        rows = table.select(FILE, RECORD, EXTRA, *self.dataset.sources)
        return Chunk(rows, refused_frame(refused), counted, frozenset(self.unknown))


def _elements(unpacked: Unpacked, part: Slice) -> list[Any]:
    """The rows as Python values; lines that are no JSON as `_Damaged`, BadFile when none is or most are not UTF-8."""
    decoder = msgspec.json.Decoder(float_hook=str)
    if part.lines is None:
        try:
            return msgspec.json.Decoder(list[Any], float_hook=str).decode(part.array)
        except _UNREADABLE as error:
            raise unpacked.fault(f"is not JSON with rows ({error})", "ask for it again") from error
    elements: list[Any] = []
    foreign = 0
    for line in part.lines:
        try:
            elements.append(decoder.decode(line))
        except _UNREADABLE as error:
            elements.append(_Damaged(line))
            foreign += isinstance(error, UnicodeDecodeError)
    if foreign * 2 > len(elements):
        what = f"is not UTF-8 as declared ({foreign:,} of {len(elements):,} lines)"
        raise unpacked.fault(what, "ask the source for the agreed encoding")
    if not any(isinstance(element, dict) for element in elements):
        raise unpacked.fault("is not JSON with rows", "it is truncated or damaged; ask for it again")
    return elements


def _is_flat(array: bytes, objects: int) -> bool:
    """Whether the array holds no brackets but its own and one pair for each object."""
    content = np.frombuffer(array, dtype=np.uint8)
    return np.count_nonzero(content == ord("{")) == objects and np.count_nonzero(content == ord("[")) == 1


def _column(name: str, values: list[Any]) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=pl.String)
    except TypeError:
        return pl.Series(name, [v if v.__class__ is str else _text(v) for v in values], dtype=pl.String)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
