"""The gate on forecast and growth: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations.check import CheckResult
from expectations.runner import run_checks
from expectations.suites import revenue
from tests.warehouse.test_gate_warehouse import Candidate

FORECAST, GROWTH = "fact.fct_revenue_forecast", "mart.mart_indicator_growth"
FAULTS = {
    (FORECAST, "rows_sound"): ("low_yuan = 111 where scope_type = 'zone'", "1 outside their band"),
    (FORECAST, "gap_adds_up"): ("contribution_yuan = 22 where scope_type = 'zone'", "zones 22.00 yuan, province 20.00"),
    (GROWTH, "growth_within_caliber"): ("comparable_zone_count = 0", "2 with growth of no comparable zone"),
    (GROWTH, "growth_plausible"): ("growth_ratio = 1.6", "1 of revenue beyond -60% to +150%"),
    (GROWTH, "agrees_with_facts"): ("reported_value = 5 where scope_type = 'zone'", "zone 5.0 亿元 shown, 1.0 held"),
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


def results(candidate: Candidate) -> dict[tuple[str, str], CheckResult]:
    candidate.con.close()
    found = {(one.target, one.check_name): one for one in run_checks(candidate.path, revenue.checks())}
    candidate.con = duckdb.connect(str(candidate.path))
    return found


def test_good_tables_pass_and_every_check_has_its_fault(candidate: Candidate) -> None:
    found = results(candidate)
    assert {name: one.observed for name, one in found.items() if not one.is_success} == {}
    assert set(FAULTS) == set(found)


@pytest.mark.parametrize("fault", FAULTS, ids=" ".join)
def test_each_fault_is_found_and_named(candidate: Candidate, fault: tuple[str, str]) -> None:
    change, words = FAULTS[fault]
    candidate.run(f"update {fault[0]} set {change}")
    found = results(candidate)[fault]
    assert not found.is_success and words in found.observed, found.observed
    assert found.severity == ("warn" if fault[1] == "growth_plausible" else "block")


def test_without_any_row_nothing_disagrees(tmp_path: Path) -> None:
    assert all(one.is_success for one in results(Candidate(tmp_path / "candidate.duckdb")).values())
