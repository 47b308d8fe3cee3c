"""Row rules: typed columns for the rows that keep the declaration, a reason for each row that does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from ingestion import capital, casting, moments
from ingestion.casting import Cast
from ingestion.declaration import Dataset, Field
from ingestion.plain import Plain, plain_values
from ingestion.spelling import clean

FILE, RECORD, PARTIAL, EXTRA = "__file", "__record", "__partial", "__extra"
"""Columns that a decoder adds to the source columns: index of the file, record number in it, whether only the required
key and operation can be expected (a delete message), JSON of unknown fields."""

REFUSED_SCHEMA = pl.Schema(
    {FILE: pl.UInt32(), RECORD: pl.Int64()} | dict.fromkeys(("rule", "reason", "field", "value", "raw"), pl.String())
)
"""A refused row as decoders and rules hand it on; `raw` is the whole row as text with personal data masked."""

MASK = "***"

_CASTERS = {
    "text": casting.cast_text,
    "name": casting.cast_name,
    "uscc": casting.cast_uscc,
    "region_code": casting.cast_region_code,
    "industry_code": casting.cast_industry_code,
    "standard_no": casting.cast_standard_no,
    "money": casting.cast_money,
    "decimal": casting.cast_decimal,
    "number": casting.cast_number,
    "integer": casting.cast_integer,
    "boolean": casting.cast_boolean,
    "month": moments.cast_month,
    "date": moments.cast_date,
    "timestamp": moments.cast_timestamp,
    "capital_text": capital.cast_capital,
}


class Verdict(NamedTuple):
    """`kept`: typed lake fields plus the decoder's columns; `refused`: rows with their first fault."""

    kept: pl.DataFrame
    refused: pl.DataFrame


def judge(dataset: Dataset, rows: pl.DataFrame, days: Sequence[date]) -> Verdict:
    """Cast and check every field of `rows` (String columns named as in the source, one per `dataset.sources`).

    `days` has for each file (by its number in FILE) the day after which nothing in it can have been recorded.
    What is declared to be hashed is still plain text in the answer: see `pseudonyms.pseudonymise`.
    """
    typed: list[pl.Series] = []
    found: list[_Finding] = []
    for field, plain in zip(dataset.lake_fields, plain_values(dataset, rows), strict=True):
        values, faults = _repaired(dataset, field, plain, rows)
        typed.append(values.alias(field.name))
        found += faults
        found += _limits(dataset, field, values, rows, days)
    found += _broken_rules(dataset, typed, rows)
    first = np.zeros(len(rows), dtype=np.uint16)
    for number, finding in enumerate(found, start=1):
        first[finding.rows[first[finding.rows] == 0]] = number
    own = [c for c in (FILE, RECORD, EXTRA) if c in rows.columns]
    table = pl.DataFrame(typed).with_columns(rows.get_columns()[rows.get_column_index(c)] for c in own)
    if not first.any():
        return Verdict(table, pl.DataFrame(schema=REFUSED_SCHEMA))
    bad = pl.Series(first != 0)
    return Verdict(table.filter(~bad), _refused(dataset, rows.filter(bad), first[first != 0], found))


class _Finding(NamedTuple):
    """Rows (numbers of rows) that break a rule; `field` is null where the row as a whole breaks it."""

    field: Field | None
    rule: str
    reason: str
    rows: np.ndarray


def _at(field: Field | None, rule: str, reason: str, mask: pl.Series) -> list[_Finding]:
    """The finding where `mask` is true, none where it nowhere is."""
    rows = mask.fill_null(False).arg_true().to_numpy()
    return [_Finding(field, rule, reason, rows)] if len(rows) else []


def _repaired(dataset: Dataset, field: Field, plain: Plain, rows: pl.DataFrame) -> tuple[pl.Series, list[_Finding]]:
    """The column with those values cast that are not plain, and what is wrong with them."""
    if not len(plain.open):
        return plain.values, []
    part = rows[plain.open]
    cast = _cast(dataset, field, clean(part[field.source], dataset.missing), part)
    faults = [_at(field, fault.rule, fault.reason, fault.mask) for fault in cast.faults]
    findings = [finding._replace(rows=plain.open[finding.rows]) for found in faults for finding in found]
    return plain.values.scatter(plain.open, cast.values), findings


def _cast(dataset: Dataset, field: Field, text: pl.Series, rows: pl.DataFrame) -> Cast:
    if field.factor_field:
        return casting.cast_money_by_unit(text, clean(rows[field.factor_field], dataset.missing), field)
    return _CASTERS[field.type](text, field)


