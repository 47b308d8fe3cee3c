"""A JSON file cut into slices of rows, so that a file of any length needs the memory of a few thousand rows.

Lines of objects are read in blocks. A page or an array has to be read whole, which is why its size is limited; the rows
of a long one are then decoded slice by slice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from ingestion.decoders.unpacking import Unpacked

_BLOCK = 4 << 20
_LARGEST_DOCUMENT = 256 << 20
_LONG_DOCUMENT = 16 << 20
_ROWS_PER_SLICE = 10_000
_LONGEST_LINE = 16 << 20
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_LINES = re.compile(r"\.(jsonl|ndjson)(\.|$| in )", re.IGNORECASE)


@dataclass(frozen=True)
class Slice:
    """Some rows of a file as a JSON array; `lines` are the same rows one by one where each stood on its own line."""

    array: bytes
    lines: list[bytes] | None = None


class _Data(msgspec.Struct):
    rows: msgspec.Raw


class _Page(msgspec.Struct):
    data: _Data


_page = msgspec.json.Decoder(_Page)
_raw_rows = msgspec.json.Decoder(list[msgspec.Raw])


def slices(unpacked: Unpacked) -> Iterator[Slice]:
    """The rows of a page (`data.rows`), of an array, or of lines of objects; BadFile when the file is none of them."""
    start = unpacked.read(_BLOCK).removeprefix(_BOM).lstrip(_BLANK)
    while start and len(start) < _BLOCK and (more := unpacked.read(_BLOCK)):
        start = (start + more).lstrip(_BLANK)
    if start.startswith(b"{") and _has_lines(unpacked, start):
        yield from _line_slices(unpacked, start)
    elif start.startswith((b"{", b"[")):
        yield from _array_slices(unpacked, _array(unpacked, _whole(unpacked, start)))
    else:
        raise unpacked.fault("is not JSON with rows", "ask for it again")


def _has_lines(unpacked: Unpacked, start: bytes) -> bool:
    """Whether each line is an object: the name says so, or the first line is one that is no page."""
    if _LINES.search(unpacked.label):
        return True
    line, _, rest = start.partition(b"\n")
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # A damaged first line before others is still a file of lines. Inside one document over several lines, what
        # stands before an object is one of these signs.
        is_inside = line.rstrip(_BLANK).endswith((b"[", b",", b":"))
        return rest.lstrip(_BLANK).startswith(b"{") and not is_inside
    return not _is_page(line)


def _is_page(content: bytes) -> bool:
    try:
        _page.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _line_slices(unpacked: Unpacked, start: bytes) -> Iterator[Slice]:
    block = start
    while block:
        more = unpacked.read(_BLOCK)
        end = block.rfind(b"\n") + 1 if more else len(block)
        if end:
            lines = [line for line in block[:end].splitlines() if line.strip(_BLANK)]
            if lines:
                yield Slice(b"[" + b",".join(lines) + b"]", lines)
        elif len(block) > _LONGEST_LINE:
            raise unpacked.fault(f"has a line of more than {_LONGEST_LINE:,} bytes", "ask the source for rows")
        block = block[end:] + more


def _whole(unpacked: Unpacked, start: bytes) -> bytes:
    parts, size = [start], len(start)
    while more := unpacked.read(_BLOCK):
        parts.append(more)
        size += len(more)
        if size > _LARGEST_DOCUMENT:
            what = f"is one JSON document of more than {_LARGEST_DOCUMENT:,} bytes"
            raise unpacked.fault(what, "ask the source for pages, or for one row per line")
    return b"".join(parts).rstrip(_BLANK)


def _array(unpacked: Unpacked, content: bytes) -> bytes:
    if content.startswith(b"["):
        return content
    try:
        return bytes(_page.decode(content).data.rows)
    except msgspec.ValidationError:
        # A single object is a row.
        return b"[" + content + b"]"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unpacked.fault(f"is not JSON ({error})", "it is truncated or damaged; ask for it again") from error


def _array_slices(unpacked: Unpacked, array: bytes) -> Iterator[Slice]:
    if len(array) <= _LONG_DOCUMENT:
        yield Slice(array)
        return
    try:
        rows = _raw_rows.decode(array)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unpacked.fault(f"is not JSON with rows ({error})", "ask for it again") from error
    for first in range(0, len(rows), _ROWS_PER_SLICE):
        yield Slice(b"[" + b",".join(rows[first : first + _ROWS_PER_SLICE]) + b"]")
