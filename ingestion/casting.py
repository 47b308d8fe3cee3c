"""Text as received -> typed columns, a whole column at a time.

Every caster takes cleaned text (String, missing values already null) and returns the typed series together with the
faults it met. A fault is a mask over the rows, the rule it breaks and a sentence with `{value}` where the value goes.
A cast is tried first as the declared format says; only the values that fail are tried again with the repairs that
real feeds need (full-width digits, thousands separators, other date spellings). Columns of plain values do not come
here at all: see `plain`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.declaration import Field
from ingestion.identifiers import check_uscc, is_uscc_form
from ingestion.spelling import (
    ALNUM_PATTERN,
    BLANKS,
    HALF_ALNUM,
    HALF_NAME,
    INNER_BLANK,
    INVISIBLE,
    MOJIBAKE,
    NAME_PATTERN,
    half_width,
    replace_where,
    stated_amounts,
)

MONEY = pl.Decimal(24, 2)
QUANTITY = pl.Decimal(24, 6)
_WIDE = pl.Decimal(38, 8)
_LARGEST = Decimal(10) ** 18 - 1
LARGEST_INTEGER = 2**63 - 1

_DAMAGED = rf"\x{{FFFD}}|{MOJIBAKE}"
_CUT_SHORT = r"(?:…|\.{3,})$"
_STANDARD_NO = r"^(DB[0-9]{2}(?:/T?)?|[A-Z]+(?:/[TZ])?)\s*([0-9][0-9.]*)\s*(?:-+\s*([0-9]{2,4}))?$"


class Fault(NamedTuple):
    """Rows (`mask`, boolean) that break `rule`; `reason` has `{value}` for the value as received."""

    rule: str
    reason: str
    mask: pl.Series


class Cast(NamedTuple):
    """A typed column and what was wrong with it."""

    values: pl.Series
    faults: list[Fault]


def failed_in(text: pl.Series, values: pl.Series) -> pl.Series:
    return values.is_null() & text.is_not_null()


def retry_failed(text: pl.Series, values: pl.Series, repair: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Fill the values that failed from `repair(text)`, which sees only those."""
    failed = failed_in(text, values)
    if not failed.any():
        return values
    return values.scatter(failed.arg_true(), repair(text.filter(failed)))


def cast_text(text: pl.Series, field: Field) -> Cast:
    """Identifiers and codes: full-width letters and digits become half-width, nothing else changes."""
    return Cast(replace_where(text, ALNUM_PATTERN, lambda t: t.str.replace_many(HALF_ALNUM)), [])


def cast_name(text: pl.Series, field: Field) -> Cast:
    """Names: also brackets and signs become half-width, odd blanks one space; Chinese punctuation stays.

    A name that was cut short or went through a wrong encoding is a fault: it would look like another enterprise.
    """

    def repair(part: pl.Series) -> pl.Series:
        part = part.str.replace_many(HALF_NAME).str.replace_all(INVISIBLE, "")
        return part.str.replace_all(INNER_BLANK, " ").str.strip_chars(BLANKS)

    return Cast(
        replace_where(text, NAME_PATTERN, repair),
        [
            Fault("cut_short", "'{value}' is cut short; the whole name is needed", text.str.contains(_CUT_SHORT)),
            Fault("damaged_text", "'{value}' went through a wrong encoding", text.str.contains(_DAMAGED)),
        ],
    )


