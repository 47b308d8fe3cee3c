"""HJ 212 data segments -> one row per packet and factor, all segments of a chunk at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.decoders.hj212_parts import Numbering, Segments
from ingestion.decoders.hj212_shapes import FACTOR, PACKET_FIELDS, REPAIR, REPAIR_NAMES, REPAIRS, Shape
from ingestion.decoders.hj212_tokens import Tokens
from ingestion.rules import EXTRA, FILE, RECORD, REFUSED_SCHEMA, raw_text

_FIRST_YEAR, _LAST_YEAR = 2000, 2099


@dataclass(frozen=True)
class Header:
    """The segments of one chunk taken apart: their `tokens` and the `shapes` that these index."""

    tokens: Tokens
    shapes: list[Shape]

    def of_shapes(self, wanted: list[bool]) -> np.ndarray:
        """One truth value per packet, by its shape."""
        return np.array(wanted, dtype=bool)[self.tokens.shape]

    def texts(self, name: str) -> pl.Series:
        """A header field (or DataTime) of every packet, null where it has none."""
        return self.texts_of(name, slice(None))

    def texts_of(self, name: str, packets: np.ndarray | slice) -> pl.Series:
        """A header field (or DataTime) of some packets, null where it is missing."""
        places = [_place(shape.time if name == "DataTime" else shape.header.get(name)) for shape in self.shapes]
        return self.picked(np.array(places, dtype=np.int64)[self.tokens.shape[packets]], packets).alias(name)

    def picked(self, places: np.ndarray, packets: np.ndarray | slice) -> pl.Series:
        """The values at `places` (-1: null) of the packets, one each."""
        values = self.tokens.values
        if (places < 0).all():
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(places))
        index = np.where(places < 0, len(values) - 1, self.tokens.first[packets] + places)
        return values.gather(pl.Series(index.astype(np.uint32)))


def _place(place: int | None) -> int:
    return -1 if place is None else place


def numberings(header: Header) -> dict[int, Numbering]:
    """The packets that are parts of split ones: place in the chunk -> numbering."""
    marked = np.flatnonzero(header.of_shapes(["PNUM" in s.header and "PNO" in s.header for s in header.shapes]))
    if not len(marked):
        return {}
    frame = pl.DataFrame([header.texts_of(name, marked) for name in ("MN", "QN", "CN", "PNUM", "PNO")])
    numbers = frame.select(pl.col("PNUM", "PNO").cast(pl.UInt16, strict=False).fill_null(0))
    found = {}
    for place, key, (count, number) in zip(
        marked.tolist(), frame.select("MN", "QN", "CN").iter_rows(), numbers.iter_rows(), strict=True
    ):
        if count > 1 and 1 <= number <= count:
            found[place] = Numbering(key, count, number)
    return found


class Measured(NamedTuple):
    """Rows (FILE, RECORD, EXTRA, source columns), rows refused, and names that the declaration does not know."""

    rows: pl.DataFrame
    refused: pl.DataFrame
    new_names: frozenset[str]


def measured_values(sources: tuple[str, ...], segments: Segments, header: Header, wanted: np.ndarray) -> Measured:
    """Rows of the packets at the places `wanted`; a factor of no edition is refused as a row of its own."""
    table = _Table(segments, header, wanted)
    rows = pl.DataFrame([table.column(source) for source in sources])
    rows = rows.select(table.files(), table.records(), table.extra(), *sources)
    shapes = np.unique(header.tokens.shape[wanted]).tolist()
    names = frozenset().union(*(header.shapes[shape].new_names for shape in shapes))
    known = table.is_known()
    if known.all():
        return Measured(rows, pl.DataFrame(schema=REFUSED_SCHEMA), names)
    return Measured(rows.filter(known), _unknown_factor(rows.filter(~known)), names)


class _Table:
    """The rows to be made: row r is factor `factor[r]` (an index into all factors of all shapes) of `packet[r]`."""

    def __init__(self, segments: Segments, header: Header, wanted: np.ndarray) -> None:
        self.segments, self.header = segments, header
        self.factors = [factor for shape in header.shapes for factor in shape.factors]
        width = np.array([len(shape.factors) for shape in header.shapes], dtype=np.int64)
        of_packet = header.tokens.shape[wanted]
        self.packet = np.repeat(wanted, width[of_packet])
        self.packets = pl.Series(self.packet.astype(np.uint32))
        self.factor = _runs((np.cumsum(width) - width)[of_packet], width[of_packet])
        self.sent, self.unread = _sent_at(header.texts("QN"))

    def column(self, source: str) -> pl.Series:
        """The texts of one source column."""
        if source == FACTOR:
            codes = pl.Series([plan.code or plan.sent_code for plan in self.factors], dtype=pl.String)
            return codes.gather(pl.Series(self.factor.astype(np.uint32))).alias(source)
        if source == REPAIRS:
            return _repair_texts(self._repairs()).alias(source)
        if source in PACKET_FIELDS:
            values = self.sent if source == "QN" else self.header.texts(source)
            return values.gather(self.packets).alias(source)
        places = self._of_factor([_place(plan.values.get(source)) for plan in self.factors])
        return self.header.picked(places, self.packet).alias(source)

    def files(self) -> pl.Series:
        """The file of each row."""
        return pl.Series(FILE, self.segments.files.astype(np.uint32)[self.packet])

    def records(self) -> pl.Series:
        """The number of the packet of each row."""
        return pl.Series(RECORD, self.segments.records[self.packet])

    def is_known(self) -> pl.Series:
        """Whether the factor code of each row is one of an edition of the standard."""
        return pl.Series(self._of_factor([plan.code is not None for plan in self.factors]), dtype=pl.Boolean)

    def extra(self) -> pl.Series:
        """JSON of what has no column: names that no standard knows, further values of a name, a QN that is no time."""
        nothing = pl.Series(EXTRA, [None], dtype=pl.String).new_from_index(0, len(self.packet))
        parts = self._labelled()
        if self.unread:
            rows = np.flatnonzero(np.isin(self.packet, list(self.unread)))
            times = pl.Series([self.unread[place] for place in self.packet[rows].tolist()], dtype=pl.String)
            parts.append(pl.DataFrame({"row": rows, "label": pl.repeat("QN", len(rows), eager=True), "value": times}))
        if not parts:
            return nothing
        members = pl.concat(parts).select("row", _json("label") + ":" + _json("value"))
        texts = members.group_by("row", maintain_order=True).agg(pl.col("label").str.join(","))
        return nothing.scatter(texts["row"], "{" + texts["label"] + "}")

    def _labelled(self) -> list[pl.DataFrame]:
        """`row`, `label` and `value` of everything that stands in the `extra` of a plan."""
        extras = [{**factor.extra, **shape.extra} for shape in self.header.shapes for factor in shape.factors]
        sizes = np.array([len(extra) for extra in extras], dtype=np.int64)
        rows = np.flatnonzero(self._of_factor(sizes.tolist()))
        if not len(rows):
            return []
        plan = self.factor[rows]
        row = np.repeat(rows, sizes[plan])
        item = _runs((np.cumsum(sizes) - sizes)[plan], sizes[plan])
        labels = pl.Series([label for extra in extras for label in extra], dtype=pl.String)
        places = np.array([place for extra in extras for place in extra.values()], dtype=np.int64)
        values = self.header.picked(places[item], self.packet[row])
        return [pl.DataFrame({"row": row, "label": labels.gather(item), "value": values})]

    def _repairs(self) -> np.ndarray:
        of_shapes = np.array([shape.repairs for shape in self.header.shapes], dtype=np.int64)
        bits = self.segments.repairs | of_shapes[self.header.tokens.shape]
        is_epoch = (self.sent != self.header.texts("QN")).fill_null(False).to_numpy()
        bits[is_epoch] |= REPAIR["epoch_qn"]
        return bits[self.packet] | self._of_factor([plan.repairs for plan in self.factors])

    def _of_factor(self, of_plans: list[int]) -> np.ndarray:
        """One number per row from one per factor plan."""
        return np.array(of_plans, dtype=np.int64)[self.factor]


def _runs(begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """begin, begin + 1 ... of every run, one run after the other."""
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - (ends - lengths), lengths)


def _sent_at(sent: pl.Series) -> tuple[pl.Series, dict[int, str]]:
    """QN as yyyyMMddHHmmsszzz of every packet, and by place what is no such time.

    Some devices send milliseconds since 1970 instead.
    """
    year = sent.str.slice(0, 14).str.to_datetime("%Y%m%d%H%M%S", strict=False).dt.year()
    is_time = sent.str.contains(r"^\d{17}$") & year.is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(False)
    odd = (~is_time).fill_null(False)
    if not odd.any():
        return sent, {}
    is_epoch = sent.str.contains(r"^1\d{12}$").fill_null(False)
    frame = pl.DataFrame({"QN": sent, "odd": odd, "is_epoch": is_epoch})
    millis = pl.when("is_epoch").then("QN").cast(pl.Int64, strict=False)
    local = (pl.from_epoch(millis, time_unit="ms") + pl.duration(hours=8)).dt.strftime("%Y%m%d%H%M%S%3f")
    read = frame.select(pl.when("is_epoch").then(local).when(~pl.col("odd")).then("QN").alias("QN")).to_series()
    lost = (odd & read.is_null() & (sent != "")).arg_true()
    return read, dict(zip(lost.to_list(), sent.gather(lost).to_list(), strict=True))


def _repair_texts(bits: np.ndarray) -> pl.Series:
    """The names of the repairs of each row, joined by commas; null where nothing was repaired."""
    kinds, index = np.unique(bits, return_inverse=True)
    texts = [",".join(name for name in REPAIR_NAMES if kind & REPAIR[name]) or None for kind in kinds.tolist()]
    return pl.Series(texts, dtype=pl.String).gather(index)


def _json(column: str) -> pl.Expr:
    """A text column as JSON strings (or null), by way of an object with one member."""
    return pl.struct(pl.col(column).alias("t")).struct.json_encode().str.slice(5).str.strip_suffix("}").alias(column)


def _unknown_factor(rows: pl.DataFrame) -> pl.DataFrame:
    reason = "'{}' is a factor code neither of HJ 212-2017 nor of HJ/T 212-2005; correct the device's set-up."
    return rows.select(
        FILE,
        RECORD,
        pl.lit("unknown_factor").alias("rule"),
        pl.format(reason, FACTOR).alias("reason"),
        pl.lit(FACTOR).alias("field"),
        pl.col(FACTOR).alias("value"),
        raw_text(rows, frozenset()).alias("raw"),
    ).cast(REFUSED_SCHEMA)
