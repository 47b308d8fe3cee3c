"""Packets of HJ 212-2017 (and HJ/T 212-2005) -> one row per device, factor and period.

A packet that is damaged or carries another command is refused whole and counts as one row; a good packet counts as one
row per factor in it. What real packets have besides is repaired, and the source column `repairs` names it: CRC in small
letters, `**` behind it, packets glued together, segments above 1,024 bytes, codes of 2005, a QN in milliseconds, single
marks, a `;` before the last mark, split packets (also over chunks and files), keys given twice (the first value counts,
the others go to `extra`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import polars as pl

from ingestion.declaration import Dataset, Hj212
from ingestion.decoders.chunk import Chunk, row_schema
from ingestion.decoders.hj212_frames import LONGEST, Frames, Packets, check_frames, find_packets
from ingestion.decoders.hj212_parts import Segment, Segments, SplitPackets
from ingestion.decoders.hj212_refused import Refusals
from ingestion.decoders.hj212_shapes import REPAIR, Shape, load_factors, read_shape
from ingestion.decoders.hj212_tokens import tokens_of
from ingestion.decoders.hj212_values import Header, Measured, measured_values, numberings
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.landing import LandedFile
from ingestion.rules import FILE, RECORD, REFUSED_SCHEMA

__all__ = ["decode_hj212", "load_factors", "packets_of"]

_BLOCK = 5 << 18
_LONGEST_LINE = 4 << 20
_CHUNK = 5 << 18
_MOST_SHAPES = 20_000
_WAS_SPLIT = REPAIR["split_packet"] | REPAIR["split_incomplete"]
_GLUED = re.compile(rb"##\d{4}")
_NO_SEPARATOR = re.compile(rb"(?<=[^;,&])CP=")
_NO_MARK = re.compile(rb"CP=(?!&)")


class _Wrapped(msgspec.Struct):
    packet: str


class _Block(NamedTuple):
    """Whole lines of one file."""

    file: int
    text: bytes


def decode_hj212(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; `counted` counts packets, as the manifest does."""
    decoder = _Decoder(dataset)
    blocks: list[_Block] = []
    size = 0
    for index, file in enumerate(files):
        with unpack(dataset, file, ("",)) as unpacked:
            for text in _lines(unpacked):
                blocks.append(_Block(index, text))
                size += len(text)
                if size >= _CHUNK:
                    yield decoder.chunk(blocks)
                    blocks, size = [], 0
    yield decoder.chunk(blocks, is_last=True)


def packets_of(dataset: Dataset, file: LandedFile) -> Iterator[str]:
    """The packets of one file as they were sent, in the order of their record numbers."""
    with unpack(dataset, file, ("",)) as unpacked:
        for text in _lines(unpacked):
            found = find_packets(text)
            for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
                yield text[start:end].decode("utf-8", "replace")


def _lines(unpacked: Unpacked) -> Iterator[bytes]:
    """Blocks of whole lines; lines of JSON with a member `packet` are unwrapped."""
    carry = b""
    wrapped: bool | None = None
    while True:
        data = unpacked.read(_BLOCK)
        text = carry + data
        cut = _last_break(text) if data else len(text)
        text, carry = text[:cut], text[cut:]
        if wrapped is None and text.strip():
            wrapped = text.lstrip()[:1] == b"{"
        if text:
            yield b"\n".join(_unwrap(unpacked, line) for line in text.split(b"\n") if line.strip()) if wrapped else text
        if not data:
            return


def _last_break(text: bytes) -> int:
    """Where the unfinished last line begins; a line without end is cut before its last packet, or anywhere."""
    cut = text.rfind(b"\n") + 1
    if len(text) - cut <= _LONGEST_LINE:
        return cut
    starts = [found.start() for found in _GLUED.finditer(text, cut)]
    return starts[-1] if starts and starts[-1] > cut else len(text)


def _unwrap(unpacked: Unpacked, line: bytes) -> bytes:
    try:
        return msgspec.json.decode(line, type=_Wrapped).packet.encode()
    except msgspec.DecodeError as error:
        raise unpacked.fault(f"has a line that is not JSON with a packet ({error})", "ask for it again") from error


