"""All targets at all scopes: what the subjects deliver, added up and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

import polars as pl

from tests.oracle import cluster, connection, environment, innovation, land, projects, reform, revenue
from tests.oracle.lake import Lake
from tests.oracle.plan import Plan, plans_in_view
from tests.oracle.rollup import lifted, without_zones
from tests.oracle.status import judged

SUBJECTS: tuple[ModuleType, ...] = (revenue, projects, cluster, innovation, reform, land, connection, environment)
KEY = ("plan_year", "target_id", "scope_type", "scope_code")


def functions() -> Mapping[str, Callable[[Lake, Plan], pl.DataFrame]]:
    """The function of each target by its id."""
    return {
        name.removeprefix("target_").replace("t", "T", 1): function
        for subject in SUBJECTS
        for name, function in vars(subject).items()
        if name.startswith("target_")
    }


def attainment(lake: Lake) -> pl.DataFrame:
    """Every target, scope and plan in view on the lake's day: numerators, denominators, values, targets and statuses."""
    return pl.concat([_of_plan(lake, plan) for plan in plans_in_view(lake.as_of)], how="diagonal")


def _of_plan(lake: Lake, plan: Plan) -> pl.DataFrame:
    found = functions()
    parts = []
    for target in plan.targets.iter_rows(named=True):
        delivered = found[target["target_id"]](lake, plan)
        rows = judged(lifted(lake, plan, target, delivered), target, plan, without_zones(lake, plan, target))
        if target["target_id"] == "T20c":
            rows = rows.join(connection.beside_t20c(lake, plan), on="scope_code", how="left")
        parts.append(rows.with_columns(plan_year=pl.lit(plan.year), target_id=pl.lit(target["target_id"])))
    return pl.concat(parts, how="diagonal")
