"""Registered capital as registers print it: `1,100(万元人民币)`, `20万人民币`, `3,000(万美元)`."""

from __future__ import annotations

import polars as pl

from ingestion.casting import MONEY, Cast, Fault, half_width
from ingestion.declaration import Field

_SCALES = {"亿": 100_000_000, "万": 10_000, "千": 1_000, "百": 100}
_PATTERN = (
    r"^(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*\(?\s*(?P<scale>[亿万千百]?)\s*(?P<yuan>元?)\s*"
    r"(?P<currency>人民币|美元|港币|港元|欧元|日元|英镑|澳元|加元|加拿大元|新台币|新加坡元|韩元|瑞士法郎|其他)?\s*(?P<tail>元?整?)\s*\)?$"
)


def cast_capital(text: pl.Series, field: Field) -> Cast:
    """Yuan as DECIMAL(24,2); null, without fault, in another currency. A bare number is a fault: it has no unit."""
    parts = half_width(text).str.extract_groups(_PATTERN).struct.unnest()
    amount = parts["amount"].str.replace_all(",", "").cast(pl.Decimal(38, 8), strict=False)
    scale = parts["scale"].replace_strict({"": 1, **_SCALES}, default=1, return_dtype=pl.Int64)
    has_unit = (parts["scale"] != "") | (parts["yuan"] != "") | parts["currency"].is_not_null() | (parts["tail"] != "")
    understood = (amount.is_not_null() & has_unit).fill_null(False)
    is_yuan = understood & (parts["currency"].is_null() | (parts["currency"] == "人民币"))
    frame = pl.DataFrame({"amount": amount, "scale": scale, "is_yuan": is_yuan})
    values = frame.select(pl.when("is_yuan").then(pl.col("amount") * pl.col("scale")).cast(MONEY, strict=False))
    fault = Fault(
        "capital_text", "'{value}' is not an amount of capital with its unit", text.is_not_null() & ~understood
    )
    large = is_yuan & values.to_series().is_null()
    return Cast(
        values.to_series().alias(text.name), [fault, Fault("number_range", "'{value}' is too large to be true", large)]
    )