def _limits(
    dataset: Dataset, field: Field, values: pl.Series, rows: pl.DataFrame, days: Sequence[date]
) -> list[_Finding]:
    """What breaks the rules of presence, range and allowed values."""
    found = []
    if field.required and values.null_count():
        absent = values.is_null()
        if PARTIAL in rows.columns and field.name not in dataset.key:
            absent = absent & ~rows[PARTIAL]
        found += _at(field, "required", "the field is required and empty", absent)
    if field.min is not None:
        reason = f"{{value}} is below the least allowed value {field.min:g}"
        found += _at(field, "below_min", reason, values < field.min)
    if field.max is not None:
        reason = f"{{value}} is above the greatest allowed value {field.max:g}"
        found += _at(field, "above_max", reason, values > field.max)
    # Files and windows are cut by time of record: a record from beyond has a wrong clock or came with the wrong file.
    if field.not_after_load or field.name == dataset.reported_at:
        found += _too_late(field, values, rows, days)
    if field.allowed is not None:
        reason = f"'{{value}}' is none of {', '.join(field.allowed)}"
        found += _at(field, "allowed_value", reason, ~values.is_in(list(field.allowed)))
    return found


def _too_late(field: Field, values: pl.Series, rows: pl.DataFrame, days: Sequence[date]) -> list[_Finding]:
    """What lies after the day of its file, one finding for each of these days."""

    def reason(day: date) -> str:
        return f"{{value}} lies after {day}, the day that is loaded; load it under its own day"

    if len(set(days)) == 1:
        end = datetime.combine(days[0] + timedelta(days=1), time.min)
        return _at(field, "after_load_date", reason(days[0]), values >= end)
    own = pl.Series(days, dtype=pl.Date).gather(rows[FILE])
    late = (values.dt.date() > own).fill_null(False)
    found = own.filter(late).unique().sort().to_list()
    return [finding for day in found for finding in _at(field, "after_load_date", reason(day), late & (own == day))]


def _broken_rules(dataset: Dataset, typed: list[pl.Series], rows: pl.DataFrame) -> list[_Finding]:
    """What breaks the declared row rules; a delete message has too few fields to be judged."""
    if not dataset.rules:
        return []
    table = pl.DataFrame(typed).cast(dataset.rule_schema)  # type: ignore[arg-type]
    broken = table.select(rule.expression.alias(rule.name) for rule in dataset.rules)
    if PARTIAL in rows.columns:
        broken = broken.select(pl.all() & ~rows[PARTIAL])
    return [
        finding
        for rule in dataset.rules
        for finding in _at(None, rule.name, rule.reason.rstrip("."), broken[rule.name])
    ]


def _refused(dataset: Dataset, rows: pl.DataFrame, first: np.ndarray, found: list[_Finding]) -> pl.DataFrame:
    """The refused rows with rule, reason, field, value and raw text."""
    parts = []
    numbers = pl.Series(first)
    masked = masked_sources(dataset)
    raw = raw_text(rows, masked)
    for number in np.unique(first):
        field, rule, reason, _ = found[int(number) - 1]
        chosen = numbers == int(number)
        part = rows.filter(chosen)
        value = _value(field, part, masked)
        place = f"{field.source}: " if field else ""
        before, brace, after = f"{place}{reason}.".partition("{value}")
        shown = value.str.slice(0, 200).fill_null("")
        frame = pl.DataFrame([part[FILE], part[RECORD], value, raw.filter(chosen)]).with_columns(
            (pl.lit(before) + shown + pl.lit(after) if brace else pl.lit(before)).alias("reason"),
            pl.lit(rule).alias("rule"),
            pl.lit(field and field.name, dtype=pl.String).alias("field"),
        )
        parts.append(frame.select(REFUSED_SCHEMA.names()))
    return pl.concat(parts).cast(REFUSED_SCHEMA).sort(FILE, RECORD)


def _value(field: Field | None, rows: pl.DataFrame, masked: frozenset[str]) -> pl.Series:
    """The value at fault as received, or masked; null where the row as a whole is at fault."""
    if field and field.source not in masked:
        return rows[field.source].alias("value")
    return pl.Series("value", [MASK if field else None], dtype=pl.String).new_from_index(0, len(rows))


def masked_sources(dataset: Dataset) -> frozenset[str]:
    """Columns masked in raw text: in CSV also the neighbours, where a shifted row puts personal data."""
    if dataset.format.kind != "csv_rows":
        return dataset.personal_sources
    places = [i for i, name in enumerate(dataset.sources) if name in dataset.personal_sources]
    return frozenset(s for i, s in enumerate(dataset.sources) if any(abs(i - p) <= 1 for p in places))


def raw_text(rows: pl.DataFrame, masked: frozenset[str]) -> pl.Series:
    """Each row as JSON text of its source fields, personal data masked; unknown fields stand under `extra`."""
    hidden = [c for c in (FILE, RECORD, PARTIAL) if c in rows.columns]
    shown = rows.drop(hidden).with_columns(
        pl.when(pl.col(c).is_not_null()).then(pl.lit(MASK)).alias(c) for c in rows.columns if c in masked
    )
    shown = shown.rename({EXTRA: "extra"}, strict=False)
    return shown.select(pl.struct(pl.all()).struct.json_encode()).to_series().alias("raw")
