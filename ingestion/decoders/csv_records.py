"""Where the records of a block of CSV begin and end, and which of them can be split by a plain CSV parser.

A quotation mark that does not fit spoils its own record only. A record is sound when it has as many fields as the header
and its quotation marks stand as RFC 4180 says; everything else is left to be taken apart one record at a time.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

_LONGEST_RECORD = 50
"""Lines that one quoted record may span before its opening quotation mark counts as stray."""

_QUOTE, _COMMA, _LINE_FEED, _RETURN = (ord(char) for char in '",\n\r')


@dataclass(frozen=True)
class Records:
    """Records of a block: `starts` and `ends` are places in `content` (UTF-8), line ends excluded, none empty."""

    content: bytes
    starts: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, number: int) -> str:
        """One record."""
        return self.content[self.starts[number] : self.ends[number]].decode().replace("\r\n", "\n")

    def after_first(self) -> Records:
        """All but the first record."""
        return Records(self.content, self.starts[1:], self.ends[1:])

    def joined(self, chosen: np.ndarray) -> bytes:
        """The records where `chosen` is true, one after another, with line ends between them."""
        if not chosen.any():
            return b""
        # A run ends where the next record is not chosen, or does not begin right after one line end.
        gaps = self.starts[1:] - self.ends[:-1]
        buffer = np.frombuffer(self.content, dtype=np.uint8)
        follows = (gaps == 1) | ((gaps == 2) & (buffer[self.ends[:-1]] == _RETURN))
        linked = chosen[1:] & chosen[:-1] & follows
        first = np.flatnonzero(chosen & ~np.concatenate([[False], linked]))
        last = np.flatnonzero(chosen & ~np.concatenate([linked, [False]]))
        view = memoryview(self.content)
        return b"\n".join(
            view[start:end] for start, end in zip(self.starts[first].tolist(), self.ends[last].tolist(), strict=True)
        )


def find_records(content: bytes, is_last: bool) -> tuple[Records, bytes]:
    """The whole records of a block, and its end when a quoted record goes on in the next one.

    `content` ends with a line end unless `is_last`.
    """
    buffer = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(buffer == _LINE_FEED)
    if len(buffer) and buffer[-1] != _LINE_FEED:
        ends = np.append(ends, len(buffer))
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    stop = len(ends)
    if b'"' in content:
        marks = _counts(np.flatnonzero(buffer == _QUOTE), starts, ends)
        joined, stop = _join_quoted(content, starts, ends, np.flatnonzero(marks % 2).tolist(), is_last)
        keep = np.ones(len(ends), dtype=bool)
        for first, last in joined:
            ends[first] = ends[last]
            keep[first + 1 : last + 1] = False
        keep[stop:] = False
        rest = content[starts[stop] :] if stop < len(starts) else b""
        starts, ends = starts[keep], ends[keep]
    else:
        rest = b""
    while (returns := (starts < ends) & (buffer[ends - 1] == _RETURN)).any():
        ends = ends - returns
    filled = starts < ends
    return Records(content, starts[filled], ends[filled]), rest


def _counts(places: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """How many of the ascending `places` lie in each span."""
    return np.searchsorted(places, ends) - np.searchsorted(places, starts)


def _join_quoted(
    content: bytes, starts: np.ndarray, ends: np.ndarray, odd: list[int], is_last: bool
) -> tuple[list[tuple[int, int]], int]:
    """Lines that a quoted line break has cut, as (first, last), and the line from which the next block is needed.

    `odd` are the lines with an odd number of quotation marks.
    """
    joined: list[tuple[int, int]] = []
    place = 0
    while place < len(odd):
        opening = odd[place]
        closing = odd[place + 1] if place + 1 < len(odd) else None
        if closing is None and not is_last and len(ends) - opening <= _LONGEST_RECORD:
            return joined, opening
        is_record = (
            closing is not None
            and closing - opening <= _LONGEST_RECORD
            and split_record(_line(content, starts[opening], ends[opening])) is None
            and split_record(_line(content, starts[opening], ends[closing])) is not None
        )
        if is_record:
            joined.append((opening, closing))  # type: ignore[arg-type]
        place += 2 if is_record else 1
    return joined, len(ends)


def _line(content: bytes, start: int, end: int) -> str:
    return content[start:end].decode().replace("\r\n", "\n").rstrip("\r")


def split_record(record: str) -> list[str] | None:
    """The fields of one record, None when its quotation marks do not fit."""
    try:
        rows = list(csv.reader([record], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def sound_records(records: Records, width: int) -> np.ndarray:
    """Which records have `width` fields, no line break in them, and quotation marks as RFC 4180 says."""
    buffer = np.frombuffer(records.content, dtype=np.uint8)
    commas = np.flatnonzero(buffer == _COMMA)
    sound = _counts(commas, records.starts, records.ends) == width - 1
    if b"\r" in records.content:
        sound &= _counts(np.flatnonzero(buffer == _RETURN), records.starts, records.ends) == 0
    quotes = np.flatnonzero(buffer == _QUOTE)
    marks = _counts(quotes, records.starts, records.ends)
    marked = np.flatnonzero(marks)
    if len(marked):
        part = Records(records.content, records.starts[marked], records.ends[marked])
        separators = _separators(commas, quotes, part)
        breaks = np.flatnonzero((buffer == _LINE_FEED) | (buffer == _RETURN))
        has_break = _counts(breaks, part.starts, part.ends) > 0
        fitting = _fitting_marks(buffer, quotes, part) & (marks[marked] % 2 == 0) & ~has_break
        sound[marked] = fitting & (separators == width - 1)
    return sound


def _separators(commas: np.ndarray, quotes: np.ndarray, records: Records) -> np.ndarray:
    """How many commas of each record have an even number of its quotation marks before them."""
    counts = _counts(commas, records.starts, records.ends)
    owner = np.repeat(np.arange(len(records)), counts)
    first = np.searchsorted(commas, records.starts)
    places = first[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    before = np.searchsorted(quotes, commas[places]) - np.searchsorted(quotes, records.starts)[owner]
    return np.bincount(owner[before % 2 == 0], minlength=len(records))


def _fitting_marks(buffer: np.ndarray, quotes: np.ndarray, records: Records) -> np.ndarray:
    """Which records have no mark inside an unquoted field and nothing between a closing mark and the next comma."""
    owner = np.searchsorted(records.starts, quotes, side="right") - 1
    inside = (owner >= 0) & (quotes < records.ends[np.maximum(owner, 0)])
    quotes, owner = quotes[inside], owner[inside]
    ordinal = np.arange(len(quotes)) - np.searchsorted(quotes, records.starts)[owner]
    opens = ordinal % 2 == 0
    at_edge = np.where(opens, quotes == records.starts[owner], quotes + 1 == records.ends[owner])
    neighbour = buffer[np.where(opens, np.maximum(quotes - 1, 0), np.minimum(quotes + 1, len(buffer) - 1))]
    wrong = ~(at_edge | (neighbour == _COMMA) | (neighbour == _QUOTE))
    fitting = np.ones(len(records), dtype=bool)
    fitting[owner[wrong]] = False
    return fitting
