"""CSV with a header of source names, UTF-8 or GB18030, read in blocks.

Sound records go through the parser of Polars; the others are taken apart one at a time, and refused alone when they
cannot be: a stray quotation mark cannot swallow the rows after it.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders.chunk import Chunk, extra_json, refused_frame
from ingestion.decoders.csv_records import Records, find_records, sound_records, split_record
from ingestion.decoders.drift import named_missing
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.errors import ChangedInterface
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, RECORD

_BLOCK = 4 << 20
_LONGEST_LINE = 16 << 20
_BOM_GB18030 = "\ufeff".encode("gb18030")


def decode_csv(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; BadFile when one has not the declared encoding or lacks a declared column."""
    for index, file in enumerate(files):
        with unpack(dataset, file, (".csv", ".txt")) as unpacked:
            yield from _decode_file(dataset, index, unpacked)


def _decode_file(dataset: Dataset, index: int, unpacked: Unpacked) -> Iterator[Chunk]:
    header: list[str] | None = None
    done = 0
    for records in _records(dataset, unpacked):
        if header is None:
            header, records = _header(dataset, unpacked, records), records.after_first()
        if not len(records) and done:
            continue
        yield _chunk(dataset, index, header, records, done)
        done += len(records)
    if header is None:
        raise unpacked.fault("is empty and has no header", "ask for it again")


def _records(dataset: Dataset, unpacked: Unpacked) -> Iterator[Records]:
    """The records of a file, block by block, blank lines left out."""
    rest = b""
    for content, is_last in _blocks(dataset, unpacked):
        records, rest = find_records(rest + content if rest else content, is_last)
        if len(records):
            yield records


def _blocks(dataset: Dataset, unpacked: Unpacked) -> Iterator[tuple[bytes, bool]]:
    """Whole lines as UTF-8; the last block is marked, and may be empty or lack the line end."""
    carry = b""
    while data := unpacked.read(_BLOCK):
        if not carry and unpacked.size == len(data):
            _refuse_utf8(dataset, unpacked, data)
            data = data.removeprefix(codecs.BOM_UTF8).removeprefix(_BOM_GB18030)
        # In neither encoding can the byte of a line feed be a part of another character.
        end = data.rfind(b"\n") + 1
        if end:
            yield _as_utf8(dataset, unpacked, carry + data[:end]), False
            carry = data[end:]
        else:
            carry += data
            if len(carry) > _LONGEST_LINE:
                raise unpacked.fault(f"has a line of more than {_LONGEST_LINE:,} bytes", "ask the source for a table")
    yield _as_utf8(dataset, unpacked, carry), True


def _refuse_utf8(dataset: Dataset, unpacked: Unpacked, data: bytes) -> None:
    """UTF-8 is often valid GB18030 too, and would become other characters."""
    encoding = dataset.format.encoding  # type: ignore[union-attr]
    if encoding == "gb18030" and not data.isascii() and _is_utf8(data):
        raise unpacked.fault(f"is UTF-8 and not {encoding} as declared", "ask the source for the agreed encoding")


def _as_utf8(dataset: Dataset, unpacked: Unpacked, data: bytes) -> bytes:
    encoding = dataset.format.encoding  # type: ignore[union-attr]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise unpacked.fault(
            f"is not {encoding} as declared (after {unpacked.size:,} bytes: {error.reason})",
            "ask the source for the agreed encoding",
        ) from error
    return data if encoding == "utf-8" else text.encode()


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _header(dataset: Dataset, unpacked: Unpacked, records: Records) -> list[str]:
    header = [name.strip() for name in split_record(records.text(0)) or []]
    optional = {f.source for f in dataset.fields if f.optional}
    missing = [name for name in dataset.sources if name not in header and name not in optional]
    if missing:
        new = [name for name in header if name not in dataset.sources]
        raise ChangedInterface(
            f"{dataset.id}: {unpacked.label} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{named_missing(missing, new)}; ask the source for the agreed columns or change the declaration."
        )
    if len(set(header)) < len(header):
        raise unpacked.fault("names a column twice in its header", "ask the source for the agreed columns")
    return header