def cast_uscc(text: pl.Series, field: Field) -> Cast:
    """Credit codes of GB 32100-2015, upper-cased; both check characters must be right."""
    codes = replace_where(text, r"[^0-9A-Z]", lambda t: _code(t).str.replace_all(r"[\s-]", ""))
    formed = is_uscc_form(codes)
    outer, inner = check_uscc(codes.filter(formed))
    places = formed.arg_true().to_numpy()
    wrong_outer, wrong_inner = np.zeros(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
    wrong_outer[places] = ~outer.to_numpy()
    wrong_inner[places] = ~inner.to_numpy()
    return Cast(
        codes,
        [
            Fault(
                "uscc_form",
                "'{value}' is not a credit code of 18 characters (GB 32100-2015)",
                ~formed & codes.is_not_null(),
            ),
            Fault("uscc_check", "'{value}' fails the check character of GB 32100-2015", pl.Series(wrong_outer)),
            Fault(
                "uscc_check",
                "'{value}' fails the check character of its organisation code (GB 11714)",
                pl.Series(wrong_inner),
            ),
        ],
    )


def _code(text: pl.Series) -> pl.Series:
    return half_width(text).str.to_uppercase()


def _cast_code(text: pl.Series, pattern: str, rule: str, reason: str) -> Cast:
    codes = replace_where(text, r"[^0-9A-Z]", _code)
    return Cast(codes, [Fault(rule, reason, ~codes.str.contains(pattern) & codes.is_not_null())])


def cast_region_code(text: pl.Series, field: Field) -> Cast:
    """Six digits in the form of GB/T 2260; platforms extend the table, so unknown codes pass."""
    return _cast_code(
        text, r"^[1-9][0-9]{5}$", "region_code", "'{value}' is not a region code of six digits (GB/T 2260)"
    )


def cast_industry_code(text: pl.Series, field: Field) -> Cast:
    """GB/T 4754-2017 codes; a section letter before digits is removed (`C1310` -> `1310`)."""
    reason = "'{value}' is not an industry code (GB/T 4754-2017)"
    cast = _cast_code(text, r"^(?:[A-T]|[A-T]?[0-9]{2,4})$", "industry_code", reason)
    return Cast(cast.values.str.replace(r"^[A-T]([0-9])", "$1"), cast.faults)


def cast_standard_no(text: pl.Series, field: Field) -> Cast:
    """Standard numbers in one spelling: `gb8978` -> `GB 8978`, `《GBT31962 - 2015》` -> `GB/T 31962-2015`."""

    def repair(part: pl.Series) -> pl.Series:
        return half_width(part.str.strip_chars("《》").str.replace_many({"—": "-", "–": "-"}))

    numbers = replace_where(text, r"[^\x20-\x7e]", repair).str.to_uppercase().str.replace(r"^GB([TZ])", "GB/$1")
    return Cast(numbers.str.replace(_STANDARD_NO, "$1 $2-$3").str.strip_suffix("-"), [])


def _decimal(text: pl.Series) -> pl.Series:
    values = text.cast(_WIDE, strict=False)

    def repair(part: pl.Series) -> pl.Series:
        part = half_width(part)
        grouped = part.str.contains(r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$")
        frame = part.to_frame("text").select(
            pl.when(grouped).then(pl.col("text").str.replace_all(",", "")).otherwise("text")
        )
        return frame.to_series().cast(_WIDE, strict=False)

    return retry_failed(text, values, repair)


def _not_a_number(text: pl.Series, values: pl.Series) -> Fault:
    return Fault("number", "'{value}' is not a number", failed_in(text, values))


def largest(factor: Decimal) -> pl.Expr:
    """The greatest amount in the source's unit that the lake's types hold with room to spare."""
    return pl.lit((_LARGEST / factor).quantize(Decimal(1)), dtype=_WIDE)


def scaled(values: pl.Expr, factor: Decimal, dtype: pl.DataType) -> pl.Expr:
    """Values times factor, exact; null where they are too large."""
    number = pl.lit(int(factor)) if factor == int(factor) else pl.lit(factor)
    fitting = pl.when(values.is_between(-largest(factor), largest(factor))).then(values)
    return (fitting * number).cast(dtype, strict=False)


def _cast_decimal(text: pl.Series, field: Field, dtype: pl.DataType) -> Cast:
    plain = _decimal(text)
    values = plain.to_frame("v").select(scaled(pl.col("v"), field.factor, dtype)).to_series()
    large = Fault("number_range", "'{value}' is too large to be true", failed_in(plain, values))
    return Cast(values, [_not_a_number(text, plain), large])


def cast_money(text: pl.Series, field: Field) -> Cast:
    """Amounts in yuan as DECIMAL(24,2): the source's unit times `factor`, exact, halves to even.

    An amount that names its own unit (`5 万元`) is taken by that.
    """
    cast = _cast_decimal(text, field, MONEY)
    return _with_stated(text, cast) if cast.faults[0].mask.any() else cast


def _with_stated(text: pl.Series, cast: Cast) -> Cast:
    """The cast with the amounts that name their unit in yuan in place of faults (the first of which is theirs)."""
    unread, *others = cast.faults
    stated = stated_amounts(text.filter(unread.mask)).select(pl.when("is_yuan").then("amount")).to_series()
    found = stated.cast(MONEY, strict=False)
    places = unread.mask.arg_true()
    values = cast.values.scatter(places, found)
    left = unread.mask.scatter(places, found.is_null())
    return Cast(values, [unread._replace(mask=left), *(f._replace(mask=f.mask & values.is_null()) for f in others)])


def cast_decimal(text: pl.Series, field: Field) -> Cast:
    """Quantities in the base unit as DECIMAL(24,6)."""
    return _cast_decimal(text, field, QUANTITY)


def cast_money_by_unit(text: pl.Series, unit: pl.Series, field: Field) -> Cast:
    """Amounts whose unit stands in another field of the row (`factors`: code -> yuan)."""
    plain = _decimal(text)
    amount = pl.Series(text.name, [None], dtype=MONEY).new_from_index(0, len(text))
    too_large = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(text))
    known = too_large
    for code, factor in (field.factors or {}).items():
        rows = (unit == code).fill_null(False)
        values = plain.to_frame("v").select(scaled(pl.col("v"), factor, MONEY)).to_series()
        amount, known = values.zip_with(rows, amount), known | rows
        too_large = too_large | (failed_in(plain, values) & rows)
    codes = ", ".join(field.factors or {})
    no_unit = Fault(
        "unit",
        f"the amount '{{value}}' has no unit: {field.factor_field} must be one of {codes}",
        text.is_not_null() & ~known,
    )
    faults = [
        _not_a_number(text, plain),
        no_unit,
        Fault("number_range", "'{value}' is too large to be true", too_large),
    ]
    return _with_stated(text, Cast(amount, faults)) if faults[0].mask.any() else Cast(amount, faults)


def cast_number(text: pl.Series, field: Field) -> Cast:
    """Measured values as DOUBLE; where the unit is % a value may carry the sign."""
    if field.unit == "%":
        text = replace_where(text, "[%％]$", lambda part: part.str.strip_chars_end("%％").str.strip_chars(BLANKS))
    values = retry_failed(text, text.cast(pl.Float64, strict=False), lambda t: _decimal(t).cast(pl.Float64))
    values = values.set(values.is_infinite() | values.is_nan(), None)
    scaled_values = values.to_frame("v").select(measured(pl.col("v"), field.factor)).to_series()
    return Cast(scaled_values, [_not_a_number(text, values)])


def measured(value: pl.Expr, factor: Decimal) -> pl.Expr:
    """A DOUBLE times the factor."""
    if factor == 1:
        return value
    # Dividing by 100 rounds once; multiplying by 0.01 rounds twice and shows it (10.7 * 0.01 != 0.107). Polars makes a
    # multiplication of a division by one number, but not for a single row: divided by a column both are divisions.
    inverse = 1 / factor
    if inverse != int(inverse):
        return value * float(factor)
    return value / (pl.int_range(pl.len()) * 0 + int(inverse))


def cast_integer(text: pl.Series, field: Field) -> Cast:
    """Whole numbers; `12.0` counts as whole."""
    values = text.cast(pl.Int64, strict=False)

    def repair(part: pl.Series) -> pl.Series:
        plain = _decimal(part)
        whole = plain.cast(pl.Int64, strict=False)
        return whole.set((whole.cast(_WIDE) != plain).fill_null(True), None)

    values = retry_failed(text, values, repair)
    fault = Fault("number", "'{value}' is not a whole number", failed_in(text, values))
    if field.factor == 1:
        return Cast(values, [fault])
    most = LARGEST_INTEGER // int(field.factor)
    large = ((values > most) | (values < -most)).fill_null(False)
    whole = values.set(large, None) * int(field.factor)
    return Cast(whole, [fault, Fault("number_range", "'{value}' is too large to be true", large)])


_TRUE, _FALSE = ["1", "true", "y", "yes", "是"], ["0", "false", "n", "no", "否"]


def cast_boolean(text: pl.Series, field: Field) -> Cast:
    """`1`/`0`, true/false, Y/N, 是/否."""
    lower = text.str.to_lowercase()
    yes, no = lower.is_in(_TRUE), lower.is_in(_FALSE)
    values = pl.DataFrame({"y": yes, "n": no}).select(pl.when("y").then(True).when("n").then(False)).to_series()
    return Cast(values.alias(text.name), [Fault("boolean", "'{value}' is neither 1 nor 0", failed_in(text, values))])
