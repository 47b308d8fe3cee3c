"""The command parameters of HJ 212 packets -> one row per packet and factor, all packets of a chunk at once."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from ingestion.declaration import Dataset
from ingestion.rules import EXTRA, FILE, RECORD, REFUSED_SCHEMA, raw_text

FactorTable = dict[str, str]
"""Factor code of 2017 or 2005 -> code of 2017."""

FACTOR = "factor"
PACKET_FIELDS = ("MN", "ST", "CN", "QN", "DataTime")
STANDARD = frozenset(
    ("SampleTime", "Rtd", "Min", "Avg", "Max", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "Cou", "Flag", "EFlag")
)
"""What HJ 212-2017 lets a device send for a factor; those that a dataset does not declare stay in landing."""

_DENSE_SLOTS = 4_000_000


def measured_values(
    dataset: Dataset, packets: pl.DataFrame, factors: FactorTable
) -> tuple[pl.DataFrame, pl.DataFrame, frozenset[str]]:
    """Rows, refused rows and unknown names of good packets.

    `packets` has FILE, RECORD, `text`, `body` (between the && marks), `unit` (index of the packet that a part of a
    split packet belongs to) and the PACKET_FIELDS.
    """
    pairs = _pairs(packets)
    keys = _Keys(pairs["key"], factors)
    of_factor = keys.factor >= 0
    unit = packets["unit"].to_numpy()[pairs["packet"].to_numpy()][of_factor]
    factor, name = keys.factor[of_factor], keys.name[of_factor]
    values = pairs["value"].filter(pl.Series(of_factor))
    slots, slot = _slots(unit, factor, len(keys.factors))
    table = packets[slots // max(len(keys.factors), 1)]
    codes = pl.Series(keys.factors, dtype=pl.String)[slots % max(len(keys.factors), 1)]
    translated = pl.Series([_translate(f, factors) for f in keys.factors], dtype=pl.String)
    columns = [table[FILE], table[RECORD], _extra(keys, name, slot, values, len(slots))]
    wanted = [s for s in dataset.sources if s != FACTOR]
    columns += [table[s] if s in PACKET_FIELDS else _picked(keys, s, name, slot, values, len(slots)) for s in wanted]
    rows = pl.DataFrame([*columns, translated[slots % max(len(keys.factors), 1)].alias(FACTOR)])
    unknown = rows[FACTOR].is_null()
    refused = [
        _without_values(packets, np.unique(unit)),
        _unknown_factor(rows.with_columns(codes.alias(FACTOR)).filter(unknown)),
    ]
    rows = rows.filter(~unknown) if unknown.any() else rows
    return rows.select(FILE, RECORD, EXTRA, *dataset.sources), pl.concat(refused), frozenset(keys.unknown_names)


def _translate(code: str, factors: FactorTable) -> str | None:
    """The 2017 code; codes that end in a device number stand in the table as `e101xx` or `i3331x`."""
    if code in factors:
        return factors[code]
    if len(code) == 6 and code[1:].isdigit() and (code[:4] + "xx" in factors or code[:5] + "x" in factors):
        return code
    return None


def _pairs(packets: pl.DataFrame) -> pl.DataFrame:
    """`key` and `value` of every pair, with the index of its `packet`; separators `,` and `;` count alike."""
    body = packets["body"].str.strip_chars("&;, ").str.replace_all(";", ",", literal=True).str.split(",")
    frame = pl.DataFrame({"packet": pl.Series(np.arange(packets.height)), "pair": body}).explode("pair")
    parts = frame["pair"].fill_null("").str.splitn("=", 2).struct.rename_fields(["key", "value"]).struct.unnest()
    return pl.DataFrame([frame["packet"], *parts.get_columns()])


class _Keys:
    """Keys such as `w01018-Avg`, taken apart once per spelling.

    `factor` and `name` hold, for every pair, an index into `factors` and `names`; -1 where the key is not a factor's.
    """

    def __init__(self, keys: pl.Series, factors: FactorTable) -> None:
        spellings = keys.unique(maintain_order=True)
        self.factors: list[str] = []
        self.names: list[str] = []
        factor_of, name_of = [], []
        for spelling in spellings.to_list():
            factor, dash, name = spelling.strip().partition("-")
            is_factor = bool(dash and factor and name)
            factor_of.append(_index(self.factors, factor) if is_factor else -1)
            name_of.append(_index(self.names, name) if is_factor else -1)
        codes = keys.replace_strict(spellings, pl.Series(range(len(spellings)), dtype=pl.Int32)).to_numpy()
        self.factor = np.array(factor_of, dtype=np.int64)[codes]
        self.name = np.array(name_of, dtype=np.int64)[codes]
        self.unknown_names = [n for n in self.names if n not in STANDARD]


def _index(known: list[str], value: str) -> int:
    if value not in known:
        known.append(value)
    return known.index(value)


def _slots(unit: np.ndarray, factor: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct (unit, factor) as unit * width + factor, in order, and the place among them for every pair."""
    combined = unit * width + factor
    if not len(combined):
        return combined, combined
    span = int(combined.max()) + 1
    if span > _DENSE_SLOTS:
        return np.unique(combined, return_inverse=True)
    present = np.zeros(span, dtype=bool)
    present[combined] = True
    slots = np.flatnonzero(present)
    place = np.zeros(span, dtype=np.int64)
    place[slots] = np.arange(len(slots))
    return slots, place[combined]


