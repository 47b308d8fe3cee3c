"""The fast way through casting: values that stand as declared, a whole column at a time.

Most values need no repair. `plain_values` gives their typed form and the places of all others, which then go through
`casting`, `moments` or `capital`. A value is plain only where those would give the same value and no fault.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.casting import MONEY, QUANTITY, scaled
from ingestion.declaration import Dataset, Field
from ingestion.identifiers import uscc_checks
from ingestion.moments import EARLIEST
from ingestion.spelling import BLANKS, HALF_NAME, MOJIBAKE

_WIDE = pl.Decimal(38, 8)
_OPEN_ENDS_FROM = 2099


class Plain(NamedTuple):
    """A typed column and the places (row numbers, ascending) of the values that still have to be cast."""

    values: pl.Series
    open: np.ndarray


_NONE = np.empty(0, dtype=np.int64)


def plain_values(dataset: Dataset, rows: pl.DataFrame) -> list[Plain]:
    """One `Plain` for each of `dataset.lake_fields`; `rows` are String columns named as in the source."""
    missing = [*dataset.missing, ""]
    cast = rows.select(
        _present(field, missing, _EXPRESSIONS[field.type](field, rows)).alias(field.name)
        for field in dataset.lake_fields
        if field.type in _EXPRESSIONS
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
    return Plain(received, unusual_texts(received, missing))


def _text_as(value: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(value.str.contains(pattern)).then(value)


def _amount(field: Field, dtype: pl.DataType, factor: Decimal) -> pl.Expr:
    return scaled(pl.col(field.source).cast(_WIDE, strict=False), factor, dtype)


def _money(field: Field, rows: pl.DataFrame) -> pl.Expr:
    if not field.factor_field:
        return _amount(field, MONEY, field.factor)
    units = [
        pl.when(pl.col(field.factor_field) == code).then(_amount(field, MONEY, factor))
        for code, factor in (field.factors or {}).items()
    ]
    return pl.coalesce(units)


def _number(field: Field, rows: pl.DataFrame) -> pl.Expr:
    value = pl.col(field.source).cast(pl.Float64, strict=False)
    inverse = 1 / field.factor
    if field.factor != 1:
        value = value / float(inverse) if inverse == int(inverse) else value * float(field.factor)
    return pl.when(value.is_finite()).then(value)


def _integer(field: Field, rows: pl.DataFrame) -> pl.Expr:
    value = pl.col(field.source).cast(pl.Int64, strict=False)
    if field.factor == 1:
        return value
    most = (2**63 - 1) // int(field.factor)
    return pl.when(value.is_between(-most, most)).then(value * int(field.factor))


def _boolean(field: Field, rows: pl.DataFrame) -> pl.Expr:
    value = pl.col(field.source)
    return pl.when(value == "1").then(True).when(value == "0").then(False)


def _is_compact(field: Field, rows: pl.DataFrame) -> bool:
    """Whether the column's first value is written in digits alone; all its plain values are of the same kind."""
    first = rows[field.source].drop_nulls().head(1).to_list()
    return bool(first) and first[0].isdigit()


def _digits(field: Field, count: int) -> pl.Expr:
    """The values of exactly so many digits, the first of which is not 0."""
    value = pl.col(field.source)
    number = value.cast(pl.Int64, strict=False)
    is_whole = (value.str.len_bytes() == count) & number.is_between(10 ** (count - 1), 10**count - 1)
    return pl.when(is_whole).then(value)


def _in_years(value: pl.Expr, first: date | datetime, end: date | datetime) -> pl.Expr:
    return pl.when(value.is_between(first, end, closed="left")).then(value)


def _timestamp(field: Field, rows: pl.DataFrame) -> pl.Expr:
    compact = _is_compact(field, rows)
    text, form = (_digits(field, 14), "%Y%m%d%H%M%S") if compact else (pl.col(field.source), "%Y-%m-%d %H:%M:%S")
    value = text.str.to_datetime(form, strict=False, time_unit="us", cache=False)
    return _in_years(value, datetime(EARLIEST, 1, 1), datetime(_OPEN_ENDS_FROM, 1, 1))


