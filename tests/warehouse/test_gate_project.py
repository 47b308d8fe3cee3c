"""The gate on projects, money, land and approvals: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.check import CheckResult
from expectations.runner import run_checks
from expectations.suites import project
from tests.warehouse.test_gate_warehouse import DEFAULTS, Candidate

CHECKS = project.checks()
DEFAULTS.setdefault("decimal(24,4)", 1)
FACTS: dict[str, dict[str, Any]] = {
    "fct_project": {"kind_code": "industrial", "is_ended": False},
    "fct_project_problem": {"is_closed": False},
    "fct_fund_flow": {"flow_type": "paid"},
    "fct_tender_award": {},
    "fct_farmland_balance_deal": {},
    "fct_land_deal": {},
    "fct_land_parcel": {"returned_date": None},
    "fct_land_efficiency": {"business_year": 2018, "score": 20.0, "exemption_code": None},
    "fct_zombie_case": {"is_disposed": False},
    "fct_approval_case": {},
}
MARTS: dict[str, dict[str, Any]] = {
    "mart_project_scope": {},
    "mart_project_funnel": {"cohort_label": "全部"},
    "mart_land_scope": {},
    "mart_land_efficiency": {},
    "mart_approval_scope": {},
}
ACTUAL = {("T01a", "zone"): 1.0, ("T04", "province"): 1e8, ("T18a", "province"): 1e8, ("T19b", "province"): 1.0}

FAULTS: dict[tuple[str, str], tuple[str, str]] = {
    ("fact.fct_project", "rows_sound"): ("is_ended = true", "1 lost and stalled"),
    ("fact.fct_project_problem", "rows_sound"): ("is_closed = true", "1 open and closed"),
    ("fact.fct_fund_flow", "rows_sound"): ("amount_yuan = 0", "1 that change nothing"),
    ("fact.fct_tender_award", "rows_sound"): ("is_current = false", "1 that stand and are not current"),
    ("fact.fct_farmland_balance_deal", "rows_sound"): ("paddy_area_mu = 2", "1 with more paddy than land"),
    ("fact.fct_land_deal", "rows_sound"): ("deal_price_yuan = -1", "1 with a negative price"),
    ("fact.fct_land_parcel", "rows_sound"): ("returned_date = date '2019-12-31'", "1 held and taken back"),
    ("fact.fct_land_efficiency", "rows_sound"): ("score = 19.9", "1 with a score outside 20 to 100"),
    ("fact.fct_zombie_case", "rows_sound"): ("is_disposed = true", "1 open and disposed of"),
    ("fact.fct_approval_case", "rows_sound"): ("satisfaction_score = 6", "1 rated outside 1 to 5"),
    **{
        (f"fact.{table}", "zone_resolved"): ("zone_id = 'z9'", "1 of a zone that is not known")
        for table in FACTS
        if table != "fct_farmland_balance_deal"
    },
    ("mart.mart_project_scope", "agrees_with_facts"): ("fund_paid_yi = 2", "T04 in 亿元: 2.0 shown, 1.0 held"),
    ("mart.mart_project_funnel", "agrees_with_facts"): ("reached_count = 0", "0.0 shown, 1.0 held"),
    ("mart.mart_land_scope", "agrees_with_facts"): ("zombie_opening_count = null", "nothing shown, 1.0 held"),
    ("mart.mart_land_efficiency", "agrees_with_facts"): ("enterprise_count = 3", "3.0 shown, 1.0 held"),
    ("mart.mart_approval_scope", "agrees_with_facts"): ("accepted_count = 9", "9.0 shown, 1.0 held"),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    made.add("dim.dim_zone", zone_id="z1")
    for table, values in FACTS.items():
        zone = {} if table == "fct_farmland_balance_deal" else {"zone_id": "z1"}
        made.add(f"fact.{table}", **zone, **values)
    for (target, scope), value in ACTUAL.items():
        made.add("fact.fct_target_attainment", target_id=target, scope_type=scope, actual_value=value)
    for scope in ("province", "zone"):
        for table, values in MARTS.items():
            made.add(f"mart.{table}", scope_type=scope, **values)
    return made


def results(candidate: Candidate) -> dict[tuple[str, str], CheckResult]:
    candidate.con.close()
    found = {(one.target, one.check_name): one for one in run_checks(candidate.path, CHECKS)}
    candidate.con = duckdb.connect(str(candidate.path))
    return found


def test_good_tables_pass_and_every_check_has_its_fault(candidate: Candidate) -> None:
    found = results(candidate)
    assert {name: one.observed for name, one in found.items() if not one.is_success} == {}
    assert set(FAULTS) == set(found)


def test_each_fault_is_found_and_named(candidate: Candidate) -> None:
    for (table, _), (change, _) in FAULTS.items():
        candidate.run(f"update {table} set {change}")
    found = results(candidate)
    for name, (_, words) in FAULTS.items():
        assert not found[name].is_success and words in found[name].observed, (name, found[name].observed)
    assert {one.severity for (_, check), one in found.items() if check == "zone_resolved"} == {"warn"}
    assert {one.severity for (_, check), one in found.items() if check != "zone_resolved"} == {"block"}


def test_a_year_that_is_not_over_is_not_judged(candidate: Candidate) -> None:
    candidate.run(f"update fact.fct_land_efficiency set business_date = date '{date(2020, 12, 31)}'")
    found = results(candidate)[("fact.fct_land_efficiency", "rows_sound")]
    assert "1 of a year that is not over" in found.observed


def test_without_any_row_nothing_disagrees(tmp_path: Path) -> None:
    empty = Candidate(tmp_path / "candidate.duckdb")
    assert all(one.is_success for one in results(empty).values())
