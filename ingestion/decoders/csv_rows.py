"""CSV with a header of source names, UTF-8 or GB18030, read in blocks.

Rows are split by Polars where they hold no quotation mark, and one at a time by the csv module where they do. A row
with a wrong number of fields is refused alone: a stray quotation mark cannot swallow the rows after it.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence

import polars as pl

from ingestion.declaration import Dataset
from ingestion.decoders.chunk import Chunk, extra_json, refused_frame
from ingestion.decoders.drift import named_missing
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, RECORD

_BLOCK = 6 << 20
_LONGEST_RECORD = 50
"""Lines that one quoted record may span before its opening quotation mark counts as stray."""


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
            header, records = _header(dataset, unpacked, records), records[1:]
        if not records and done:
            continue
        yield _chunk(dataset, index, header, records, done)
        done += len(records)
    if header is None:
        raise unpacked.fault("is empty and has no header", "ask for it again")


def _records(dataset: Dataset, unpacked: Unpacked) -> Iterator[list[str]]:
    """Lists of whole records as text, blank lines left out."""
    carry = ""
    for text, is_last in _texts(dataset, unpacked):
        text = carry + text
        lines = text.replace("\r\n", "\n").split("\n")
        carry = "" if is_last else lines.pop()
        records, rest = _join_quoted(lines, is_last) if '"' in text else (lines, [])
        carry = "\n".join([*rest, carry]) if rest else carry
        if "" in records:
            records = [r for r in records if r]
        if records:
            yield records


def _texts(dataset: Dataset, unpacked: Unpacked) -> Iterator[tuple[str, bool]]:
    """Decoded blocks; the last one is marked (and may be empty)."""
    encoding = dataset.format.encoding  # type: ignore[union-attr]
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    first = True
    while True:
        data = unpacked.read(_BLOCK)
        if first and data:
            if encoding == "gb18030" and not data.isascii() and _is_utf8(data):
                raise unpacked.fault(
                    f"is UTF-8 and not {encoding} as declared", "ask the source for the agreed encoding"
                )
            data = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise unpacked.fault(
                f"is not {encoding} as declared (after {unpacked.size:,} bytes: {error.reason})",
                "ask the source for the agreed encoding",
            ) from error
        yield (text.removeprefix("\ufeff") if first else text), not data
        first = False
        if not data:
            return


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _join_quoted(lines: list[str], is_last: bool) -> tuple[list[str], list[str]]:
    """Join lines that a quoted line break has cut; returns the records and the lines that need the next block."""
    marks = pl.Series(lines, dtype=pl.String).str.count_matches('"', literal=True)
    odd = (marks % 2 == 1).arg_true().to_list()
    if not odd:
        return lines, []
    records: list[str] = []
    start, place = 0, 0
    while place < len(odd):
        opening = odd[place]
        closing = odd[place + 1] if place + 1 < len(odd) else None
        if closing is None and not is_last and len(lines) - opening <= _LONGEST_RECORD:
            return [*records, *lines[start:opening]], lines[opening:]
        joined = None
        if closing is not None and closing - opening <= _LONGEST_RECORD and not _is_whole(lines[opening]):
            joined = "\n".join(lines[opening : closing + 1])
        if joined is not None and _is_whole(joined):
            records += [*lines[start:opening], joined]
            start, place = closing + 1, place + 2  # type: ignore[operator]
        else:
            place += 1
    return [*records, *lines[start:]], []


def _split(record: str) -> list[str] | None:
    """The fields of one record, None when its quotation marks do not fit."""
    try:
        rows = list(csv.reader([record], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _is_whole(record: str) -> bool:
    return _split(record) is not None


def _header(dataset: Dataset, unpacked: Unpacked, records: list[str]) -> list[str]:
    header = [name.strip() for name in _split(records[0]) or []]
    optional = {f.source for f in dataset.fields if f.optional}
    missing = [name for name in dataset.sources if name not in header and name not in optional]
    if missing:
        new = [name for name in header if name not in dataset.sources]
        raise unpacked.fault(
            f"lacks the column{'s' if len(missing) > 1 else ''} {named_missing(missing, new)}",
            "ask the source for the agreed columns or change the declaration",
        )
    if len(set(header)) < len(header):
        raise unpacked.fault("names a column twice in its header", "ask the source for the agreed columns")
    return header


def _chunk(dataset: Dataset, index: int, header: list[str], records: list[str], done: int) -> Chunk:
    text = pl.DataFrame({"line": pl.Series(records, dtype=pl.String)}).with_row_index(RECORD, offset=done + 1)
    text = text.with_columns(pl.col(RECORD).cast(pl.Int64), quoted=pl.col("line").str.contains('"', literal=True))
    width = len(header)
    plain = text.filter(~pl.col("quoted")).with_columns(marks=pl.col("line").str.count_matches(",", literal=True))
    good = plain.filter(pl.col("marks") == width - 1)
    fields = good["line"].str.split_exact(",", width - 1).struct.rename_fields(header).struct.unnest()
    table = fields.insert_column(0, good[RECORD]) if good.height else pl.DataFrame(schema=_schema(header))
    wrong = [(number, line, marks + 1) for number, line, marks in _wrong_plain(plain, width)]
    quoted = text.filter("quoted")
    if quoted.height:
        table, misquoted = _with_quoted(table, quoted, header)
        wrong += misquoted
    rows = table.with_columns(pl.lit(index, dtype=pl.UInt32).alias(FILE))
    unknown = [name for name in header if name not in dataset.sources]
    rows = rows.with_columns(extra_json(dataset, rows, unknown)).select(
        FILE,
        RECORD,
        EXTRA,
        *(pl.col(s) if s in header else pl.lit(None, dtype=pl.String).alias(s) for s in dataset.sources),
    )
    refused = refused_frame([_wrong_row(dataset, index, header, *row) for row in sorted(wrong)])
    return Chunk(rows, refused, {index: len(records)}, frozenset(unknown))


def _schema(header: list[str]) -> dict[str, pl.DataType]:
    return {RECORD: pl.Int64()} | dict.fromkeys(header, pl.String())


def _wrong_plain(plain: pl.DataFrame, width: int) -> list[tuple[int, str, int]]:
    return plain.filter(pl.col("marks") != width - 1).select(RECORD, "line", "marks").rows()


def _with_quoted(
    table: pl.DataFrame, quoted: pl.DataFrame, header: list[str]
) -> tuple[pl.DataFrame, list[tuple[int, str, int]]]:
    """The table with the quoted records in their places, and those whose fields do not fit the header."""
    numbers, rows, wrong = [], [], []
    for number, record in quoted.select(RECORD, "line").iter_rows():
        fields = _split(record)
        if fields is None or len(fields) != len(header):
            wrong.append((number, record, len(fields) if fields else 0))
        else:
            numbers.append(number)
            rows.append(fields)
    columns = [numbers, *zip(*rows, strict=True)] if rows else [[] for _ in range(len(header) + 1)]
    schema = _schema(header)
    parsed = pl.DataFrame([pl.Series(n, list(c), dtype=t) for (n, t), c in zip(schema.items(), columns, strict=True)])
    return pl.concat([table.select(list(schema)), parsed]).sort(RECORD), wrong


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
    personal = [i for i, name in enumerate(header) if name in dataset.dropped_sources]
    if not personal:
        return record
    fields = _split(record) or record.split(",")
    shift = abs(len(fields) - len(header)) if found else len(header)
    shown = [MASK if any(abs(i - p) <= shift for p in personal) else value for i, value in enumerate(fields)]
    return ",".join(shown)
