"""Text as received -> typed columns, a whole column at a time.

Every caster takes cleaned text (String, missing values already null) and returns the typed series together with the
faults it met. A fault is a mask over the rows, the rule it breaks and a sentence with `{value}` where the value goes.
A cast is tried first as the declared format says; only the values that fail are tried again with the repairs that
real feeds need (full-width digits, thousands separators, other date spellings).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion.declaration import Field
from ingestion.identifiers import check_uscc, is_uscc_form

MONEY = pl.Decimal(24, 2)
QUANTITY = pl.Decimal(24, 6)
_WIDE = pl.Decimal(38, 8)
_LARGEST = Decimal(10) ** 18 - 1

BLANKS = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u3000\ufeff"
)
_INNER_BLANK = r"[\t\r\n\x0b\x0c\u00a0\u2000-\u200a\u202f\u3000]+"
_INVISIBLE = r"[\u200b\ufeff]"
_WIDE_SIGNS = "（）［］｛｝－／＃＆．％＋＊＿＠＝＜＞～＄"
_WIDE_CHARS = "".join(chr(c) for c in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)])
_ALNUM_PATTERN = r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_NAME_PATTERN = rf"[\u00a0\u2000-\u200b\u202f\u3000\ufeff\t\r\n{_WIDE_SIGNS}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"


_STANDARD_NO = r"^(DB\d{2}(?:/T?)?|[A-Z]+(?:/[TZ])?)\s*(\d[\d.]*)\s*(?:-+\s*(\d{2,4}))?$"


def _half(chars: str) -> dict[str, str]:
    return {char: chr(ord(char) - 0xFEE0) for char in chars}


_HALF_ALNUM = _half(_WIDE_CHARS)
_HALF_NAME = _HALF_ALNUM | _half(_WIDE_SIGNS)
_HALF_ALL = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\u00a0": " ", "\u2212": "-"}


class Fault(NamedTuple):
    """Rows (`mask`, boolean) that break `rule`; `reason` has `{value}` for the value as received."""

    rule: str
    reason: str
    mask: pl.Series


class Cast(NamedTuple):
    """A typed column and what was wrong with it."""

    values: pl.Series
    faults: list[Fault]


def clean(text: pl.Series, missing: tuple[str, ...]) -> pl.Series:
    """Trim blanks of every kind and turn the spellings of "missing" into null."""
    column = pl.col(text.name).str.strip_chars(BLANKS)
    return text.to_frame().select(pl.when(~column.is_in([*missing, ""])).then(column).alias(text.name)).to_series()


def failed_in(text: pl.Series, values: pl.Series) -> pl.Series:
    return values.is_null() & text.is_not_null()


def retry_failed(text: pl.Series, values: pl.Series, repair: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Fill the values that failed from `repair(text)`, which sees only those."""
    failed = failed_in(text, values)
    if not failed.any():
        return values
    return values.scatter(failed.arg_true(), repair(text.filter(failed)))


def half_width(text: pl.Series) -> pl.Series:
    return text.str.replace_many(_HALF_ALL).str.strip_chars(BLANKS)


def _replace_where(text: pl.Series, pattern: str, repair: Callable[[pl.Series], pl.Series]) -> pl.Series:
    touched = text.str.contains(pattern).fill_null(False)
    if not touched.any():
        return text
    return text.scatter(touched.arg_true(), repair(text.filter(touched)))


def cast_text(text: pl.Series, field: Field) -> Cast:
    """Identifiers and codes: full-width letters and digits become half-width, nothing else changes."""
    return Cast(_replace_where(text, _ALNUM_PATTERN, lambda t: t.str.replace_many(_HALF_ALNUM)), [])


def cast_name(text: pl.Series, field: Field) -> Cast:
    """Names: also brackets and signs become half-width, odd blanks one space; Chinese punctuation stays."""

    def repair(part: pl.Series) -> pl.Series:
        part = part.str.replace_many(_HALF_NAME).str.replace_all(_INVISIBLE, "")
        return part.str.replace_all(_INNER_BLANK, " ").str.strip_chars(BLANKS)

    return Cast(_replace_where(text, _NAME_PATTERN, repair), [])


def cast_uscc(text: pl.Series, field: Field) -> Cast:
    """Credit codes of GB 32100-2015, upper-cased; both check characters must be right."""
    codes = _replace_where(text, r"[^0-9A-Z]", lambda t: half_width(t).str.to_uppercase())
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


def _cast_code(text: pl.Series, pattern: str, rule: str, reason: str) -> Cast:
    codes = _replace_where(text, r"[^0-9A-Z]", lambda t: half_width(t).str.to_uppercase())
    return Cast(codes, [Fault(rule, reason, ~codes.str.contains(pattern) & codes.is_not_null())])


def cast_region_code(text: pl.Series, field: Field) -> Cast:
    """Six digits in the form of GB/T 2260; platforms extend the table, so unknown codes pass."""
    return _cast_code(text, r"^[1-9]\d{5}$", "region_code", "'{value}' is not a region code of six digits (GB/T 2260)")


