"""Zones, counties and cities as the lake and the list of regions know them, and the frames that subjects deliver."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import CLASSES, LEVELS, Plan, seed

PROVINCE = "360000"
COLUMNS = {
    "scope_type": pl.String,
    "scope_code": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
}


def zones(lake: Lake, plan: Plan) -> pl.DataFrame:
    """The zones that were on record on the plan's day, with the level and city_code of that day."""
    return lake.stood_on(plan.day, "smart_zone/zone", "zone_id").select(
        pl.col("zone_id").alias("scope_code"),
        pl.col("park_kind").replace_strict(LEVELS).alias("level"),
        "city_code",
    )


def bound(lake: Lake, plan: Plan, zone_class: str) -> pl.DataFrame:
    """The zones on record that a target of the class binds."""
    levels = set().union(*(CLASSES[name] for name in zone_class.split(",")))
    return zones(lake, plan).filter(pl.col("level").is_in(sorted(levels)))


def counties_of_zones(lake: Lake, plan: Plan) -> pl.DataFrame:
    """GB/T 2260 codes of the counties that have a zone on record; platforms use codes of their own for some."""
    names = lake.stood_on(plan.day, "smart_zone/zone", "zone_id").select("zone_name", "county_code")
    listed = names.join(seed("zone_registry").select("zone_name", listed="county_code"), on="zone_name", how="left")
    codes = listed.select(scope_code=pl.coalesce("listed", "county_code")).unique()
    return codes.join(
        seed("region").filter(pl.col("region_level") == "county"),
        left_on="scope_code",
        right_on="region_code",
        how="semi",
    )


def county_code_on(code: str, day: date) -> str:
    """The code under which a county stands on a day, following the codes that replaced its own."""
    regions = {(row["region_code"]): row for row in _counties().iter_rows(named=True)}
    while code in regions and regions[code]["replaced_by_code"] and regions[code]["valid_to"] <= day.isoformat():
        code = regions[code]["replaced_by_code"]
    return code


def _counties() -> pl.DataFrame:
    """The last period of each code."""
    return seed("region").sort("valid_from").unique("region_code", keep="last")


def per_zone(lake: Lake, plan: Plan, counted: pl.DataFrame, zone_class: str = "all") -> pl.DataFrame:
    """Zones of the class with the sums of `counted` (zone_id, numerator and perhaps denominator); those without are 0."""
    sums = [pl.col(name).cast(pl.Float64).sum() for name in ("numerator", "denominator") if name in counted.columns]
    found = counted.group_by(pl.col("zone_id").alias("scope_code")).agg(sums)
    filled = (
        bound(lake, plan, zone_class)
        .join(found, on="scope_code", how="left")
        .with_columns(pl.lit("zone").alias("scope_type"))
    )
    return shaped(filled.with_columns(pl.col(found.columns[1:]).fill_null(0)))


def province(numerator: object, denominator: object = None) -> pl.DataFrame:
    """The one row of the province."""
    row = {"scope_type": "province", "scope_code": PROVINCE, "numerator": numerator, "denominator": denominator}
    return pl.DataFrame([row], schema_overrides=COLUMNS, strict=False)


def nothing() -> pl.DataFrame:
    """No row: the source has none."""
    return pl.DataFrame(schema=COLUMNS)


def shaped(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of a delivery, a missing denominator as null."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in COLUMNS.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
