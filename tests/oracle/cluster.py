"""Industrial clusters (work items 5 to 9)."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan, seed
from tests.oracle.scopes import nothing, per_zone, province, zones

FUNCTIONS = ("rd", "testing", "transfer", "incubation", "training", "information", "financing")


def target_t05(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Kinds of map issued, of the twenty that the plan expects."""
    found = lake.latest("smart_zone/industry_map", "map_id")
    if not found.height:
        return nothing()
    expected = seed("four_map").select("industry", "map_kind")
    issued = found.filter(plan.by_then("issued_date")).join(expected, on=["industry", "map_kind"])
    return province(issued.n_unique(["industry", "map_kind"]), expected.height)


def _in_force(lake: Lake, plan: Plan, kind: str) -> pl.DataFrame:
    found = lake.latest("smart_zone/cluster_plan", "plan_id").filter(pl.col("plan_kind") == kind)
    return found.filter(plan.by_then("issued_date"), pl.col("last_year") >= plan.day.year)


def target_t06(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Development plans of clusters in force."""
    return per_zone(lake, plan, _in_force(lake, plan, "产业集群发展规划").with_columns(numerator=1))


def target_t07(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Running service platforms with all seven functions."""
    runs = plan.by_then("opened_date") & (pl.col("closed_date").is_null() | (pl.col("closed_date") >= plan.day))
    whole = pl.all_horizontal(f"has_{name}" for name in FUNCTIONS)
    found = lake.latest("smart_zone/service_platform", "platform_id").filter(runs, whole)
    return per_zone(lake, plan, found.with_columns(numerator=1))


def _themed(lake: Lake, plan: Plan, zone_class: str) -> pl.DataFrame:
    found = lake.latest("smart_zone/themed_park", "themed_park_id").filter(plan.by_then("started_date"))
    return per_zone(lake, plan, found.with_columns(numerator=1), zone_class)


def target_t08a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Themed parks of a national zone whose building has begun."""
    return _themed(lake, plan, "national")


def target_t08b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """The same of a key provincial zone."""
    return _themed(lake, plan, "provincial_key")


def _innovative(lake: Lake, plan: Plan, zone_class: str) -> pl.DataFrame:
    sizes = seed("cluster_plan_size").select(
        pl.col("zone_level").alias("level"), pl.col("least_revenue_yuan").cast(pl.Float64)
    )
    found = (
        _in_force(lake, plan, "创新型产业集群规划")
        .join(zones(lake, plan), left_on="zone_id", right_on="scope_code")
        .join(sizes, on="level")
        .filter(pl.col("planned_revenue_yuan").cast(pl.Float64) >= pl.col("least_revenue_yuan"))
    )
    return per_zone(lake, plan, found.with_columns(numerator=1), zone_class)


def target_t09a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Plans of innovative clusters in force of 100 billion yuan and more in a national zone."""
    return _innovative(lake, plan, "national")


def target_t09b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """The same of 50 billion yuan and more in a provincial zone."""
    return _innovative(lake, plan, "provincial")
