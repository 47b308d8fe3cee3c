"""The release beside the oracle, number by number."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from tests.oracle.attainment import KEY
from tests.oracle.status import OPEN

# Column of the oracle -> column of fact.fct_target_attainment.
NUMBERS = {
    "numerator": "actual_numerator",
    "denominator": "actual_denominator",
    "value": "actual_value",
    "target_value": "target_value",
    "beside_numerator": "beside_numerator",
    "beside_denominator": "beside_denominator",
}
BEFORE_THE_DEADLINE = ("on_pace", "at_risk", "behind")
RELATIVE = 1e-6
# A release publishes ratios with six decimals.
HALF_A_DIGIT = 0.51e-6


def released(database: Path) -> pl.DataFrame:
    """fact.fct_target_attainment of a release, its columns marked with released_."""
    columns = ", ".join(f"{name}::double as released_{name}" for name in NUMBERS.values())
    sql = f"""select plan_year, target_id, scope_type, scope_code, {columns}, status as released_status
        from fact.fct_target_attainment"""
    with duckdb.connect(str(database), read_only=True) as con:
        return con.sql(sql).pl()


def beside(own: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Both by plan year, target and scope; is_equal says whether they agree in every number and in the status."""
    both = own.cast({"plan_year": pl.Int64}).join(published, on=KEY, how="full", coalesce=True)
    agree = [_equal(name, f"released_{column}") for name, column in NUMBERS.items()]
    return both.with_columns(is_equal=pl.all_horizontal(*agree, _same_status()).fill_null(False))


def _equal(name: str, column: str) -> pl.Expr:
    one, other = pl.col(name), pl.col(column)
    allowed = pl.max_horizontal(other.abs() * RELATIVE, pl.lit(HALF_A_DIGIT))
    return (one.is_null() & other.is_null()) | ((one - other).abs() <= allowed).fill_null(False)


def _same_status() -> pl.Expr:
    is_open = (pl.col("status") == OPEN) & pl.col("released_status").is_in(BEFORE_THE_DEADLINE)
    return is_open | (pl.col("status") == pl.col("released_status"))


def count_numbers(both: pl.DataFrame) -> int:
    """How many numbers and statuses were held against each other; two nulls are not counted."""
    return both.height + sum(both[name].count() for name in NUMBERS)


def sentences(both: pl.DataFrame) -> list[str]:
    """One for each row that differs: where, what the lake says, what was released."""
    shown = [*(f"{name} {{{name}}} / {{released_{column}}}" for name, column in NUMBERS.items())]
    form = "{plan_year} {target_id} {scope_type} {scope_code}: " + ", ".join(shown) + ", {status} / {released_status}"
    return [form.format(**row) for row in both.filter(~pl.col("is_equal")).sort(KEY).iter_rows(named=True)]
