"""What a value means for its target: what was to be reached, and whether it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from tests.oracle.plan import Plan

# Before the deadline what is not met is on pace, at risk or behind: that is the forecast's business.
OPEN = "open"


def meets(target: Mapping[str, Any], value: pl.Expr, goal: pl.Expr) -> pl.Expr:
    """Whether a value meets the goal by the comparison of the target."""
    compared = {
        "ge": value >= goal,
        "le": value <= goal,
        "between": (value >= goal) & (value <= pl.lit(target["target_upper"], pl.Float64)),
        "yoy_up": value > goal,
        "track": pl.lit(None, pl.Boolean),
    }
    return compared[target["comparison"]]


def judged(rows: pl.DataFrame, target: Mapping[str, Any], plan: Plan, is_without_zones: bool) -> pl.DataFrame:
    """The rows with value, target_value and status."""
    value = (
        pl.when(pl.col("denominator").is_null()).then(pl.col("numerator")).otherwise(_ratio("numerator", "denominator"))
    )
    goal = _goal(rows, target)
    valued = rows.with_columns(value=value, target_value=pl.when("is_share").then(1.0).otherwise(goal))
    reached = (
        pl.when("is_share").then(pl.col("value") >= 1).otherwise(meets(target, pl.col("value"), pl.col("target_value")))
    )
    status = (
        pl.when(is_without_zones)
        .then(pl.lit("not_applicable"))
        .when(pl.col("value").is_null())
        .then(pl.lit("no_data"))
        .when(pl.col("target_value").is_null())
        .then(pl.lit("tracking"))
        .when(reached)
        .then(pl.lit("met"))
        .otherwise(pl.lit("missed" if plan.is_over else OPEN))
    )
    return valued.with_columns(status=status)


def _goal(rows: pl.DataFrame, target: Mapping[str, Any]) -> pl.Expr:
    """What is to be reached at each scope: the goal shared out (T00), last year's rate (yoy_up), else the plan's value."""
    if "target_value" in rows.columns:
        return pl.col("target_value")
    if target["comparison"] == "yoy_up":
        return _ratio("past_yuan", "past_mu")
    return pl.lit(target["target_value"], pl.Float64)


def _ratio(numerator: str, denominator: str) -> pl.Expr:
    return pl.when(pl.col(denominator) != 0).then(pl.col(numerator) / pl.col(denominator))
