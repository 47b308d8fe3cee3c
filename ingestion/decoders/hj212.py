"""Packets of HJ 212-2017 (and HJ/T 212-2005) -> one row per device, factor and period.

`##` + 4 digits length + data segment + 4 hexadecimal digits CRC. A packet that is damaged or carries another command is
refused whole and counts as one row; a good packet counts as one row per factor in it. A key that a packet gives twice
keeps its first value, the other one goes to `extra`. Parts of a split packet (PNUM, PNO) are put together.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import polars as pl

from ingestion.declaration import Dataset, Hj212
from ingestion.decoders.chunk import Chunk, refused_frame, row_schema
from ingestion.decoders.hj212_values import FactorTable, measured_values
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.identifiers import hj212_crcs
from ingestion.landing import LandedFile
from ingestion.rules import FILE, RECORD, REFUSED_SCHEMA

_BLOCK = 8 << 20
_PACKETS_PER_CHUNK = 8_000
_GLUED = re.compile(rb"(?=##\d{4})")
_FORM = r"^##\d{4}"
_END = r"^[0-9A-Fa-f]{4}(?:\*\*)?\s*$"


class _Wrapped(msgspec.Struct):
    packet: str


def decode_hj212(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; `counted` counts packets, as the manifest does."""
    decoder = _Decoder(dataset)
    packets: list[bytes] = []
    places: list[tuple[int, int]] = []
    counted: dict[int, int] = {}
    for index, file in enumerate(files):
        number = counted.setdefault(index, 0)
        with unpack(dataset, file, ("",)) as unpacked:
            for block in _packets(unpacked):
                packets += block
                places += [(index, number + i) for i in range(1, len(block) + 1)]
                number += len(block)
                counted[index] = counted.get(index, 0) + len(block)
                if len(packets) >= _PACKETS_PER_CHUNK:
                    yield decoder.chunk(packets, places, counted)
                    packets, places, counted = [], [], {}
    yield decoder.chunk(packets, places, counted)


def _packets(unpacked: Unpacked) -> Iterator[list[bytes]]:
    """Lists of packets, one per line, glued ones cut apart; lines of JSON with a member `packet` are unwrapped."""
    carry = b""
    wrapped: bool | None = None
    while True:
        data = unpacked.read(_BLOCK)
        lines = (carry + data).split(b"\n")
        carry = lines.pop() if data else b""
        lines = [line for line in map(bytes.strip, lines) if line]
        if wrapped is None and lines:
            wrapped = lines[0].startswith(b"{")
        if wrapped:
            lines = [_unwrap(unpacked, line) for line in lines]
        if any(line.find(b"##", 2) > 0 for line in lines):
            lines = [part for line in lines for part in _GLUED.split(line) if part]
        if lines:
            yield lines
        if not data:
            return


def _unwrap(unpacked: Unpacked, line: bytes) -> bytes:
    try:
        return msgspec.json.decode(line, type=_Wrapped).packet.strip().encode()
    except msgspec.DecodeError as error:
        raise unpacked.fault(f"has a line that is not JSON with a packet ({error})", "ask for it again") from error


