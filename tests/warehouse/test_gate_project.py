"""The gate on projects, money, land and approvals: good tables pass, each fault is found and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from expectations.suites import project
from tests.warehouse.checked_candidate import AS_OF, Candidate, Fault, Place, SubjectGate, of

CHECKS = project.checks()
FACTS: dict[str, dict[str, Any]] = {
    "fct_project": {"kind_code": "industrial", "is_ended": False},
    "fct_investor_lead": {"is_converted": False, "dropped_date": None},
    "fct_project_problem": {"is_closed": False},
    "fct_fund_flow": {"flow_type": "paid"},
    "fct_tender_award": {},
    "fct_farmland_balance_deal": {},
    "fct_land_deal": {},
    "fct_land_notice": {"notice_day_count": 20, "listing_day_count": 10},
    "fct_land_parcel": {"returned_date": None},
    "fct_land_efficiency": {"business_year": 2018, "score": 20.0, "exemption_code": None},
    "fct_zombie_case": {"is_disposed": False},
    "fct_approval_case": {},
}
WITHOUT_ZONE = {"fct_farmland_balance_deal", "fct_land_notice"}
MARTS: dict[str, dict[str, Any]] = {
    "mart_project_scope": {},
    "mart_project_funnel": {"cohort_label": "全部"},
    "mart_land_scope": {"zombie_open_count": 0},
    "mart_land_efficiency": {},
    "mart_approval_scope": {},
}
ACTUAL = {("T01a", "zone"): 1.0, ("T04", "province"): 1e8, ("T18a", "province"): 1e8, ("T19b", "province"): 1.0}

FAULTS: dict[Place, Fault] = {
    ("dim.dim_date", "holidays_published"): Fault(
        "is_holiday_schedule_published = false", "1 in a year whose holiday schedule is not known"
    ),
    ("fact.fct_project", "rows_sound"): Fault("is_ended = true", "1 lost and stalled"),
    ("fact.fct_investor_lead", "rows_sound"): Fault("is_converted = true", "1 open and converted"),
    ("fact.fct_investor_lead", "project_known"): Fault("is_project_known = false", "1 converted into a project"),
    ("fact.fct_project_problem", "rows_sound"): Fault("is_closed = true", "1 open and closed"),
    ("fact.fct_fund_flow", "rows_sound"): Fault("amount_yuan = 0", "1 that change nothing"),
    ("fact.fct_tender_award", "rows_sound"): Fault("is_current = false", "1 that stand and are not current"),
    ("fact.fct_farmland_balance_deal", "rows_sound"): Fault("paddy_area_mu = 2", "1 with more paddy than land"),
    ("fact.fct_land_deal", "rows_sound"): Fault("deal_price_yuan = -1", "1 with a negative price"),
    ("fact.fct_land_notice", "rows_sound"): Fault("outcome = null", "1 that stand without an outcome"),
    ("fact.fct_land_notice", "offered_long_enough"): Fault("notice_day_count = 19", "1 with less than 20 days"),
    ("fact.fct_land_parcel", "rows_sound"): Fault("returned_date = date '2019-12-31'", "1 held and taken back"),
    ("fact.fct_land_efficiency", "rows_sound"): Fault("score = 19.9", "1 with a score outside 20 to 100"),
    ("fact.fct_zombie_case", "rows_sound"): Fault("is_disposed = true", "1 open and disposed of"),
    ("fact.fct_approval_case", "rows_sound"): Fault("satisfaction_score = 6", "1 rated outside 1 to 5"),
    **{
        (f"fact.{table}", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone that is not known")
        for table in FACTS
        if table not in WITHOUT_ZONE
    },
    ("mart.mart_project_scope", "agrees_with_facts"): Fault("fund_paid_yi = 2", "T04 in 亿元: 2.0 shown, 1.0 held"),
    ("mart.mart_project_funnel", "agrees_with_facts"): Fault("reached_count = 0", "0.0 shown, 1.0 held"),
    ("mart.mart_land_scope", "agrees_with_facts"): Fault("zombie_opening_count = null", "nothing shown, 1.0 held"),
    ("mart.mart_trading_month", "agrees_with_facts"): Fault("land_deal_count = 2", "land deals of the year: 2.0 shown"),
    ("mart.mart_land_efficiency", "agrees_with_facts"): Fault("enterprise_count = 3", "3.0 shown, 1.0 held"),
    ("mart.mart_approval_scope", "agrees_with_facts"): Fault("accepted_count = 9", "9.0 shown, 1.0 held"),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    made.add("dim.dim_zone", zone_id="z1")
    made.add("dim.dim_date", date_day=AS_OF)
    for table, values in FACTS.items():
        zone = {} if table in WITHOUT_ZONE else {"zone_id": "z1"}
        made.add(f"fact.{table}", **zone, **values)
    for (target, scope), value in ACTUAL.items():
        made.add(
            "fact.fct_target_attainment", target_id=target, scope_type=scope, actual_value=value, is_this_year=True
        )
    made.add("mart.mart_trading_month")
    for scope in ("province", "zone"):
        for table, values in MARTS.items():
            made.add(f"mart.{table}", scope_type=scope, **values)
    return made


class TestProjectGate(SubjectGate):
    checks, faults, warnings = (
        CHECKS,
        FAULTS,
        {
            "zone_resolved",
            "holidays_published",
            "project_known",
            "offered_long_enough",
        },
    )


def test_a_year_that_is_not_over_is_not_judged(candidate: Candidate) -> None:
    candidate.run("update fact.fct_land_efficiency set business_date = date '2020-12-31'")
    found = candidate.check(of(CHECKS, "fact.fct_land_efficiency"))["fact.fct_land_efficiency", "rows_sound"]
    assert "1 of a year that is not over" in found.observed