class _Decoder:
    """Decodes the packets of one batch; remembers the shapes it met, the parts that wait, and how far each file is."""

    def __init__(self, dataset: Dataset) -> None:
        form = dataset.format
        assert isinstance(form, Hj212)
        self.sources = dataset.sources
        self.commands = form.command.split(",")
        self.factors = load_factors()
        self.shapes: dict[str, Shape] = {}
        self.parts = SplitPackets()
        self.numbers: Counter[int] = Counter()

    def chunk(self, blocks: list[_Block], is_last: bool = False) -> Chunk:
        """The rows of some blocks; with the last ones also those of packets that stayed incomplete."""
        packets = find_packets(b"\n".join(block.text for block in blocks))
        files, records, counted = self._places(blocks, packets)
        frames = check_frames(packets)
        sound = frames.is_whole & (frames.crc == frames.expected)
        refusals = Refusals(packets, files, records)
        refusals.add_damaged(frames, np.flatnonzero(~sound))
        spans = zip(frames.starts[sound].tolist(), frames.ends[sound].tolist(), strict=True)
        texts = [packets.text[start:end] for start, end in spans]
        repairs = _frame_repairs(packets, frames)[sound]
        segments = Segments(texts, files[sound], records[sound], repairs)
        found = [self._empty()]
        while segments.texts or is_last:
            if not segments.texts:
                segments, is_last = Segments.of(self.parts.rest()), False
                continue
            measured, following = self._decoded(segments, refusals)
            segments = Segments.of(following)
            found.append(measured)
        return Chunk(
            rows=pl.concat([one.rows for one in found]),
            refused=pl.concat([refusals.frame(), *(one.refused for one in found)]).sort(FILE, RECORD),
            counted=counted,
            new_fields=frozenset().union(*(one.new_names for one in found)),
        )

    def _places(self, blocks: list[_Block], packets: Packets) -> tuple[np.ndarray, np.ndarray, Counter[int]]:
        """File and number of every packet, and how many packets each file has here."""
        sizes = np.cumsum([0, *(len(block.text) + 1 for block in blocks)])
        bounds = np.searchsorted(packets.starts, sizes).tolist()
        counted: Counter[int] = Counter()
        files, records = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for block, begin, end in zip(blocks, bounds, bounds[1:], strict=False):
            files.append(np.full(end - begin, block.file, dtype=np.int64))
            records.append(np.arange(1, 1 + end - begin) + self.numbers[block.file])
            self.numbers[block.file] += end - begin
            counted[block.file] += end - begin
        return np.concatenate(files), np.concatenate(records), counted

    def _decoded(self, segments: Segments, refusals: Refusals) -> tuple[Measured, list[Segment]]:
        """Rows of sound segments, and the segments that came of them: mended, or put together from parts."""
        tokens = tokens_of(segments.texts)
        header = Header(tokens, [self._shape(text) for text in tokens.skeletons])
        following: list[Segment] = []
        todo = header.of_shapes([shape.has_body for shape in header.shapes])
        for i in np.flatnonzero(~todo).tolist():
            following += _mended(segments.one(i), refusals)
        command = header.texts("CN")
        other = todo & ~command.is_in(self.commands).fill_null(False).to_numpy()
        for i in np.flatnonzero(other).tolist():
            refusals.add_other_command(segments.one(i), command[i], self.commands)
        todo &= ~other
        for i, numbering in numberings(header).items():
            # What was put together is not taken for a part again, whatever stands in it.
            if todo[i] and not segments.repairs[i] & _WAS_SPLIT:
                todo[i] = False
                following += self.parts.add(segments.one(i), numbering)
        silent = todo & ~header.of_shapes([bool(shape.factors) for shape in header.shapes])
        for i in np.flatnonzero(silent).tolist():
            refusals.add(segments.one(i), "no_values", "The packet measures no factor; ask the owner of the device.")
        return measured_values(self.sources, segments, header, np.flatnonzero(todo & ~silent)), following

    def _shape(self, skeleton: str) -> Shape:
        shape = self.shapes.get(skeleton)
        if shape is None:
            if len(self.shapes) >= _MOST_SHAPES:
                self.shapes.clear()
            shape = self.shapes[skeleton] = read_shape(skeleton, frozenset(self.sources), self.factors)
        return shape

    def _empty(self) -> Measured:
        rows = pl.DataFrame(schema=row_schema(self.sources))
        return Measured(rows, pl.DataFrame(schema=REFUSED_SCHEMA), frozenset())


def _frame_repairs(packets: Packets, frames: Frames) -> np.ndarray:
    """What had to be overlooked in the frame of each packet (bits of REPAIR)."""
    kinds = {
        "lower_case_crc": frames.is_lower,
        "double_star": frames.is_starred,
        "glued_packets": packets.is_glued,
        "oversize": frames.length > LONGEST,
    }
    return sum((mask * REPAIR[name] for name, mask in kinds.items()), np.zeros(len(packets.starts), dtype=np.int64))


def _mended(segment: Segment, refusals: Refusals) -> list[Segment]:
    """A segment without command parameters; some lack the separator before them (`Flag=5CP=&&`) or the mark."""
    text = _NO_SEPARATOR.sub(b";CP=", segment.text, count=1)
    repairs = segment.repairs | REPAIR["missing_separator"] * (text != segment.text)
    text = _NO_MARK.sub(b"CP=&", text, count=1)
    if text == segment.text:
        refusals.add(
            segment, "packet_form", "The packet has no command parameters (CP=&&); the device must send it again."
        )
        return []
    return [segment._replace(text=text, repairs=repairs)]
