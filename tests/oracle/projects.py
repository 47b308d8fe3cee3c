"""Projects, problems, funds and quotas (work items 1 to 4 and 18)."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan, seed
from tests.oracle.scopes import nothing, per_zone, province, zones


def _projects(lake: Lake, kind: str) -> pl.DataFrame:
    found = lake.latest("smart_zone/project", "project_id")
    return found.filter(pl.col("project_kind") == kind)


def _lost_by(day: date) -> pl.Expr:
    """Lost or withdrawn by a day; one that ended without a day is lost since that was known."""
    ended = pl.coalesce("ended_date", pl.when(pl.col("project_stage") == "终止").then("known_from"))
    return (ended <= day).fill_null(False)


def _large(lake: Lake, plan: Plan, zone_class: str) -> pl.DataFrame:
    sizes = seed("large_project_size").select(
        pl.col("zone_level").alias("level"), pl.col("above_yuan").cast(pl.Float64)
    )
    found = (
        _projects(lake, "产业项目")
        .join(zones(lake, plan), left_on="zone_id", right_on="scope_code")
        .join(sizes, on="level")
        .filter(pl.col("planned_investment_yuan").cast(pl.Float64) > pl.col("above_yuan"))
        .filter(plan.in_year("signed_date"), ~_lost_by(plan.day))
    )
    return per_zone(lake, plan, found.with_columns(numerator=1), zone_class)


def target_t01a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Industrial projects above 5 billion yuan that a national zone signed in the year and did not lose."""
    return _large(lake, plan, "national")


def target_t01b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """The same above 2 billion yuan in a provincial zone."""
    return _large(lake, plan, "provincial")


def _reserved(lake: Lake, plan: Plan, kind: str) -> pl.DataFrame:
    found = _projects(lake, kind).filter(plan.in_year("reserved_date"), ~_lost_by(plan.day))
    return per_zone(lake, plan, found.with_columns(numerator=1))


def target_t02a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Cluster packages that entered the reserve in the year and were not lost."""
    return _reserved(lake, plan, "产业集群项目包")


def target_t02b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """PPP projects that entered the reserve in the year and were not lost."""
    return _reserved(lake, plan, "PPP项目")


def target_t03a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Of the projects that stood in reserve at any time of the year those signed in it; beside: signed over reserved."""
    found = _projects(lake, "产业项目").with_columns(
        entered=pl.coalesce("reserved_date", "signed_date"), signed=plan.in_year("signed_date").fill_null(False)
    )
    was_signed = (pl.col("signed_date") < plan.first).fill_null(False)
    cohort = found.filter(pl.col("entered") <= plan.day, ~was_signed, ~_lost_by(plan.eve))
    rate = per_zone(lake, plan, cohort.select("zone_id", numerator=pl.col("signed"), denominator=1))
    flows = found.group_by(scope_code="zone_id").agg(
        beside_numerator=pl.col("signed").sum().cast(pl.Float64),
        beside_denominator=plan.in_year("reserved_date").sum().cast(pl.Float64),
    )
    return rate.join(flows, on="scope_code", how="left")


def _among_signed(lake: Lake, plan: Plan, what: pl.Expr) -> pl.DataFrame:
    signed = _projects(lake, "产业项目").filter(plan.in_year("signed_date"))
    return per_zone(lake, plan, signed.select("zone_id", numerator=what.fill_null(False), denominator=1))


def target_t03b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Projects of the leading industry among the industrial projects signed in the year."""
    return _among_signed(lake, plan, pl.col("is_leading_industry"))


def target_t03c(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Those that also started in the year among the industrial projects signed in it."""
    return _among_signed(lake, plan, plan.in_year("started_date"))


def target_t03d(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Problems closed among those that were open at any time of the year."""
    known = pl.when(pl.col("problem_state") == "已办结").then("known_from")
    found = lake.latest("smart_zone/project_problem", "problem_no").with_columns(
        closed=pl.coalesce("closed_date", known)
    )
    was_open = found.filter(plan.by_then("opened_date"), pl.col("closed").is_null() | (pl.col("closed") >= plan.first))
    return per_zone(lake, plan, was_open.select("zone_id", numerator=plan.by_then("closed"), denominator=1))


def _steps(lake: Lake, dataset: str, key: str, amount: str) -> pl.DataFrame:
    """What each version of a record adds to its amount; a version without the amount adds nothing."""
    versions = lake.versions(dataset, key).filter(pl.col(amount).is_not_null())
    before = pl.col(amount).shift(1).over(key).fill_null(0)
    return versions.with_columns(step=(pl.col(amount) - before).cast(pl.Float64))


def target_t04(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Yuan that funds paid to projects of zones in the year, by the day of each payment."""
    paid = _steps(lake, "smart_zone/fund_investment", "investment_id", "paid_to_date_yuan").with_columns(
        paid_on=pl.coalesce("last_paid_date", "known_from")
    )
    return province(paid.filter(plan.in_year("paid_on"))["step"].sum())


def target_t18a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Yuan allocated to zones from the year's budget, less what was taken back."""
    found = lake.latest("smart_zone/fund_allocation", "allocation_id").filter(pl.col("budget_year") == plan.year)
    known = pl.when(pl.col("allocation_state") == "已收回").then("known_from")
    withdrawn = (pl.coalesce("withdrawn_date", known) <= plan.day).fill_null(False)
    kept = found.filter(plan.by_then("allocated_date"), ~withdrawn)
    return province(kept["allocated_amount_yuan"].cast(pl.Float64).sum())


def target_t18b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Mu of farmland quotas dealt in the year, by the deals that were not deleted again."""
    deals = lake.messages("trading/farmland_balance_deal", "data_key")
    if not deals.height:
        return nothing()
    return province(deals.filter(plan.in_year("deal_date"))["quota_area_mu"].cast(pl.Float64).sum())
