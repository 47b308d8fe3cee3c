"""The gate on forecast and growth: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.suites import revenue
from tests.warehouse.checked_candidate import Candidate, Fault, Place, SubjectGate

FORECAST, GROWTH = "fact.fct_revenue_forecast", "mart.mart_indicator_growth"
HEADLINE = "mart.mart_revenue_headline"
CHECKS = revenue.checks()
FAULTS: dict[Place, Fault] = {
    (FORECAST, "rows_sound"): Fault("low_yuan = 111 where scope_type = 'zone'", "1 outside their band"),
    (FORECAST, "gap_adds_up"): Fault(
        "contribution_yuan = 22 where scope_type = 'zone'", "zones 22.00 yuan, province 20.00"
    ),
    (GROWTH, "growth_within_caliber"): Fault("comparable_zone_count = 0", "2 with growth of no comparable zone"),
    (GROWTH, "growth_plausible"): Fault("growth_ratio = 1.6", "1 of revenue beyond -60% to +150%"),
    (HEADLINE, "one_revenue"): Fault("revenue_ytd_yi = 12.02", "headline: 12.02 shown, 12.0 held"),
}


# The second zone is late: it stands with its May, and its revenue of the year before is no revenue of June.
REPORTS = (("z1", 2019, 6, 700), ("z2", 2019, 5, 500), ("z2", 2018, 6, 9_900))
SHOWN = {
    HEADLINE: "revenue_ytd_yi",
    "mart.mart_revenue_trend": "actual_ytd_yi",
    "mart.mart_zone_ranking": "revenue_ytd_yi",
    "mart.mart_city_map": "revenue_ytd_yi",
    "mart.mart_zone_map": "revenue_ytd_yi",
    "mart.mart_indicator_growth": "reported_value",
    "mart.mart_revenue_forecast": "ytd_yi",
    "mart.mart_revenue_outlook": "actual_ytd_yi",
    "fact.fct_target_attainment": "actual_value",
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    amounts = {
        "low_yuan": 90,
        "forecast_yuan": 100,
        "high_yuan": 120,
        "target_yuan": 120,
        "gap_yuan": 20,
        "contribution_yuan": 20,
    }
    june = date(2019, 6, 1)
    for scope in ("province", "zone"):
        made.add(
            FORECAST,
            plan_year=2019,
            scope_type=scope,
            **(amounts if scope == "province" else {**amounts, "low_yuan": 95}),
        )
        made.add(
            GROWTH, scope_type=scope, growth_ratio=0.1, indicator_code="main_business_revenue", business_month=june,
            reported_value=12,
        )  # fmt: skip
    for zone, year, month, wan in REPORTS:
        made.add(
            "fact.fct_zone_indicator_month", zone_id=zone, indicator_code="main_business_revenue", business_year=year,
            business_month=date(year, month, 1), reported_value=wan * 1_000_000,
        )  # fmt: skip
    made.add(HEADLINE, plan_year=2019, business_month=june, revenue_ytd_yi=12)
    made.add("mart.mart_revenue_trend", business_month=june, business_year=2019, actual_ytd_yi=12)
    made.add("mart.mart_zone_ranking", business_month=june, revenue_ytd_yi=12)
    for table in ("mart_city_map", "mart_zone_map"):
        made.add(f"mart.{table}", revenue_ytd_yi=12)
    made.add("mart.mart_revenue_forecast", scope_type="province", ytd_yi=12, is_shown=True)
    made.add("mart.mart_revenue_outlook", business_year=2019, actual_ytd_yi=12)
    made.add("fact.fct_target_attainment", target_id="T00", scope_type="province", actual_value=12e8, is_shown=True)
    return made


@pytest.mark.parametrize("table", SHOWN)
def test_another_revenue_of_the_province_blocks(table: str, candidate: Candidate) -> None:
    candidate.run(f"update {table} set {SHOWN[table]} = {SHOWN[table]} * 1.01")
    found = candidate.check(CHECKS)[HEADLINE, "one_revenue"]
    assert (found.is_success, found.severity) == (False, "block"), found.observed


class TestRevenueGate(SubjectGate):
    checks, faults, warnings = CHECKS, FAULTS, {"growth_plausible"}