def _day(text: pl.Expr, form: str) -> pl.Expr:
    value = text.str.to_date(form, strict=False, cache=False)
    return _in_years(value, date(EARLIEST, 1, 1), date(_OPEN_ENDS_FROM, 1, 1))


def _date(field: Field, rows: pl.DataFrame) -> pl.Expr:
    if _is_compact(field, rows):
        return _day(_digits(field, 8), "%Y%m%d")
    return _day(pl.col(field.source), "%Y-%m-%d")


def _month(field: Field, rows: pl.DataFrame) -> pl.Expr:
    return _day(pl.col(field.source) + "-01", "%Y-%m-%d")


def _industry(field: Field, rows: pl.DataFrame) -> pl.Expr:
    code = _text_as(pl.col(field.source), r"^(?:[A-T]|[A-T]?[0-9]{2,4})$")
    return pl.when(code.str.len_bytes() == 1).then(code).otherwise(code.str.strip_chars_start("ABCDEFGHIJKLMNOPQRST"))


_EXPRESSIONS: dict[str, Callable[[Field, pl.DataFrame], pl.Expr]] = {
    "money": _money,
    "decimal": lambda field, rows: _amount(field, QUANTITY, field.factor),
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "date": _date,
    "month": _month,
    "region_code": lambda field, rows: _text_as(pl.col(field.source), r"^[1-9][0-9]{5}$"),
    "industry_code": _industry,
    "standard_no": lambda field, rows: _text_as(pl.col(field.source), r"^GB(?:/[TZ])? [0-9]+-[0-9]{4}$"),
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


_ODD = np.zeros(1 << 16, dtype=bool)
_ODD[[ord(char) for char in {*BLANKS, *HALF_NAME, *"…\ufffd"} - {" "}]] = True
_MOJIBAKE = MOJIBAKE.encode()


def unusual_texts(text: pl.Series, missing: list[str]) -> np.ndarray:
    """Places of the texts that a caster might change or refuse.

    These are spellings of "missing", texts with a space at an end, an odd blank, a full-width letter, digit or sign, a
    `<`, and those that end in a dot or hold traces of truncation or a wrong encoding.
    """
    found = [text.is_in(missing).arg_true().to_numpy()]
    content, bounds = _bytes_of(text)
    if len(content):
        starts, ends = bounds[:-1], bounds[1:]
        first, last = content[np.minimum(starts, len(content) - 1)], content[ends - 1]
        edge = (first == 0x20) | (last == 0x20) | (last == 0x2E)
        found.append(np.flatnonzero(edge & (starts < ends)))
        found.append(np.searchsorted(bounds, _odd_characters(content), side="right") - 1)
    return np.unique(np.concatenate(found))


def _odd_characters(content: np.ndarray) -> np.ndarray:
    """Where the characters that make a text unusual begin in valid UTF-8."""
    # Lead bytes of U+0080-U+00BF, U+1000-U+3FFF and U+F000-U+FFFF, where all odd characters beyond ASCII are.
    leads = np.flatnonzero((content - np.uint8(0xE1) <= 2) | (content == 0xEF) | (content == 0xC2))
    lead = content[leads].astype(np.uint16)
    second, third = (content[np.minimum(leads + i, len(content) - 1)].astype(np.uint16) & 63 for i in (1, 2))
    point = np.where(lead == 0xC2, 0x80 | second, (lead & 15) << 12 | second << 6 | third)
    return np.concatenate(
        [np.flatnonzero((content < 0x20) | (content == 0x3C)), leads[_ODD[point]], _mojibake(content.tobytes())]
    )


def _mojibake(content: bytes) -> np.ndarray:
    """Where U+FFFD read as GBK begins."""
    places, place = [], -1
    while (place := content.find(_MOJIBAKE, place + 1)) >= 0:
        places.append(place)
    return np.array(places, dtype=np.int64)
