"""High-tech enterprises, innovation platforms and the technology market (work items 10 and 11)."""

from __future__ import annotations

import polars as pl

from tests.oracle.lake import Lake
from tests.oracle.plan import Plan
from tests.oracle.scopes import province


def target_t10(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Enterprises with a certificate that is issued, has not run out and is not revoked."""
    found = lake.latest("smart_zone/high_tech_certificate", "certificate_no")
    known = pl.when(pl.col("certificate_state") == "已撤销").then("known_from")
    revoked = (pl.coalesce("revoked_date", known) <= plan.day).fill_null(False)
    valid = found.filter(plan.by_then("issued_date"), pl.col("valid_until") >= plan.day, ~revoked)
    return province(valid["uscc"].n_unique())


def target_t11a(lake: Lake, plan: Plan) -> pl.DataFrame:
    """National platforms and carriers approved in the year that still stand."""
    found = lake.latest("smart_zone/innovation_platform", "platform_id")
    national = found.filter(pl.col("platform_level") == "国家级", plan.in_year("approved_date"))
    return province(national.filter(~plan.by_then("revoked_date")).height)


def target_t11b(lake: Lake, plan: Plan) -> pl.DataFrame:
    """Yuan of the contracts signed in the year on the online market that were not cancelled."""
    found = lake.latest("smart_zone/technology_contract", "contract_no")
    known = pl.when(pl.col("contract_state") == "已撤销").then("known_from")
    cancelled = (pl.coalesce("cancelled_date", known) <= plan.day).fill_null(False)
    stands = found.filter(pl.col("is_online_market"), plan.in_year("signed_date"), ~cancelled)
    return province(stands["contract_amount_yuan"].cast(pl.Float64).sum())