def cast_industry_code(text: pl.Series, field: Field) -> Cast:
    """GB/T 4754-2017 codes; a section letter before digits is removed (`C1310` -> `1310`)."""
    reason = "'{value}' is not an industry code (GB/T 4754-2017)"
    cast = _cast_code(text, r"^(?:[A-T]|[A-T]?\d{2,4})$", "industry_code", reason)
    return Cast(cast.values.str.replace(r"^[A-T](\d)", "$1"), cast.faults)


def cast_standard_no(text: pl.Series, field: Field) -> Cast:
    """Standard numbers in one spelling: `gb8978` -> `GB 8978`, `GB/T31962 - 2015` -> `GB/T 31962-2015`."""
    numbers = _replace_where(text, r"[^\x20-\x7e]", lambda t: half_width(t.str.replace_many({"—": "-", "–": "-"})))
    numbers = numbers.str.to_uppercase().str.replace(_STANDARD_NO, "$1 $2-$3")
    return Cast(numbers.str.strip_suffix("-"), [])


def _decimal(text: pl.Series) -> pl.Series:
    values = text.cast(_WIDE, strict=False)

    def repair(part: pl.Series) -> pl.Series:
        part = half_width(part)
        grouped = part.str.contains(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
        frame = part.to_frame("text").select(
            pl.when(grouped).then(pl.col("text").str.replace_all(",", "")).otherwise("text")
        )
        return frame.to_series().cast(_WIDE, strict=False)

    return retry_failed(text, values, repair)


def _not_a_number(text: pl.Series, values: pl.Series) -> Fault:
    return Fault("number", "'{value}' is not a number", failed_in(text, values))


def _scaled(values: pl.Series, factor: Decimal, dtype: pl.DataType) -> tuple[pl.Series, pl.Series]:
    """Values times factor, exact, and the mask of those too large for the lake's type."""
    large = (values.abs() > pl.select(pl.lit(_LARGEST / factor, dtype=pl.Float64)).item()).fill_null(False)
    number = pl.lit(int(factor)) if factor == int(factor) else pl.lit(factor)
    frame = values.to_frame("v").select(pl.when(~large).then(pl.col("v") * number).cast(_WIDE, strict=False))
    return frame.to_series().cast(dtype, strict=False), large


def _cast_decimal(text: pl.Series, field: Field, dtype: pl.DataType) -> Cast:
    plain = _decimal(text)
    values, large = _scaled(plain, field.factor, dtype)
    return Cast(values, [_not_a_number(text, plain), Fault("number_range", "'{value}' is too large to be true", large)])


def cast_money(text: pl.Series, field: Field) -> Cast:
    """Amounts in yuan as DECIMAL(24,2): the source's unit times `factor`, exact, halves to even."""
    return _cast_decimal(text, field, MONEY)


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
        values, large = _scaled(plain, factor, MONEY)
        amount, too_large, known = values.zip_with(rows, amount), too_large | (large & rows), known | rows
    codes = ", ".join(field.factors or {})
    return Cast(
        amount,
        [
            _not_a_number(text, plain),
            Fault(
                "unit",
                f"the amount '{{value}}' has no unit: {field.factor_field} must be one of {codes}",
                text.is_not_null() & ~known,
            ),
            Fault("number_range", "'{value}' is too large to be true", too_large),
        ],
    )


def cast_number(text: pl.Series, field: Field) -> Cast:
    """Measured values as DOUBLE."""
    values = retry_failed(text, text.cast(pl.Float64, strict=False), lambda t: _decimal(t).cast(pl.Float64))
    values = values.set(values.is_infinite() | values.is_nan(), None)
    fault = _not_a_number(text, values)
    inverse = 1 / field.factor
    if field.factor != 1:
        # Dividing by 100 rounds once; multiplying by 0.01 rounds twice and shows it (10.7 * 0.01 != 0.107).
        values = values / float(inverse) if inverse == int(inverse) else values * float(field.factor)
    return Cast(values, [fault])


def cast_integer(text: pl.Series, field: Field) -> Cast:
    """Whole numbers; `12.0` counts as whole."""
    values = text.cast(pl.Int64, strict=False)

    def repair(part: pl.Series) -> pl.Series:
        plain = _decimal(part)
        whole = plain.cast(pl.Int64, strict=False)
        return whole.set((whole.cast(_WIDE) != plain).fill_null(True), None)

    values = retry_failed(text, values, repair)
    fault = Fault("number", "'{value}' is not a whole number", failed_in(text, values))
    return Cast(values * int(field.factor) if field.factor != 1 else values, [fault])


_TRUE, _FALSE = ["1", "true", "y", "yes", "是"], ["0", "false", "n", "no", "否"]


def cast_boolean(text: pl.Series, field: Field) -> Cast:
    """`1`/`0`, true/false, Y/N, 是/否."""
    lower = text.str.to_lowercase()
    yes, no = lower.is_in(_TRUE), lower.is_in(_FALSE)
    values = pl.DataFrame({"y": yes, "n": no}).select(pl.when("y").then(True).when("n").then(False)).to_series()
    return Cast(values.alias(text.name), [Fault("boolean", "'{value}' is neither 1 nor 0", failed_in(text, values))])
