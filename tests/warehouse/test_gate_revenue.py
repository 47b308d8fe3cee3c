"""The gate on forecast and growth: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.suites import revenue
from tests.warehouse.checked_candidate import Candidate, Fault, Place, SubjectGate

FORECAST, GROWTH = "fact.fct_revenue_forecast", "mart.mart_indicator_growth"
CHECKS = revenue.checks()
FAULTS: dict[Place, Fault] = {
    (FORECAST, "rows_sound"): Fault("low_yuan = 111 where scope_type = 'zone'", "1 outside their band"),
    (FORECAST, "gap_adds_up"): Fault(
        "contribution_yuan = 22 where scope_type = 'zone'", "zones 22.00 yuan, province 20.00"
    ),
    (GROWTH, "growth_within_caliber"): Fault("comparable_zone_count = 0", "2 with growth of no comparable zone"),
    (GROWTH, "growth_plausible"): Fault("growth_ratio = 1.6", "1 of revenue beyond -60% to +150%"),
    (GROWTH, "agrees_with_facts"): Fault(
        "reported_value = 5 where scope_type = 'zone'", "zone 5.0 亿元 shown, 1.0 held"
    ),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    amounts = {"low_yuan": 90, "forecast_yuan": 100, "high_yuan": 120, "target_yuan": 120, "contribution_yuan": 20}
    named = {"indicator_code": "main_business_revenue", "business_month": date(2019, 6, 1)}
    for scope in ("province", "zone"):
        made.add(FORECAST, scope_type=scope, **(amounts if scope == "province" else {**amounts, "low_yuan": 95}))
        made.add(GROWTH, scope_type=scope, growth_ratio=0.1, **named)
    made.add("fact.fct_zone_indicator_month", business_year=2019, reported_value=100_000_000, **named)
    return made


class TestRevenueGate(SubjectGate):
    checks, faults, warnings = CHECKS, FAULTS, {"growth_plausible"}
