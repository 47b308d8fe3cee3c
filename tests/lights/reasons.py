"""Why a light changed from one day to the next: over the published columns, and the rate that sets the pace of a cohort."""

from __future__ import annotations

import polars as pl

KEY = ["plan_year", "target_id", "scope_type", "scope_code"]
EVIDENCE = {
    "numerator": "actual_numerator",
    "denominator": "actual_denominator",
    "evidence": "evidence_count",
    "target": "target_value",
    "last year's value": "baseline_value",
    "last year's rate": "last_year_ratio",
}
"""What a sentence calls a column -> the column that says on what the light rests."""
BADNESS = {"met": 0, "on_pace": 1, "at_risk": 2, "behind": 3, "missed": 3}
"""Of the lights that say how far a target is; missed is how behind reads after the deadline."""
LAST_YEARS_COHORT = ["T03a", "T03c", "T03d"]
KEPT = ["as_of_date", "status", "needed_share", "actual_value", *EVIDENCE.values()]


def flips(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows whose status is another than on the day before in `rows`, with what was (was_*) and the reason.

    The reason is null where nothing that was known changed but the light: nothing tells a leader why.
    """
    was = [pl.col(name).shift(1).over(KEY, order_by="as_of_date").name.prefix("was_") for name in KEPT]
    changed = rows.with_columns(was).filter(pl.col("was_status") != pl.col("status"))
    reason = pl.coalesce(_deadline(), _evidence(), _time())
    return changed.with_columns(reason=reason).sort("as_of_date", *KEY)


def _deadline() -> pl.Expr:
    """What was left open is met or missed by the same value once the deadline is over."""
    passed = (pl.col("was_as_of_date") <= pl.col("deadline")) & (pl.col("as_of_date") > pl.col("deadline"))
    stood = pl.col("was_actual_value").eq_missing(pl.col("actual_value"))
    return pl.when(passed & stood & (pl.col("status") == "missed")).then(
        pl.format("deadline: {} was over with {}", "deadline", "actual_value")
    )


def _evidence() -> pl.Expr:
    """What the light rests on changed: each column that did, from what to what."""
    parts = [
        pl.when(pl.col(f"was_{column}").ne_missing(pl.col(column))).then(
            pl.concat_str(pl.lit(f"{name} "), _text(f"was_{column}"), pl.lit(" -> "), _text(column))
        )
        for name, column in EVIDENCE.items()
    ]
    listed = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    return pl.when(listed != "").then(pl.lit("evidence: ") + listed)


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("nothing")


def _time() -> pl.Expr:
    """More is needed and the value stood; that can only make a light worse."""
    is_worse = _badness("status") > _badness("was_status")
    cause = (
        pl.when(pl.col("target_id").is_in(LAST_YEARS_COHORT))
        .then(pl.lit("last year's cohort: "))
        .otherwise(pl.lit("time: "))
    )
    rose = pl.format(
        "the needed share rose from {} to {} while {} stood", "was_needed_share", "needed_share", _text("actual_value")
    )
    return pl.when(is_worse & (pl.col("needed_share") > pl.col("was_needed_share"))).then(cause + rose)


def _badness(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(BADNESS, default=None, return_dtype=pl.Int8)


def sentences(changed: pl.DataFrame) -> list[str]:
    """One line for each flip."""
    line = pl.format(
        "{} {} {} {}: {} -> {}; {}",
        "as_of_date",
        "plan_year",
        "target_id",
        "scope_code",
        "was_status",
        "status",
        pl.col("reason").fill_null("without a reason"),
    )
    return changed.select(line=line)["line"].to_list()
