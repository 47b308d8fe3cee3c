"""What docs/targets.md promises of a light, over the published columns alone."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

CLASSES = {
    "national": ["national"],
    "provincial": ["provincial", "key_provincial"],
    "provincial_key": ["key_provincial"],
    "national,provincial_key": ["national", "key_provincial"],
}
"""Zone class of a target -> levels of zones that it binds; every other class binds all."""
ONLY_GROWING = ["T01a", "T01b", "T02a", "T02b", "T11a", "T12a"]
CLOSE_TO_PACE = 0.95
PUBLISHED_DIGIT = 2e-6

STATUS, VALUE, FORECAST = pl.col("status"), pl.col("actual_value"), pl.col("forecast_value")
BAR, UPPER = pl.col("target_value"), pl.col("target_upper")
COMPARISON = pl.col("comparison")


class Rule(NamedTuple):
    """A sentence about the rows to which it applies, and what a row would break it with."""

    sentence: str
    applies: pl.Expr
    holds: pl.Expr
    broken_by: dict[str, pl.Expr]


def meets(value: pl.Expr) -> pl.Expr:
    """Whether a value is what the plan asks."""
    return (
        pl.when(COMPARISON == "ge")
        .then(value >= BAR)
        .when(COMPARISON == "le")
        .then(value <= BAR)
        .when(COMPARISON == "between")
        .then((value >= BAR) & (value <= UPPER))
        .when(COMPARISON == "yoy_up")
        .then(value > BAR)
    )


def lead() -> pl.Expr:
    """By how much the way that is gone is above 95 % of what is needed by now, over what is to be gone in all."""
    needed = CLOSE_TO_PACE * pl.col("needed_share")
    reduction = pl.col("baseline_value") - BAR
    return (
        pl.when((COMPARISON == "le") & (reduction > 0))
        .then((pl.col("baseline_value") - VALUE) / reduction - needed)
        .when((COMPARISON == "yoy_up") & (BAR != 0))
        .then(VALUE / BAR - CLOSE_TO_PACE)
        .when(COMPARISON.is_in(["ge", "between"]) & (BAR != 0))
        .then(VALUE / BAR - needed)
    )


def _has_class() -> pl.Expr:
    bound = [
        pl.when(pl.col("zone_class") == name).then(
            pl.any_horizontal(pl.col("zone_levels").list.contains(one).fill_null(False) for one in levels)
        )
        for name, levels in CLASSES.items()
    ]
    return pl.coalesce(*bound, pl.lit(True))


IS_THERE = _has_class()
IS_KNOWN = IS_THERE & VALUE.is_not_null()
IS_AIMED = IS_KNOWN & (COMPARISON != "track") & BAR.is_not_null()
IS_OVER = (pl.col("plan_year") == pl.col("defining_year")) & (pl.col("as_of_date") > pl.col("deadline"))
IS_OPEN = IS_AIMED & ~IS_OVER
IS_CLOSE = (lead() >= 0).fill_null(False) | ((COMPARISON == "between") & (VALUE > UPPER))
IS_ON_THE_LINE = (lead().abs() < PUBLISHED_DIGIT).fill_null(False) & (pl.col("needed_share") > 0)
IS_LEFT = IS_OPEN & ~meets(VALUE) & ~meets(FORECAST)

RULES = (
    Rule(
        "not_applicable if and only if the province has no zone of the class",
        pl.lit(True),
        (STATUS == "not_applicable") == ~IS_THERE,
        {"status": pl.when(IS_THERE).then(pl.lit("not_applicable")).otherwise(pl.lit("no_data"))},
    ),
    Rule(
        "no_data if and only if there is no value",
        IS_THERE,
        (STATUS == "no_data") == VALUE.is_null(),
        {"status": pl.when(VALUE.is_null()).then(pl.lit("behind")).otherwise(pl.lit("no_data"))},
    ),
    Rule(
        "tracking if and only if nothing is set to reach",
        IS_KNOWN,
        (STATUS == "tracking") == ~IS_AIMED,
        {"status": pl.when(IS_AIMED).then(pl.lit("tracking")).otherwise(pl.lit("met"))},
    ),
    Rule(
        "met if and only if the value meets the target",
        IS_AIMED,
        (STATUS == "met") == meets(VALUE),
        {"status": pl.when(meets(VALUE)).then(pl.lit("on_pace")).otherwise(pl.lit("met"))},
    ),
    Rule(
        "on pace if and only if it is not met and the forecast meets the target",
        IS_OPEN,
        (STATUS == "on_pace") == (~meets(VALUE) & meets(FORECAST)),
        {"status": pl.when(STATUS == "on_pace").then(pl.lit("at_risk")).otherwise(pl.lit("on_pace"))},
    ),
    Rule(
        "at risk from 95 % of the needed pace on or above a range, else behind",
        IS_LEFT & ~IS_ON_THE_LINE,
        pl.when(IS_CLOSE).then(pl.lit("at_risk")).otherwise(pl.lit("behind")) == STATUS,
        {"status": pl.when(STATUS == "behind").then(pl.lit("at_risk")).otherwise(pl.lit("behind"))},
    ),
    Rule(
        "after the deadline met or missed",
        IS_AIMED & IS_OVER,
        STATUS.is_in(["met", "missed"]),
        {"status": pl.lit("behind")},
    ),
    Rule(
        "missed only after the deadline",
        ~IS_OVER,
        STATUS != "missed",
        {"status": pl.lit("missed")},
    ),
    Rule(
        "after the deadline the forecast is the value",
        IS_KNOWN & IS_OVER,
        FORECAST == VALUE,
        {"forecast_value": VALUE + 1},
    ),
    Rule(
        "a value that has something to reach has a forecast",
        IS_AIMED,
        FORECAST.is_not_null(),
        {"forecast_value": pl.lit(None, pl.Float64)},
    ),
    Rule(
        "a forecast without a value is none",
        VALUE.is_null(),
        FORECAST.is_null(),
        {"forecast_value": pl.lit(1.0)},
    ),
    Rule(
        "what only grows is never forecast below its value",
        IS_AIMED & pl.col("target_id").is_in(ONLY_GROWING),
        FORECAST >= VALUE,
        {"forecast_value": VALUE - 1},
    ),
    Rule(
        "a share of zones is never forecast above all",
        IS_KNOWN & pl.col("is_share_of_zones"),
        (FORECAST <= 1) & (VALUE <= 1),
        {"forecast_value": pl.lit(1.01)},
    ),
    Rule(
        "T03a, a rate of conversion, never is above 1",
        IS_KNOWN & (pl.col("target_id") == "T03a"),
        (VALUE <= 1) & (FORECAST <= 1),
        {"actual_value": pl.lit(1.01)},
    ),
)


def faults(rows: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """The rows that break the rule; a row of which it cannot be said breaks it too."""
    return rows.filter(rule.applies.fill_null(False) & ~rule.holds.fill_null(False))
