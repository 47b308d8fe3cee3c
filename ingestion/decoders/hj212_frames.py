"""The frame of HJ 212 packets, many at a time: `##` + 4 digits length + data segment + 4 hexadecimal digits CRC."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ingestion.identifiers import hj212_crcs_at

LONGEST = 1024
"""Bytes that HJ 212-2017 allows a data segment; longer ones are read and noted."""

_HEAD = 6
_PAD = 16
_NEWLINE, _HASH = 10, 35
_BLANK = np.zeros(256, dtype=bool)
_BLANK[list(b" \t\n\r\v\f")] = True
_DIGIT = np.zeros(256, dtype=bool)
_DIGIT[list(b"0123456789")] = True
_HEX = np.full(256, -1, dtype=np.int32)
_HEX[list(b"0123456789")] = range(10)
_HEX[list(b"ABCDEF")] = _HEX[list(b"abcdef")] = range(10, 16)
_LOWER_HEX = np.zeros(256, dtype=bool)
_LOWER_HEX[list(b"abcdef")] = True
_TRIMS = 8


class Packets(NamedTuple):
    """Packets in `text`, from `starts` to `ends` without blanks around them; `is_glued`: shares its line."""

    text: bytes
    starts: np.ndarray
    ends: np.ndarray
    is_glued: np.ndarray


class Frames(NamedTuple):
    """What stands around the data segment `starts:ends` of each packet.

    `length` as announced (-1: the packet does not begin with ## and four digits), `is_whole`: the packet ends where it
    should, `crc` as sent and `expected` (CRC of the segment), `is_lower`: CRC in small letters, `is_starred`: `**`
    follows it.
    """

    starts: np.ndarray
    ends: np.ndarray
    length: np.ndarray
    is_whole: np.ndarray
    crc: np.ndarray
    expected: np.ndarray
    is_lower: np.ndarray
    is_starred: np.ndarray


def find_packets(text: bytes) -> Packets:
    """One packet per line that is not blank; a line that holds `##` + 4 digits further on is cut there."""
    data = np.frombuffer(text, dtype=np.uint8)
    breaks = np.flatnonzero(data == _NEWLINE)
    line = np.concatenate([np.zeros(1, dtype=np.int64), breaks + 1])
    cuts = _cuts(data, line)
    starts = np.sort(np.concatenate([line, cuts])) if len(cuts) else line
    following = np.concatenate([starts[1:], np.array([len(text) + 1])])
    is_break = np.zeros(len(starts), dtype=bool)
    is_break[np.searchsorted(starts, line[1:]) - 1] = True
    is_break[-1:] = True
    ends = following - is_break
    of_line = np.searchsorted(line, starts, side="right")
    starts, ends = _trimmed(text, data, starts, ends)
    kept = ends > starts
    starts, ends, of_line = starts[kept], ends[kept], of_line[kept]
    same = of_line[1:] == of_line[:-1]
    glued = np.zeros(len(starts), dtype=bool)
    glued[1:] |= same
    glued[:-1] |= same
    return Packets(text, starts, ends, glued)


def _cuts(data: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Places inside of lines where another packet begins."""
    if len(data) < _HEAD:
        return line[:0]
    marks = np.flatnonzero((data[:-5] == _HASH) & (data[1:-4] == _HASH))
    marks = marks[_DIGIT[data[marks[:, None] + np.arange(2, _HEAD)]].all(axis=1)]
    inside = marks - line[np.searchsorted(line, marks, side="right") - 1]
    return marks[inside >= 2]


def _trimmed(text: bytes, data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends without the blanks at both ends."""
    starts, ends = starts.copy(), ends.copy()
    last = max(len(data) - 1, 0)
    data = data if len(data) else np.zeros(1, dtype=np.uint8)
    for _ in range(_TRIMS):
        blank = (ends > starts) & _BLANK[data[np.clip(ends - 1, 0, last)]]
        lead = (ends > starts) & _BLANK[data[np.minimum(starts, last)]]
        if not blank.any() and not lead.any():
            return starts, ends
        ends -= blank
        starts += lead & (ends > starts)
    # Long runs of blanks are rare: those lines are trimmed one by one.
    for i in np.flatnonzero(blank | lead).tolist():
        part = text[starts[i] : ends[i]]
        ends[i] -= len(part) - len(part.rstrip())
        starts[i] = min(starts[i] + len(part) - len(part.lstrip()), ends[i])
    return starts, ends


def check_frames(packets: Packets) -> Frames:
    """The frame of every packet; nothing is refused here."""
    data = np.frombuffer(packets.text + bytes(_PAD), dtype=np.uint8)
    size = packets.ends - packets.starts
    head = data[packets.starts[:, None] + np.arange(_HEAD)]
    formed = (size >= _HEAD) & (head[:, :2] == _HASH).all(axis=1) & _DIGIT[head[:, 2:]].all(axis=1)
    number = (head[:, 2:].astype(np.int64) - ord("0")) @ np.array([1000, 100, 10, 1])
    length = np.where(formed, number, -1)
    starts = packets.starts + _HEAD
    ends = starts + np.maximum(length, 0)
    tail = packets.ends - ends
    place = np.minimum(ends, len(data) - _PAD)[:, None] + np.arange(6)
    after = data[place]
    digits = _HEX[after[:, :4]]
    starred = (tail == 6) & (after[:, 4:] == ord("*")).all(axis=1)
    whole = formed & ((tail == 4) | starred) & (digits >= 0).all(axis=1)
    ends = np.where(whole, ends, starts)
    return Frames(
        starts=starts,
        ends=ends,
        length=length,
        is_whole=whole,
        crc=(digits @ np.array([4096, 256, 16, 1])).astype(np.int64),
        expected=hj212_crcs_at(data, starts, ends),
        is_lower=_LOWER_HEX[after[:, :4]].any(axis=1),
        is_starred=starred,
    )
