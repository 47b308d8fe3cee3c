"""Main business revenue (the goal of the plan, T00)."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.scopes import nothing, shaped

VALUE = "main_business_revenue_ytd_yuan"


def latest_month(lake: Lake, year: int) -> pl.DataFrame:
    """For each zone its latest published month of a year: zone_id, business_month, caliber and the value since January."""
    found = lake.latest("smart_zone/zone_indicator", "zone_id", "business_month")
    published = found.filter(pl.col("business_month").dt.year() == year, pl.col(VALUE).is_not_null())
    last = published.sort("business_month").unique("zone_id", keep="last")
    return last.select("zone_id", "business_month", "caliber", yuan=pl.col(VALUE).cast(pl.Float64))


def target_t00(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Revenue since January by zone; a zone's share of the goal is that of its revenue of the year before."""
    goal = plan.targets.filter(pl.col("target_id") == "T00")["target_value"].item()
    past = latest_month(lake, plan.year - 1)
    shares = past.select("zone_id", target_value=pl.col("yuan") / past["yuan"].sum() * pl.lit(goal, pl.Float64))
    now = latest_month(lake, plan.year)
    if not now.height and goal is None:
        return nothing()
    found = now.join(shares, on="zone_id", how="full", coalesce=True)
    named = found.with_columns(scope_type=pl.lit("zone"), scope_code="zone_id", numerator="yuan")
    return shaped(named).with_columns(named["target_value"])
