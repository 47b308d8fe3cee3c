"""Lines to the smart-zone platform and to the systems of the province (work item 20)."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.scopes import PROVINCE, bound, nothing, per_zone, province, shaped

WEEK, MONTH = timedelta(days=7), timedelta(days=31)
LINKED = ("gov_service", "credit", "trading")


def _week(lake: Lake, plan: Plan) -> pl.DataFrame:
    """What was stated about the seven days up to the plan's day; a line of which nothing is stated is not a dead one."""
    found = lake.latest("smart_zone/connection", "zone_id", "system_code", "business_date")
    return found.filter(pl.col("business_date") > plan.day - WEEK, pl.col("business_date") <= plan.day)


def target_t20a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Zones on record with a beat on their line to the platform in the week, over all zones on record."""
    stated = _week(lake, plan)
    if not stated.height:
        return nothing()
    beats = stated.filter(pl.col("system_code") == "smart_zone", pl.col("heartbeat_count") > 0)
    on_record = bound(lake, plan, "all")
    connected = on_record.join(beats, left_on="scope_code", right_on="zone_id", how="semi")
    return province(connected.height, on_record.height)


def target_t20b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Connected over all enterprises of a zone by the latest statement of the week."""
    stated = _week(lake, plan).filter(
        pl.col("system_code") == "smart_zone", pl.col("connected_enterprise_count", "enterprise_count").is_not_null()
    )
    last = stated.sort("business_date").unique("zone_id", keep="last")
    named = last.with_columns(
        scope_type=pl.lit("zone"),
        scope_code="zone_id",
        numerator="connected_enterprise_count",
        denominator="enterprise_count",
    )
    return shaped(named)


def _flowing(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Zones and systems whose line beat and exchanged rows in the week, of systems whose own rows were accepted."""
    accepted = [system for system in LINKED if any(day > plan.day - MONTH for day in lake.days_with_rows(system))]
    flows = _week(lake, plan).filter(
        pl.col("system_code").is_in(accepted), pl.col("heartbeat_count") > 0, pl.col("exchanged_row_count") > 0
    )
    return flows.unique(["zone_id", "system_code"])


def target_t20c(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Linked systems of a zone, of three."""
    if not _week(lake, plan).height:
        return nothing()
    flowing = _flowing(lake, plan)
    return per_zone(lake, plan, flowing.with_columns(numerator=1)).with_columns(denominator=pl.lit(float(len(LINKED))))


def beside_t20c(lake: Lake, plan: Plan) -> pl.DataFrame:
    """For the province: how many of the three systems have a line of any zone."""
    linked = float(_flowing(lake, plan)["system_code"].n_unique())
    stated = pl.DataFrame(
        {"scope_code": PROVINCE, "beside_numerator": linked, "beside_denominator": float(len(LINKED))}
    )
    return stated if _week(lake, plan).height else stated.clear()
