"""Months, dates and times as the platforms spell them -> DATE and TIMESTAMP (naive Asia/Shanghai)."""

from __future__ import annotations

from datetime import date

import polars as pl

from ingestion.casting import Cast, Fault, failed_in, retry_failed
from ingestion.declaration import Field
from ingestion.spelling import half_width

OPEN_END = [date(2099, 1, 1), date(2099, 1, 31), date(2099, 12, 31)]
"""Dates that registers write for "no end"; so is every day of the year 9999."""
EARLIEST, LATEST = 1800, 2100

_NO_END = ["长期", "长期有效", "永久", "永久有效", "无固定期限"]
_TIMES = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
_WITHOUT_YEAR = r"^[0-9]{1,2}[-/.月][0-9]{1,2}日?(?:[ T]*[0-9]{1,2}[:：时].*)?$"


def _dashed(text: pl.Series) -> pl.Series:
    """`2019年7月5日 8时30分`, `2019/7/5`, `2019.7.5 8:30` and ISO `T` in one spelling with dashes and a space."""
    text = half_width(text).str.replace_all(r"[日号]", " ").str.strip_chars(" ").str.replace_all(r"[年月/]", "-")
    text = text.str.replace(r"([0-9])[时点]([0-9]{1,2})", "$1:$2").str.replace(r"分([0-9]{1,2})秒?$", ":$1")
    text = text.str.replace(r"[分秒]$", "").str.replace(r"([0-9])[时点]$", "$1:00")
    text = text.str.replace(r"^([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})", "$1-$2-$3").str.replace(r"[+]08:?00$", "")
    return text.str.replace(r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[T ]+([0-9])", "$1 $2").str.strip_suffix("-")


def _compact(text: pl.Series) -> pl.Series:
    """`yyyyMMddHHmmss`, with or without milliseconds, and `yyyyMMdd`; everything else is null."""
    digits = text.to_frame("t").select(
        pl.when(pl.col("t").str.contains(r"^(?:[0-9]{8}|[0-9]{14}|[0-9]{17})$")).then("t")
    )
    padded = digits.to_series().str.slice(0, 14).str.pad_end(14, "0")
    return padded.str.to_datetime("%Y%m%d%H%M%S", strict=False, time_unit="us")


def _any_time(text: pl.Series) -> pl.Series:
    values = _compact(half_width(text))
    dashed = _dashed(text)
    for form in _TIMES:
        values = values.fill_null(dashed.str.to_datetime(form, strict=False, time_unit="us").cast(pl.Datetime("us")))
    return values


def _without_open_end(values: pl.Series) -> pl.Series:
    days = values.dt.date()
    return values.set((days.is_in(OPEN_END) | (days.dt.year() == 9999)).fill_null(False), None)


def _faults(text: pl.Series, values: pl.Series, rule: str, what: str) -> list[Fault]:
    year = values.dt.year()
    outside = ((year < EARLIEST) | ((year > LATEST) & (year != 9999))).fill_null(False)
    failed = failed_in(text, values)
    yearless = failed & text.str.contains(_WITHOUT_YEAR)
    return [
        Fault(rule, f"'{{value}}' has no year, and none is guessed; deliver the whole {what}", yearless),
        Fault(rule, f"'{{value}}' is not a {what}", failed),
        Fault("date_range", f"'{{value}}' lies outside the years {EARLIEST} to {LATEST}", outside),
    ]


def cast_timestamp(text: pl.Series, field: Field) -> Cast:
    """Times `yyyy-MM-dd HH:mm:ss`, `yyyyMMddHHmmss` and their variants; a time without a year is refused."""
    first = text.drop_nulls().head(1).to_list()
    if first and first[0].isdigit():
        values = _compact(text)
    else:
        values = text.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    values = retry_failed(text, values, _any_time)
    return Cast(_without_open_end(values), _faults(text, values, "timestamp", "time"))


def cast_date(text: pl.Series, field: Field) -> Cast:
    """Dates `yyyy-MM-dd`, `yyyyMMdd` and their variants; a time of day is cut off; "no end" becomes null."""
    text = text.set(text.is_in(_NO_END), None)
    values = retry_failed(text, text.str.to_date("%Y-%m-%d", strict=False), lambda t: _any_time(t).dt.date())
    return Cast(_without_open_end(values), _faults(text, values, "date", "date"))


def cast_month(text: pl.Series, field: Field) -> Cast:
    """Months `yyyy-MM`, `yyyyMM`, `2019年6月` as their first day."""

    def repair(part: pl.Series) -> pl.Series:
        dashed = (
            _dashed(part)
            .str.replace(r"^([0-9]{4})([0-9]{2})$", "$1-$2")
            .str.replace(r"^([0-9]{4}-[0-9]{1,2})$", "$1-01")
        )
        return dashed.str.to_date("%Y-%m-%d", strict=False).dt.month_start()

    values = retry_failed(text, (text + "-01").str.to_date("%Y-%m-%d", strict=False), repair)
    return Cast(values, _faults(text, values, "month", "month"))
