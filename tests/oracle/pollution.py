"""From the hours of the devices to judged days (HJ 212-2017), for T21a."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import seed

HOUR = ("mn", "pollutant_code", "measured_at")
DAY = ("mn", "pollutant_code", "business_date")
# HJ 212-2017: a CEMS day needs 20 valid hours; 75 % of a day is 18.
NEEDED_HOURS = {"gas": 20, "water": 18}
FLOW_OF_WATER = "w00000"


def _factors() -> pl.DataFrame:
    return seed("pollutant").select(
        "pollutant_code",
        "medium",
        pl.col("is_concentration", "is_signed") == "true",
        pl.col("least_possible_value", "greatest_possible_value").cast(pl.Float64),
    )


def _hours(lake: Lake) -> pl.DataFrame:
    """The last report of each hour with its value and whether that is valid."""
    last = lake.rows("monitoring/hourly_report").unique(HOUR, keep="last", maintain_order=True)
    hours = last.join(_factors(), on="pollutant_code").with_columns(
        business_date=pl.col("measured_at").dt.date(),
        value=pl.when(pl.col("medium") == "gas")
        .then(pl.coalesce("converted_avg_value", "avg_value"))
        .otherwise("avg_value"),
    )
    value = pl.col("value")
    possible = (
        (pl.col("is_signed") | (value >= 0))
        & (value >= pl.col("least_possible_value")).fill_null(True)
        & (value <= pl.col("greatest_possible_value")).fill_null(True)
    )
    is_valid = (pl.col("flag") == "N") & value.is_not_null() & possible
    return hours.with_columns(is_valid=is_valid.fill_null(False))


def _means(hours: pl.DataFrame) -> pl.DataFrame:
    """Mean of the valid hours of each day: in water weighted by the flow where every valid hour has one."""
    valid = hours.filter("is_valid")
    flows = valid.filter(pl.col("pollutant_code") == FLOW_OF_WATER).select("mn", "measured_at", flow="value")
    weighed = valid.join(flows, on=["mn", "measured_at"], how="left")
    is_weighted = (
        (pl.col("medium") == "water").all()
        & pl.col("is_concentration").all()
        & pl.col("flow").is_not_null().all()
        & (pl.col("flow").sum() > 0)
    )
    weighted = (pl.col("value") * pl.col("flow")).sum() / pl.col("flow").sum()
    return weighed.group_by(*DAY, "medium").agg(
        valid_hours=pl.len(), mean=pl.when(is_weighted).then(weighted).otherwise(pl.col("value").mean()).round(6)
    )


def _limits(lake: Lake) -> pl.DataFrame:
    """Limits of the outlets by their first day; of several reports for one first day the latest counts."""
    found = lake.latest("smart_zone/outlet", "outlet_id", "pollutant_code", "valid_from")
    return found.select("mn", "pollutant_code", "valid_from", "zone_id", "limit_upper", "limit_lower")


def judged_days(lake: Lake) -> pl.DataFrame:
    """Valid days of an outlet and pollutant with a limit: zone_id, business_date, is_exceeding."""
    days = _means(_hours(lake)).filter(
        pl.col("valid_hours") >= pl.col("medium").replace_strict(NEEDED_HOURS, default=99)
    )
    judged = days.sort("business_date").join_asof(
        _limits(lake).sort("valid_from"),
        left_on="business_date",
        right_on="valid_from",
        by=["mn", "pollutant_code"],
        check_sortedness=False,
    )
    limited = judged.filter(pl.col("limit_upper").is_not_null() | pl.col("limit_lower").is_not_null())
    above = (pl.col("mean") > pl.col("limit_upper")).fill_null(False)
    below = (pl.col("mean") < pl.col("limit_lower")).fill_null(False)
    return limited.with_columns(is_exceeding=above | below)
