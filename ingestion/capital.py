"""Registered capital as registers print it: `1,100(万元人民币)`, `20万人民币`, `3,000(万美元)`."""

from __future__ import annotations

import polars as pl

from ingestion.casting import MONEY, Cast, Fault, failed_in
from ingestion.declaration import Field
from ingestion.spelling import stated_amounts


def cast_capital(text: pl.Series, field: Field) -> Cast:
    """Yuan as DECIMAL(24,2); null, without fault, in another currency. A bare number is a fault: it has no unit."""
    stated = stated_amounts(text)
    in_yuan = stated.select(pl.when("is_yuan").then("amount")).to_series()
    values = in_yuan.cast(MONEY, strict=False)
    reason = "'{value}' is not an amount of capital with its unit"
    return Cast(
        values.alias(text.name),
        [
            Fault("capital_text", reason, failed_in(text, stated["amount"])),
            Fault("number_range", "'{value}' is too large to be true", failed_in(in_yuan, values)),
        ],
    )
