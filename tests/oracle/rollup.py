"""From the finest scope that a subject delivers to cities and the province."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.scopes import COLUMNS, PROVINCE, bound, zones
from tests.oracle.status import meets

# What adds up beside numerator and denominator: a goal that is shared out, last year's rate, the other reading.
ADDED = ("target_value", "past_yuan", "past_mu", "beside_numerator", "beside_denominator")


def without_zones(lake: Lake, plan: Plan, target: Mapping[str, Any]) -> bool:
    """Whether the target binds a class of zones of which the province has none."""
    return target["grain"] == "zone" and not bound(lake, plan, target["zone_class"]).height


def lifted(lake: Lake, plan: Plan, target: Mapping[str, Any], delivered: pl.DataFrame) -> pl.DataFrame:
    """The delivered rows with those of the cities and of the province, by the roll_up of the target.

    Adds is_share: the value is the share of zones that meet the target. The province always has a row.
    """
    finest = delivered.with_columns(is_share=pl.lit(False))
    if PROVINCE in delivered["scope_code"]:
        return finest
    if not delivered.height:
        empty = dict.fromkeys(COLUMNS) | {"scope_type": "province", "scope_code": PROVINCE, "is_share": False}
        return pl.DataFrame([empty], schema_overrides=COLUMNS)
    placed = delivered.join(_cities(lake, plan, delivered), on="scope_code")
    cities = _summed(target, placed, pl.col("city_code")).with_columns(scope_type=pl.lit("city"))
    whole = _summed(target, placed, pl.lit(PROVINCE)).with_columns(scope_type=pl.lit("province"))
    return pl.concat([finest, cities, whole], how="diagonal")


def _cities(lake: Lake, plan: Plan, delivered: pl.DataFrame) -> pl.DataFrame:
    """City of each zone on record, and of each county by the first four digits of its code (GB/T 2260)."""
    counties = delivered.filter(pl.col("scope_type") == "county").select(
        "scope_code", city_code=pl.concat_str(pl.col("scope_code").str.head(4), pl.lit("00"))
    )
    return pl.concat([zones(lake, plan).select("scope_code", "city_code"), counties])


def _summed(target: Mapping[str, Any], placed: pl.DataFrame, scope: pl.Expr) -> pl.DataFrame:
    added = [_sum(name) for name in ADDED if name in placed.columns]
    is_share = target["roll_up"] == "share_of_zones" and target["target_value"] is not None
    if is_share:
        met = meets(target, pl.col("numerator"), pl.col("goal"))
        goal = placed.with_columns(goal=pl.lit(target["target_value"]))
        sums = goal.group_by(scope.alias("scope_code")).agg(
            met.sum().cast(pl.Float64).alias("numerator"), pl.len().cast(pl.Float64).alias("denominator"), *added
        )
    else:
        sums = placed.group_by(scope.alias("scope_code")).agg(_sum("numerator"), _sum("denominator"), *added)
    return sums.with_columns(is_share=pl.lit(is_share))


def _sum(name: str) -> pl.Expr:
    """The sum of what is known; nothing where nothing is."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)
