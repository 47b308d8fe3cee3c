"""Milestones of the reforms (work items 12 to 17)."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.scopes import counties_of_zones, county_code_on, nothing, per_zone, province, shaped

PERSONNEL = ("full_appointment", "competitive_posts", "merit_pay")
BUREAUS = ("approval_bureau_formed", "enforcement_bureau_formed")


def _milestones(lake: Lake, *codes: str) -> pl.DataFrame:
    found = lake.latest("smart_zone/reform_milestone", "milestone_id")
    return found.filter(pl.col("milestone_code").is_in(codes)).with_columns(zone_id="scope_code")


def _counted(lake: Lake, plan: Plan, code: str, is_done: pl.Expr) -> pl.DataFrame:
    found = _milestones(lake, code)
    return per_zone(lake, plan, found.filter(is_done).with_columns(numerator=1)) if found.height else nothing()


def target_t12a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Lists of delegated powers that were evaluated in the year."""
    return _counted(lake, plan, "power_list_evaluated", plan.in_year("done_date"))


def target_t12b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Duty lists of social governance that are issued."""
    return _counted(lake, plan, "governance_list_issued", plan.by_then("done_date"))


def target_t13(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Scattered blocks that are not merged, by the county's code of the as-of day; none in a county that only has a zone."""
    found = _milestones(lake, "block_merged")
    if not found.height:
        return nothing()
    blocks = found.select("scope_code", numerator=~plan.by_then("done_date"))
    places = pl.concat([blocks, counties_of_zones(lake, plan).with_columns(numerator=pl.lit(False))])
    codes = {code: county_code_on(code, lake.as_of) for code in places["scope_code"].unique()}
    counted = places.group_by(pl.col("scope_code").replace_strict(codes)).agg(pl.col("numerator").sum())
    return shaped(counted.with_columns(scope_type=pl.lit("county")))


def target_t14(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Living facilities built in the year."""
    return _counted(lake, plan, "living_facility_built", plan.in_year("done_date"))


def _kinds_done(lake: Lake, plan: Plan, codes: tuple[str, ...]) -> pl.DataFrame:
    """Each kind of milestone that a zone has done, once."""
    return _milestones(lake, *codes).filter(plan.by_then("done_date")).unique(["zone_id", "milestone_code"])


def target_t15(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Kinds of personnel reform in place, of three."""
    if not _milestones(lake, *PERSONNEL).height:
        return nothing()
    done = _kinds_done(lake, plan, PERSONNEL).with_columns(numerator=1)
    return per_zone(lake, plan, done, "national,provincial_key").with_columns(denominator=pl.lit(float(len(PERSONNEL))))


def target_t16(lake: Lake, plan: Plan) -> pl.DataFrame:
    """1 for a national zone with an approval bureau and an enforcement bureau."""
    if not _milestones(lake, *BUREAUS).height:
        return nothing()
    both = _kinds_done(lake, plan, BUREAUS).group_by("zone_id").agg(numerator=pl.len() == len(BUREAUS))
    return per_zone(lake, plan, both, "national")


def target_t17(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Provincial regulations on zones that are issued."""
    found = _milestones(lake, "regulation_issued")
    return province(found.filter(plan.by_then("done_date")).height) if found.height else nothing()
