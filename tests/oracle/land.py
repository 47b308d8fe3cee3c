"""Output of the land and zombie cases (work item 19)."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.revenue import VALUE, latest_month
from tests.oracle.scopes import bound, nothing, province, shaped


def _held(lake: Lake, months: pl.DataFrame) -> pl.DataFrame:
    """Mu that enterprises hold in each zone at the end of its month (zone_id, month_end)."""
    parcels = lake.latest("smart_zone/land_parcel", "parcel_id").join(months, on="zone_id")
    returned = (pl.col("returned_date") <= pl.col("month_end")).fill_null(False)
    held = parcels.filter(pl.col("delivered_date") <= pl.col("month_end"), ~returned)
    return held.group_by("zone_id").agg(mu=pl.col("land_area_mu").cast(pl.Float64).sum())


def _per_mu(lake: Lake, revenue: pl.DataFrame) -> pl.DataFrame:
    """Revenue and mu of the zones that have both (zone_id, business_month, caliber, yuan, mu)."""
    ends = revenue.select("zone_id", month_end=pl.col("business_month").dt.month_end())
    return revenue.join(_held(lake, ends), on="zone_id").filter(pl.col("mu") > 0)


def _year_before(lake: Lake, now: pl.DataFrame) -> pl.DataFrame:
    """The same of last year's month in one caliber, for the zones that published it then."""
    months = now.select("zone_id", "caliber", business_month=pl.col("business_month").dt.offset_by("-1y"))
    reports = lake.latest("smart_zone/zone_indicator", "zone_id", "business_month")
    past = months.join(reports, on=["zone_id", "business_month", "caliber"]).filter(pl.col(VALUE).is_not_null())
    return _per_mu(lake, past.select("zone_id", "business_month", "caliber", yuan=pl.col(VALUE).cast(pl.Float64)))


def target_t19a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Revenue since January over the mu held at the end of its month, against last year's same."""
    now = _per_mu(lake, latest_month(lake, plan.year))
    if not now.height:
        return nothing()
    past = _year_before(lake, now).select("zone_id", past_yuan="yuan", past_mu="mu")
    on_record = bound(lake, plan, "all").select(zone_id="scope_code")
    found = on_record.join(now, on="zone_id", how="left").join(past, on="zone_id", how="left")
    named = found.with_columns(scope_type=pl.lit("zone"), scope_code="zone_id", numerator="yuan", denominator="mu")
    return shaped(named).with_columns(named.select("past_yuan", "past_mu"))


def target_t19b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """By how much the stock of open cases fell since the end of last year; beside: disposals of the opening stock."""
    known = pl.when(pl.col("case_state") == "已处置").then("known_from")
    found = lake.latest("smart_zone/zombie_case", "case_id")
    if not found.height:
        return nothing()
    cases = found.with_columns(disposed=pl.coalesce("disposed_date", known))
    opening = cases.filter(pl.col("named_date") <= plan.eve, ~(pl.col("disposed") <= plan.eve).fill_null(False))
    stock = cases.filter(plan.by_then("named_date"), ~plan.by_then("disposed"))
    disposed = opening.filter(plan.by_then("disposed")).height
    return province(opening.height - stock.height, opening.height).with_columns(
        beside_numerator=pl.lit(float(disposed)), beside_denominator=pl.lit(float(opening.height))
    )
