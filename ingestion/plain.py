"""The fast way through casting: values that stand as declared, a whole column at a time.

Most values need no repair. `plain_values` gives their typed form and the places of all others, which then go through
`casting`, `moments` or `capital`. A value is plain only where those would give the same value and no fault.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.casting import LARGEST_INTEGER, MONEY, QUANTITY, measured, scaled
from ingestion.declaration import Dataset, Field
from ingestion.identifiers import uscc_checks
from ingestion.moments import EARLIEST
from ingestion.spelling import BLANKS, HALF_NAME, MOJIBAKE

_OPEN_ENDS_FROM = date(2099, 1, 1)


class Plain(NamedTuple):
    """A typed column and the places (row numbers, ascending) of the values that still have to be cast."""

    values: pl.Series
    open: np.ndarray


_NONE = np.empty(0, dtype=np.int64)


def plain_values(dataset: Dataset, rows: pl.DataFrame) -> list[Plain]:
    """One `Plain` for each of `dataset.lake_fields`; `rows` are String columns named as in the source."""
    missing = [*dataset.missing, ""]
    ways = [(field, _WAYS[field.type]) for field in dataset.lake_fields if field.type in _WAYS]
    # Two passes, because an expression that is used twice within one would be computed twice.
    sources = [f.source for f, _ in ways] + [f.factor_field for f, _ in ways if f.factor_field]
    received = rows.select(list(dict.fromkeys(sources)))
    read = received.with_columns(way.read(field, rows).alias(_READ + field.name) for field, way in ways)
    cast = read.select(
        _present(field, missing, way.settle(field, pl.col(_READ + field.name))).alias(field.name) for field, way in ways
    )
    return [_plain(field, rows[field.source], cast, missing) for field in dataset.lake_fields]


def _present(field: Field, missing: list[str], value: pl.Expr) -> pl.Expr:
    """No value where the text, or the code of its unit, is a spelling of "missing"; those can be castable (`0`)."""
    absent = pl.col(field.source).is_in(missing)
    if field.factor_field:
        absent |= pl.col(field.factor_field).is_in(missing)
    return pl.when(~absent).then(value)


def _plain(field: Field, received: pl.Series, cast: pl.DataFrame, missing: list[str]) -> Plain:
    if field.name in cast.columns:
        values = cast[field.name]
        if values.null_count() == received.null_count():
            return Plain(values, _NONE)
        return Plain(values, (values.is_null() & received.is_not_null()).arg_true().to_numpy())
    if field.type == "uscc":
        return Plain(received, _unsound_codes(received))
    if field.type == "capital_text":
        nothing = pl.Series([None], dtype=MONEY).new_from_index(0, len(received))
        return Plain(nothing, received.is_not_null().arg_true().to_numpy())
    places, has_brackets = unusual_texts(received, missing)
    is_bracketed = has_brackets and field.type == "name"
    return Plain(received.str.replace_many(_BRACKETS) if is_bracketed else received, places)


class _Way(NamedTuple):
    """How a column is read from its text, and how the value is settled from what was read: null where not plain."""

    read: Callable[[Field, pl.DataFrame], pl.Expr]
    settle: Callable[[Field, pl.Expr], pl.Expr]


_READ = "read "


def _as_decimal(field: Field, rows: pl.DataFrame) -> pl.Expr:
    return pl.col(field.source).cast(pl.Decimal(38, 8), strict=False)


def _money(field: Field, value: pl.Expr) -> pl.Expr:
    if not field.factor_field:
        return scaled(value, field.factor, MONEY)
    unit = pl.col(field.factor_field)
    return pl.coalesce(
        pl.when(unit == code).then(scaled(value, factor, MONEY)) for code, factor in (field.factors or {}).items()
    )


def _number(field: Field, value: pl.Expr) -> pl.Expr:
    return measured(pl.when(value.is_finite()).then(value), field.factor)


def _integer(field: Field, value: pl.Expr) -> pl.Expr:
    if field.factor == 1:
        return value
    most = LARGEST_INTEGER // int(field.factor)
    return pl.when(value.is_between(-most, most)).then(value * int(field.factor))


def _boolean(field: Field, value: pl.Expr) -> pl.Expr:
    return pl.when(value == "1").then(True).when(value == "0").then(False)


def _is_compact(field: Field, rows: pl.DataFrame) -> bool:
    """Whether the column's first value is written in digits alone; all its plain values are of the same kind."""
    first = rows[field.source].drop_nulls().head(1).to_list()
    return bool(first) and first[0].isdigit()


def _digits(field: Field, count: int) -> pl.Expr:
    """The values of exactly so many digits, the first of which is not 0."""
    value = pl.col(field.source)
    is_whole = value.cast(pl.Int64, strict=False).is_between(10 ** (count - 1), 10**count - 1)
    return pl.when((value.str.len_bytes() == count) & is_whole).then(value)


def _as_time(field: Field, rows: pl.DataFrame) -> pl.Expr:
    compact = _is_compact(field, rows)
    text, form = (_digits(field, 14), "%Y%m%d%H%M%S") if compact else (pl.col(field.source), "%Y-%m-%d %H:%M:%S")
    return text.str.to_datetime(form, strict=False, time_unit="us", cache=False)


def _as_date(field: Field, rows: pl.DataFrame) -> pl.Expr:
    compact = _is_compact(field, rows)
    text, form = (_digits(field, 8), "%Y%m%d") if compact else (pl.col(field.source), "%Y-%m-%d")
    return text.str.to_date(form, strict=False, cache=False)