def _chunk(dataset: Dataset, index: int, header: list[str], records: Records, done: int) -> Chunk:
    sound = sound_records(records, len(header))
    table = _parsed(records, sound, header)
    if table is None:
        sound = np.zeros(len(records), dtype=bool)
        table = pl.DataFrame(schema=dict.fromkeys(header, pl.String()))
    numbers = pl.Series(RECORD, np.flatnonzero(sound) + done + 1, dtype=pl.Int64)
    table = table.insert_column(0, numbers)
    wrong: list[tuple[int, str, int]] = []
    if not sound.all():
        table, wrong = _with_unsound(table, records, np.flatnonzero(~sound), done)
    rows = table.with_columns(pl.lit(index, dtype=pl.UInt32).alias(FILE))
    unknown = [name for name in header if name not in dataset.sources]
    rows = rows.with_columns(extra_json(dataset, rows, unknown)).select(
        FILE,
        RECORD,
        EXTRA,
        *(pl.col(s) if s in header else pl.lit(None, dtype=pl.String).alias(s) for s in dataset.sources),
    )
    refused = refused_frame([_wrong_row(dataset, index, header, *row) for row in wrong])
    return Chunk(rows, refused, {index: len(records)}, frozenset(unknown))


def _parsed(records: Records, sound: np.ndarray, header: list[str]) -> pl.DataFrame | None:
    """The sound records as a table of texts; None should the parser see other records in them than `sound` does."""
    schema = dict.fromkeys(header, pl.String())
    content = records.joined(sound)
    if not content:
        return pl.DataFrame(schema=schema)
    try:
        table = pl.read_csv(
            content,
            has_header=False,
            schema=schema,
            quote_char='"' if b'"' in content else None,
            empty_string_is_null=False,
            missing_columns="raise",
            extra_columns="raise",
        )
    except pl.exceptions.PolarsError:
        return None
    return table if table.height == sound.sum() else None


def _with_unsound(
    table: pl.DataFrame, records: Records, places: np.ndarray, done: int
) -> tuple[pl.DataFrame, list[tuple[int, str, int]]]:
    """The table with those records in their places that can be taken apart one at a time, and the wrong ones.

    A wrong one is its number, its text and how many fields it has, 0 where its quotation marks do not fit.
    """
    numbers, rows, wrong = [], [], []
    for place in places.tolist():
        record, number = records.text(place), place + done + 1
        fields = split_record(record) if '"' in record else record.split(",")
        if fields is None or len(fields) != table.width - 1:
            wrong.append((number, record, len(fields) if fields else 0))
        else:
            numbers.append(number)
            rows.append(fields)
    if not rows:
        return table, wrong
    columns = [numbers, *zip(*rows, strict=True)]
    parsed = pl.DataFrame(
        [pl.Series(n, list(c), dtype=t) for (n, t), c in zip(table.schema.items(), columns, strict=True)]
    )
    return pl.concat([table, parsed]).sort(RECORD), wrong


def _wrong_row(
    dataset: Dataset, index: int, header: list[str], number: int, record: str, found: int
) -> dict[str, object]:
    if found:
        rule, what = "column_count", f"The row has {found} fields and the header has {len(header)}"
    else:
        rule, what = "quotation", "The quotation marks of the row do not fit"
    return {
        FILE: index,
        RECORD: number,
        "rule": rule,
        "reason": f"{what}; correct the row and deliver it again.",
        "value": str(found) if found else None,
        "raw": _masked(dataset, header, record, found),
    }


def _masked(dataset: Dataset, header: list[str], record: str, found: int) -> str:
    """The record as text; where fields have moved, every place that personal data may have moved to is masked."""
    personal = [i for i, name in enumerate(header) if name in dataset.personal_sources]
    if not personal:
        return record
    fields = split_record(record) or record.split(",")
    shift = abs(len(fields) - len(header)) if found else len(header)
    shown = [MASK if any(abs(i - p) <= shift for p in personal) else value for i, value in enumerate(fields)]
    return ",".join(shown)
