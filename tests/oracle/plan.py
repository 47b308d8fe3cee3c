"""The plans that a leader sees on a day, and the seeds of the plan, read as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
LEVELS = {"0": "provincial", "1": "national", "2": "key_provincial", "9": "preparing"}
# Zones that a target binds, by the words of its class; a key provincial zone is a provincial one (重点省级属省级).
CLASSES = {
    "all": {"provincial", "national", "key_provincial", "preparing"},
    "national": {"national"},
    "provincial": {"provincial", "key_provincial"},
    "provincial_key": {"key_provincial"},
}


@dataclass(frozen=True)
class Plan:
    """One year's plan as seen on a day; without a plan of its own the year borrows definitions and has no target values."""

    year: int
    as_of: date
    targets: pl.DataFrame
    deadline: date | None

    @property
    def day(self) -> date:
        """The day on which states are asked for: the as-of day, at most the last of the year."""
        return min(self.as_of, date(self.year, 12, 31))

    @property
    def first(self) -> date:
        """First day of the year."""
        return date(self.year, 1, 1)

    @property
    def eve(self) -> date:
        """Last day of the year before."""
        return self.first - timedelta(days=1)

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline is not None and self.as_of > self.deadline

    def in_year(self, column: str) -> pl.Expr:
        """Whether a day lies in the year and is not after the plan's day."""
        return pl.col(column).is_between(self.first, self.day)

    def by_then(self, column: str) -> pl.Expr:
        """Whether a day has come by the plan's day; an empty one has not."""
        return (pl.col(column) <= self.day).fill_null(False)


def seed(name: str) -> pl.DataFrame:
    """A seed with every column as text."""
    return pl.read_csv(SEEDS / f"{name}.csv", infer_schema=False)


def plans_in_view(as_of: date) -> list[Plan]:
    """The plan of the year and the latest one before it."""
    known = {
        int(row["plan_year"]): date.fromisoformat(row["deadline"]) for row in seed("work_plan").iter_rows(named=True)
    }
    earlier = [year for year in sorted(known) if year < as_of.year]
    plans = [Plan(year, as_of, _targets(year), known[year]) for year in earlier[-1:]]
    if as_of.year in known:
        return [*plans, Plan(as_of.year, as_of, _targets(as_of.year), known[as_of.year])]
    unplanned = [Plan(as_of.year, as_of, _without_values(plan.targets), None) for plan in plans]
    return plans + unplanned


def _targets(year: int) -> pl.DataFrame:
    return seed(f"target_{year}").with_columns(pl.col("target_value", "target_upper").cast(pl.Float64))


def _without_values(targets: pl.DataFrame) -> pl.DataFrame:
    return targets.with_columns(
        pl.lit(None, pl.Float64).alias("target_value"),
        pl.lit(None, pl.Float64).alias("target_upper"),
        pl.lit("track").alias("comparison"),
    )
