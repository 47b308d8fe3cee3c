"""JSON rows: response pages (`data.rows`), arrays of objects, or one object per line.

Numbers are taken over as the text that stands in the file, so amounts stay exact. Objects with only declared fields go
the fast way; the first unknown field sends a page the slow way and is added to the known ones for the pages after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders.chunk import ROWS_PER_CHUNK, Chunk, extra_json, refused_frame
from ingestion.decoders.drift import require_fields
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, RECORD


class _Data(msgspec.Struct):
    rows: msgspec.Raw


class _Page(msgspec.Struct):
    data: _Data


def decode_json(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; BadFile when one is not JSON or when no row has a declared field."""
    reader = _Reader(dataset)
    tables: list[pl.DataFrame] = []
    refused: list[dict[str, object]] = []
    counted: dict[int, int] = {}
    rows = 0
    for index, file in enumerate(files):
        with unpack(dataset, file, (".json", ".jsonl")) as unpacked:
            table, wrong, count = reader.read(index, unpacked)
        tables.append(table)
        refused += wrong
        counted[index] = count
        rows += count
        if rows >= ROWS_PER_CHUNK:
            yield reader.chunk(tables, refused, counted)
            tables, refused, counted, rows = [], [], {}, 0
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
        # Members named by position: source names need not be identifiers.
        members = [(f"f{i}", object, None) for i in range(len(self.names))]
        renamed = {f"f{i}": name for i, name in enumerate(self.names)}
        row = msgspec.defstruct("Row", members, rename=renamed, forbid_unknown_fields=True, gc=False)
        self.getters = [attrgetter(member) for member, *_ in members]
        self.fast = msgspec.json.Decoder(list[row], float_hook=str)  # type: ignore[valid-type]

    def read(self, index: int, unpacked: Unpacked) -> tuple[pl.DataFrame, list[dict[str, object]], int]:
        """The rows of one file as text columns, the elements that are no objects, and the number of both."""
        content = unpacked.read_all()
        array = bytes(_array(unpacked, content))
        try:
            objects = self.fast.decode(array)
        except msgspec.DecodeError:
            return self._read_slowly(index, unpacked, array)
        if array.count(b"{") != len(objects) or array.count(b"[") != 1:
            # Perhaps only a text with a bracket, perhaps a nested value, which has to stay JSON.
            return self._read_slowly(index, unpacked, array)
        columns = [list(map(getter, objects)) for getter in self.getters]
        series = [pl.Series(n, c, dtype=pl.String, strict=False) for n, c in zip(self.names, columns, strict=True)]
        self._note_carried(series, content)
        return self._table(index, series, range(1, len(objects) + 1)), [], len(objects)

    def _note_carried(self, series: list[pl.Series], content: bytes) -> None:
        """Remember the fields that occur, be it with null: an absent one is a changed interface, not a bad row."""
        for column in series:
            if column.name not in self.carried:
                name = msgspec.json.encode(column.name)
                if column.null_count() < len(column) or name in content:
                    self.carried.add(column.name)

    def _read_slowly(
        self, index: int, unpacked: Unpacked, array: bytes
    ) -> tuple[pl.DataFrame, list[dict[str, object]], int]:
        try:
            elements = msgspec.json.Decoder(list[Any], float_hook=str).decode(array)
        except msgspec.DecodeError as error:
            raise unpacked.fault(f"is not JSON with rows ({error})", "ask for it again") from error
        objects = [(i, e) for i, e in enumerate(elements, start=1) if isinstance(e, dict)]
        wrong = [self._no_object(index, i, e) for i, e in enumerate(elements, start=1) if not isinstance(e, dict)]
        found = dict.fromkeys(name for _, row in objects for name in row)
        self.unknown += [name for name in found if name not in self.names]
        self._build()
        self.carried |= found.keys()
        series = [pl.Series(n, [_text(row.get(n)) for _, row in objects], dtype=pl.String) for n in self.names]
        return self._table(index, series, [i for i, _ in objects]), wrong, len(elements)

    def _no_object(self, index: int, number: int, element: object) -> dict[str, object]:
        # Without field names it cannot be known what is personal.
        raw = MASK if self.dataset.dropped_sources else msgspec.json.encode(element).decode()
        reason = "The row is not a JSON object; correct it and deliver it again."
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


def _array(unpacked: Unpacked, content: bytes) -> bytes | msgspec.Raw:
    """The JSON array of rows inside a page, a plain array, or lines of objects turned into an array."""
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if content.startswith(b"["):
        return content
    if not content.startswith(b"{"):
        raise unpacked.fault("is not JSON with rows", "ask for it again")
    try:
        return msgspec.json.decode(content, type=_Page).data.rows
    except msgspec.ValidationError:
        pass
    except msgspec.DecodeError as error:
        if b"\n" not in content:
            raise unpacked.fault(f"is not JSON ({error})", "it is truncated or damaged; ask for it again") from error
    return b"[" + b",".join(line for line in content.splitlines() if line.strip()) + b"]"


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
