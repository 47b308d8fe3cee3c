"""Discharges, monitoring, green titles and chemical sites (work item 21)."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tests.oracle.evidence import enterprises_on
from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.pollution import judged_days
from tests.oracle.scopes import province, shaped

WEEK = timedelta(days=7)


def _zone_rates(found: pl.DataFrame) -> pl.DataFrame:
    rates = found.group_by("zone_id").agg(numerator=pl.col("is_good").sum(), denominator=pl.len())
    return shaped(rates.with_columns(scope_type=pl.lit("zone"), scope_code="zone_id"))


def target_t21a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Days of outlets and pollutants of the year within the limit, of all that could be judged."""
    days = judged_days(lake).filter(plan.in_year("business_date"))
    return _zone_rates(days.with_columns(is_good=~pl.col("is_exceeding")))


def target_t21b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Key polluting units all of whose devices sent an hour in the week; a listed one without an outlet is not networked."""
    hours = lake.rows("monitoring/hourly_report")
    heard = hours.filter(
        pl.col("measured_at").dt.date() > plan.day - WEEK, pl.col("measured_at").dt.date() <= plan.day
    )["mn"].unique()
    outlets = lake.latest("smart_zone/outlet", "outlet_id", "pollutant_code", "valid_from").filter(
        plan.by_then("valid_from")
    )
    sending = outlets.group_by("uscc", "zone_id").agg(is_good=pl.col("mn").is_in(heard.implode()).all())
    listed = enterprises_on(lake, plan.day).filter("is_key_polluter").join(outlets, on="uscc", how="anti")
    without = listed.select("uscc", zone_id=pl.coalesce("zone_by_evidence", "zone_id"), is_good=pl.lit(False))
    return _zone_rates(pl.concat([sending, without]))


def target_t21c(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Green titles and pilots that stand."""
    found = lake.latest("smart_zone/green_park", "title_id")
    return province(found.filter(plan.by_then("approved_date"), ~plan.by_then("revoked_date")).height)


def target_t21d(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Chemical sites inside protected areas that are not closed."""
    found = lake.latest("smart_zone/chemical_site", "site_id").filter(pl.col("is_in_protected_area"))
    return province(found.filter(plan.by_then("surveyed_date"), ~plan.by_then("closed_date")).height)
