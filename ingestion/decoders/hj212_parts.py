"""Split packets of HJ 212 (PNUM parts, PNO from 1): parts wait for each other over chunks and files of a batch."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ingestion.decoders.hj212_shapes import REPAIR

_MOST_WAITING = 32 << 20
"""Bytes of parts that may wait; beyond it the oldest go on without the parts they lack."""
_MOST_TIMES = 100_000

_NUMBERING = re.compile(rb"(?:PNUM|PNO)=[^;,&]*[;,]*")
_BODY = re.compile(rb"(?:^|(?<=[;,&]))\s*CP\s*=")
_TIME = re.compile(rb"(?:^|[;,&])DataTime=([^;,&]*)[;,]*")

Key = tuple[str | None, str | None, str | None]


class Segment(NamedTuple):
    """A data segment with the place of its packet and the repairs (bits of REPAIR) that it needed so far."""

    text: bytes
    file: int
    record: int
    repairs: int


class Segments(NamedTuple):
    """Many segments in parallel columns."""

    texts: list[bytes]
    files: np.ndarray
    records: np.ndarray
    repairs: np.ndarray

    def one(self, place: int) -> Segment:
        """The segment at a place."""
        return Segment(self.texts[place], int(self.files[place]), int(self.records[place]), int(self.repairs[place]))

    @staticmethod
    def of(segments: list[Segment]) -> Segments:
        """A list of segments as columns."""
        numbers = np.array([segment[1:] for segment in segments], dtype=np.int64).reshape(-1, 3).T
        return Segments([segment.text for segment in segments], *numbers)


class Numbering(NamedTuple):
    """Which packet a part belongs to (MN, QN, CN), how many parts that has, and which one this is."""

    key: Key
    total: int
    number: int


@dataclass
class _Waiting:
    total: int
    parts: dict[int, Segment] = field(default_factory=dict)
    again: list[Segment] = field(default_factory=list)
    size: int = 0


class SplitPackets:
    """The parts that wait for others; whole packets come back as single segments without PNUM and PNO."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Key, _Waiting] = OrderedDict()
        self._times: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0

    def add(self, part: Segment, numbering: Numbering) -> list[Segment]:
        """Take one part in; returns what is whole with it, or can no longer wait."""
        done: list[Segment] = []
        key = numbering.key
        group = self._waiting.get(key)
        if key in self._times and group is None:
            # The packet is whole already: a part that is sent again measures what is known.
            return [self._alone(key, part)]
        if group is not None and not _belongs(group, part, numbering):
            done += self._end(key)
            group = None
        if group is None:
            group = self._waiting[key] = _Waiting(numbering.total)
        if numbering.number in group.parts:
            group.again.append(part)
        else:
            group.parts[numbering.number] = part
        group.size += len(part.text)
        self._size += len(part.text)
        if len(group.parts) == group.total:
            done += self._end(key)
        while self._size > _MOST_WAITING:
            done += self._end(next(iter(self._waiting)))
        return done

    def rest(self) -> list[Segment]:
        """What never became whole, at the end of a batch."""
        return [segment for key in list(self._waiting) for segment in self._end(key)]

    def _end(self, key: Key) -> list[Segment]:
        group = self._waiting.pop(key)
        self._size -= group.size
        whole = _joined(group)
        time = _time_of(whole.text)
        if time and key[1]:
            self._times[key] = time
            if len(self._times) > _MOST_TIMES:
                self._times.popitem(last=False)
        return [whole, *(self._alone(key, part) for part in group.again)]

    def _alone(self, key: Key, part: Segment) -> Segment:
        head, body = _taken_apart(part.text)
        time = self._times.get(key)
        if time and not _time_of(part.text):
            body = b"DataTime=" + time + b";" + body
        return part._replace(text=_written(head, body), repairs=part.repairs | REPAIR["split_packet"])


def _belongs(group: _Waiting, part: Segment, numbering: Numbering) -> bool:
    """Whether a part is of the same packet; without a QN also its time must agree and its number be free."""
    if group.total != numbering.total:
        return False
    if numbering.key[1]:
        return True
    times = {_time_of(one.text) for one in [*group.parts.values(), part]} - {b""}
    known = group.parts.get(numbering.number)
    return len(times) <= 1 and (known is None or known.text == part.text)


def _joined(group: _Waiting) -> Segment:
    """The parts in the order of their numbers, at the place of the one that came first."""
    first = next(iter(group.parts.values()))
    ordered = [group.parts[number] for number in sorted(group.parts)]
    bodies, times = [], set()
    for part in ordered:
        body = _taken_apart(part.text)[1]
        time = _TIME.search(body)
        if time and time[1] in times:
            body = body[: time.start()] + b";" + body[time.end() :]
        elif time:
            times.add(time[1])
        bodies.append(body.strip(b";,"))
    repairs = REPAIR["split_packet"] if len(ordered) == group.total else REPAIR["split_incomplete"]
    for part in ordered:
        repairs |= part.repairs
    return first._replace(text=_written(_taken_apart(ordered[0].text)[0], b";".join(bodies)), repairs=repairs)


def _taken_apart(text: bytes) -> tuple[bytes, bytes]:
    found = _BODY.search(text)
    head, body = (text[: found.start()], text[found.end() :]) if found else (text, b"")
    return _NUMBERING.sub(b"", head), body.strip(b"&;, ")


def _written(head: bytes, body: bytes) -> bytes:
    return head + b"CP=&&" + body + b"&&"


def _time_of(text: bytes) -> bytes:
    found = _TIME.search(text)
    return found[1] if found else b""