def load_factors() -> FactorTable:
    """Factor codes of HJ 212-2017 and the codes of 2005 that they replace."""
    with (Path(__file__).parent / "hj212_factors.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    codes = {row["code"]: row["code"] for row in rows}
    return codes | {row["code_2005"]: row["code"] for row in rows if row["code_2005"]}


class _Decoder:
    """Decodes the packets of one batch and remembers the times of split packets."""

    def __init__(self, dataset: Dataset) -> None:
        form = dataset.format
        assert isinstance(form, Hj212)
        self.dataset, self.command = dataset, form.command
        self.factors = load_factors()
        self.split_times: dict[tuple[object, ...], str] = {}

    def chunk(self, packets: list[bytes], places: list[tuple[int, int]], counted: dict[int, int]) -> Chunk:
        """One chunk of packets at their places (file index, packet number)."""
        if not packets:
            empty = pl.DataFrame(schema=row_schema(self.dataset.sources))
            return Chunk(empty, refused_frame([]), counted)
        frame = _framed(packets, places)
        frame = _with_faults(frame, packets, self.command)
        bad = frame.filter(pl.col("rule").is_not_null())
        good = frame.filter(pl.col("rule").is_null())
        refused = bad.with_columns(pl.lit(None, dtype=pl.String).alias("field"), _readable(bad["text"]).alias("raw"))
        good = self._joined(good)
        rows, more, new = measured_values(self.dataset, good, self.factors)
        refused = pl.concat([refused.select(REFUSED_SCHEMA.names()).cast(REFUSED_SCHEMA), more]).sort(FILE, RECORD)
        return Chunk(rows, refused, counted, new)

    def _joined(self, good: pl.DataFrame) -> pl.DataFrame:
        """Parts of split packets get the time of the part that has one, and the unit of the first part."""
        unit = np.arange(good.height)
        time = good["DataTime"].to_list() if (good["parts"] > 1).any() else None
        if time is not None:
            first: dict[tuple[object, ...], int] = {}
            for i, (file, mn, qn) in enumerate(good.select(FILE, "MN", "QN").iter_rows()):
                if not (good["parts"][i] or 0) > 1:
                    continue
                key = (file, mn, qn)
                time[i] = time[i] or self.split_times.get(key)
                if time[i]:
                    self.split_times[key] = time[i]
                unit[i] = first.setdefault((*key, time[i]), i)
            good = good.with_columns(pl.Series("DataTime", time, dtype=pl.String))
        return good.with_columns(pl.Series("unit", unit, dtype=pl.Int64))


def _framed(packets: list[bytes], places: list[tuple[int, int]]) -> pl.DataFrame:
    """Packets as text (one character per byte) with the parts of their frame."""
    numbers = np.array(places, dtype=np.int64)
    frame = pl.DataFrame(
        {
            FILE: pl.Series(numbers[:, 0]).cast(pl.UInt32),
            RECORD: pl.Series(numbers[:, 1]),
            "text": pl.Series([p.decode("latin-1") for p in packets], dtype=pl.String),
        }
    )
    length = pl.when(pl.col("text").str.contains(_FORM)).then(
        pl.col("text").str.slice(2, 4).cast(pl.Int64, strict=False)
    )
    frame = frame.with_columns(length=length)
    return frame.with_columns(
        data=pl.col("text").str.slice(6, pl.col("length").cast(pl.UInt32)),
        end=pl.col("text").str.slice(pl.col("length") + 6),
    )


def _with_faults(frame: pl.DataFrame, packets: list[bytes], command: str) -> pl.DataFrame:
    """Adds the header fields, and `rule`, `reason`, `value` where the packet has to be refused."""
    frame = _with_crc(frame, packets)
    parts = frame["data"].str.splitn("CP=&&", 2).struct.rename_fields(["head", "body"]).struct.unnest()
    frame = pl.concat([frame, parts], how="horizontal").with_columns(
        *(pl.col("head").str.extract(rf"(?:^|[;,]){name}=([^;,]*)").alias(name) for name in ("QN", "ST", "CN", "MN")),
        parts=pl.col("head").str.extract(r"(?:^|[;,])PNUM=(\d+)").cast(pl.Int64, strict=False),
        DataTime=pl.col("body").str.extract(r"(?:^|[;,&])DataTime=([^;,&]*)"),
    )
    rule, reason, value = (pl.lit(None, dtype=pl.String) for _ in range(3))
    for check in reversed(_checks(command)):
        broken = check.broken.fill_null(False)
        rule = pl.when(broken).then(pl.lit(check.rule)).otherwise(rule)  # type: ignore[assignment]
        reason = pl.when(broken).then(check.reason).otherwise(reason)  # type: ignore[assignment]
        value = pl.when(broken).then(check.value).otherwise(value)  # type: ignore[assignment]
    return frame.with_columns(rule=rule, reason=reason, value=value)


class _Check(NamedTuple):
    rule: str
    broken: pl.Expr
    reason: pl.Expr
    value: pl.Expr


def _checks(command: str) -> list[_Check]:
    """What a packet has to be, the most basic first."""
    text, cn = pl.col("text"), pl.col("CN").fill_null("")
    actual = text.str.strip_suffix("**").str.len_chars().cast(pl.Int64) - 10
    again = "; the device must send it again."
    return [
        _Check(
            "packet_form",
            pl.col("length").is_null(),
            pl.lit("The packet does not begin with ## and four digits" + again),
            text.str.slice(0, 6),
        ),
        _Check(
            "packet_length",
            ~pl.col("end").str.contains(_END),
            pl.format("The packet says {} bytes of data and has {}" + again, "length", actual),
            text.str.slice(2, 4),
        ),
        _Check(
            "packet_crc",
            pl.col("crc") != pl.col("expected_crc"),
            pl.format("The packet's CRC is {} and should be {}" + again, "crc", "expected_crc"),
            pl.col("crc"),
        ),
        _Check(
            "packet_form",
            pl.col("body").is_null(),
            pl.lit("The packet has no command parameters (CP=&&)" + again),
            pl.lit(None, dtype=pl.String),
        ),
        _Check(
            "other_command",
            cn != command,
            pl.format("The packet's command is CN={} and this dataset takes CN={}.", cn, pl.lit(command)),
            cn,
        ),
    ]


def _with_crc(frame: pl.DataFrame, packets: list[bytes]) -> pl.DataFrame:
    lengths = frame["length"].fill_null(0).to_list()
    expected = hj212_crcs([p[6 : 6 + n] for p, n in zip(packets, lengths, strict=True)])
    return frame.with_columns(
        crc=pl.col("end").str.slice(0, 4).str.to_uppercase(),
        expected_crc=pl.Series([f"{value:04X}" for value in expected.tolist()], dtype=pl.String),
    )


def _readable(text: pl.Series) -> pl.Series:
    """Packets as they were meant: UTF-8 where they hold Chinese."""
    return pl.Series([t.encode("latin-1").decode("utf-8", "replace") for t in text.to_list()], dtype=pl.String)