def _picked(keys: _Keys, source: str, name: np.ndarray, slot: np.ndarray, values: pl.Series, count: int) -> pl.Series:
    """The first value that each slot has for `source`, null where it has none."""
    if source not in keys.names:
        return pl.Series(source, [None], dtype=pl.String).new_from_index(0, count)
    pairs = np.flatnonzero(name == keys.names.index(source))
    chosen = np.full(count, -1, dtype=np.int64)
    chosen[slot[pairs[::-1]]] = pairs[::-1]
    picked = values.gather(np.where(chosen < 0, 0, chosen)).to_frame("v")
    return picked.select(pl.when(pl.Series(chosen >= 0)).then(pl.col("v")).alias(source)).to_series()


def _extra(keys: _Keys, name: np.ndarray, slot: np.ndarray, values: pl.Series, count: int) -> pl.Series:
    """JSON of what has no column: unknown names, and further values of a name that a packet gives twice."""
    extra: pl.Series = pl.Series(EXTRA, [None], dtype=pl.String).new_from_index(0, count)
    cell = slot * max(len(keys.names), 1) + name
    first = np.zeros(len(cell), dtype=bool)
    first[np.unique(cell, return_index=True)[1]] = True
    is_unknown = np.isin(name, [keys.names.index(n) for n in keys.unknown_names])
    odd = np.flatnonzero(is_unknown | ~first)
    if not len(odd):
        return extra
    found: dict[int, dict[str, str | None]] = {}
    for pair, value in zip(odd.tolist(), values.gather(odd).to_list(), strict=True):
        label = keys.names[name[pair]] + ("" if first[pair] else "#2")
        found.setdefault(int(slot[pair]), {}).setdefault(label, value)
    texts = [msgspec.json.encode(found[s]).decode() for s in found]
    return extra.scatter(list(found), texts)


def _without_values(packets: pl.DataFrame, with_values: np.ndarray) -> pl.DataFrame:
    """Good packets that measure nothing, as refused rows."""
    silent = np.setdiff1d(packets["unit"].to_numpy(), with_values)
    part = packets[silent] if len(silent) else packets.clear()
    return part.select(
        FILE,
        RECORD,
        pl.lit("no_values").alias("rule"),
        pl.lit("The packet measures no factor; ask the owner of the device.").alias("reason"),
        pl.lit(None, dtype=pl.String).alias("field"),
        pl.lit(None, dtype=pl.String).alias("value"),
        pl.col("text").alias("raw"),
    ).cast(REFUSED_SCHEMA)


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
