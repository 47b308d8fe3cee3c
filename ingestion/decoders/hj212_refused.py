"""HJ 212 packets that are refused whole, each one row with its rule, its reason and its text as received."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl

from ingestion.decoders.chunk import refused_frame
from ingestion.decoders.hj212_frames import Frames, Packets
from ingestion.decoders.hj212_parts import Segment
from ingestion.identifiers import hj212_crc
from ingestion.rules import FILE, RECORD

_AGAIN = "; the device must send it again."
_HEAD = 6
_CRC_SIZE = 4


class Refusals:
    """The refused packets of one chunk; `files` and `records` are the places of its `packets`."""

    def __init__(self, packets: Packets, files: np.ndarray, records: np.ndarray) -> None:
        self._packets, self._files, self._records = packets, files, records
        self._rows: list[dict[str, object]] = []

    def frame(self) -> pl.DataFrame:
        """All of them (REFUSED_SCHEMA)."""
        return refused_frame(self._rows)

    def add_damaged(self, frames: Frames, places: np.ndarray) -> None:
        """Refuse the packets at `places`, whose frame is not sound."""
        for i in places.tolist():
            start, end = int(self._packets.starts[i]), int(self._packets.ends[i])
            text = self._packets.text[start:end]
            rule, reason, value = _fault(text, int(frames.length[i]), bool(frames.is_whole[i]), int(frames.expected[i]))
            self._add(int(self._files[i]), int(self._records[i]), rule, reason + _AGAIN, value, text)

    def add(self, segment: Segment, rule: str, reason: str, value: str | None = None) -> None:
        """Refuse a packet whose frame is sound."""
        place = self._places.get((segment.file, segment.record))
        if place is None:
            # It came with an earlier chunk, or was put together from parts.
            text = b"##%04d%s%04X" % (len(segment.text), segment.text, hj212_crc(segment.text))
        else:
            text = self._packets.text[self._packets.starts[place] : self._packets.ends[place]]
        self._add(segment.file, segment.record, rule, reason, value, text)

    def add_other_command(self, segment: Segment, command: str | None, wanted: list[str]) -> None:
        """Refuse a packet that carries another command, such as a heartbeat."""
        takes = " or ".join(f"CN={one}" for one in wanted)
        reason = f"The packet's command is CN={command or ''} and this dataset takes {takes}."
        self.add(segment, "other_command", reason, command or "")

    @cached_property
    def _places(self) -> dict[tuple[int, int], int]:
        keys = zip(self._files.tolist(), self._records.tolist(), strict=True)
        return {key: place for place, key in enumerate(keys)}

    def _add(self, file: int, record: int, rule: str, reason: str, value: str | None, text: bytes) -> None:
        raw = text.decode("utf-8", "replace")
        self._rows.append({FILE: file, RECORD: record, "rule": rule, "reason": reason, "value": value, "raw": raw})


def _fault(text: bytes, length: int, is_whole: bool, expected: int) -> tuple[str, str, str]:
    """Rule, reason and value at fault of a packet that is damaged."""
    if length < 0:
        return "packet_form", "The packet does not begin with ## and four digits", _shown(text[:_HEAD])
    if not is_whole:
        actual = len(text.removesuffix(b"**")) - _HEAD - _CRC_SIZE
        reason = f"The packet says {length} bytes of data and has {actual}"
        return "packet_length", reason, _shown(text[2:_HEAD])
    sent = _shown(text[_HEAD + length : _HEAD + length + _CRC_SIZE])
    return "packet_crc", f"The packet's CRC is {sent.upper()} and should be {expected:04X}", sent


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")