def _as_month(field: Field, rows: pl.DataFrame) -> pl.Expr:
    return (pl.col(field.source) + "-01").str.to_date("%Y-%m-%d", strict=False, cache=False)


def _day(field: Field, value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_between(date(EARLIEST, 1, 1), _OPEN_ENDS_FROM, closed="left")).then(value)


def _moment(field: Field, value: pl.Expr) -> pl.Expr:
    first, end = (datetime.combine(day, time()) for day in (date(EARLIEST, 1, 1), _OPEN_ENDS_FROM))
    return pl.when(value.is_between(first, end, closed="left")).then(value)


def _text(field: Field, rows: pl.DataFrame) -> pl.Expr:
    return pl.col(field.source)


def _matching(pattern: str) -> _Way:
    return _Way(_text, lambda field, value: pl.when(value.str.contains(pattern)).then(value))


_WAYS: dict[str, _Way] = {
    "money": _Way(_as_decimal, _money),
    "decimal": _Way(_as_decimal, lambda field, value: scaled(value, field.factor, QUANTITY)),
    "number": _Way(lambda field, rows: pl.col(field.source).cast(pl.Float64, strict=False), _number),
    "integer": _Way(lambda field, rows: pl.col(field.source).cast(pl.Int64, strict=False), _integer),
    "boolean": _Way(_text, _boolean),
    "timestamp": _Way(_as_time, _moment),
    "date": _Way(_as_date, _day),
    "month": _Way(_as_month, _day),
    "region_code": _matching(r"^[1-9][0-9]{5}$"),
    "industry_code": _Way(
        lambda field, rows: pl.col(field.source).str.strip_chars_start("ABCDEFGHIJKLMNOPQRST"),
        lambda field, value: pl.when(pl.col(field.source).str.contains(r"^[A-T]?[0-9]{2,4}$")).then(value),
    ),
    "standard_no": _matching(r"^GB(?:/[TZ])? [0-9]+-[0-9]{4}$"),
}


def _bytes_of(text: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """The UTF-8 bytes of all values one after another, and where each begins (one more than there are values)."""
    array = text.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = array.buffers()
    if data is None or not len(array):
        return np.empty(0, dtype=np.uint8), np.zeros(len(array) + 1, dtype=np.int64)
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data, dtype=np.uint8)[bounds[0] : bounds[-1]], bounds - bounds[0]


def _unsound_codes(received: pl.Series) -> np.ndarray:
    """Places of the values that are no credit codes with two right check characters."""
    content, bounds = _bytes_of(received)
    has_length = np.diff(bounds) == 18
    starts = bounds[:-1][has_length]
    chars = content.reshape(-1, 18) if has_length.all() else content[starts[:, None] + np.arange(18)]
    sound = received.is_null().to_numpy().copy()
    sound[has_length] = np.logical_and.reduce(uscc_checks(chars))
    return np.flatnonzero(~sound)


_BRACKETS = {char: HALF_NAME[char] for char in "（）"}
"""So common in names that they are no reason to look at a value by itself."""
_ODD = np.zeros(1 << 16, dtype=bool)
_ODD[[ord(char) for char in {*BLANKS, *HALF_NAME, *"…\ufffd"} - {" ", *_BRACKETS}]] = True
_MOJIBAKE = MOJIBAKE.encode()


def unusual_texts(text: pl.Series, missing: list[str]) -> tuple[np.ndarray, bool]:
    """Places of the texts that a caster might change or refuse, and whether any text holds full-width round brackets.

    These are spellings of "missing", texts with a space at an end, an odd blank, a full-width letter, digit or sign
    other than those brackets, a `<`, and those that end in a dot or hold traces of truncation or a wrong encoding.
    """
    found = [text.is_in(missing).arg_true().to_numpy()]
    content, bounds = _bytes_of(text)
    has_brackets = False
    if len(content):
        starts, ends = bounds[:-1], bounds[1:]
        first, last = content[np.minimum(starts, len(content) - 1)], content[ends - 1]
        edge = (first == 0x20) | (last == 0x20) | (last == 0x2E)
        found.append(np.flatnonzero(edge & (starts < ends)))
        odd, has_brackets = _odd_characters(content)
        found.append(np.searchsorted(bounds, odd, side="right") - 1)
    return np.unique(np.concatenate(found)), has_brackets


def _odd_characters(content: np.ndarray) -> tuple[np.ndarray, bool]:
    """Where the characters that make a text unusual begin in valid UTF-8, and whether there are round brackets."""
    # Lead bytes of U+0080-U+00BF, U+1000-U+3FFF and U+F000-U+FFFF, where all odd characters beyond ASCII are.
    leads = np.flatnonzero((content - np.uint8(0xE1) <= 2) | (content == 0xEF) | (content == 0xC2))
    lead = content[leads].astype(np.uint16)
    second, third = (content[np.minimum(leads + i, len(content) - 1)].astype(np.uint16) & 63 for i in (1, 2))
    point = np.where(lead == 0xC2, 0x80 | second, (lead & 15) << 12 | second << 6 | third)
    has_brackets = bool(((point == ord("（")) | (point == ord("）"))).any())
    ascii_odd = np.flatnonzero((content < 0x20) | (content == 0x3C))
    return np.concatenate([ascii_odd, leads[_ODD[point]], _mojibake(content.tobytes())]), has_brackets


def _mojibake(content: bytes) -> np.ndarray:
    """Where U+FFFD read as GBK begins."""
    places, place = [], -1
    while (place := content.find(_MOJIBAKE, place + 1)) >= 0:
        places.append(place)
    return np.array(places, dtype=np.int64)
