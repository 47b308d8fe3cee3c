"""The gate on innovation, clusters and reform: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.suites import innovation
from tests.warehouse.checked_candidate import Candidate, Fault, Place, SubjectGate

CHECKS = innovation.checks()
FACT_KEYS = {
    "fct_high_tech_certificate": {"certificate_no": "GR1", "zone_id": "z1"},
    "fct_technology_contract": {"contract_no": "J1", "zone_id": "z1"},
    "fct_cluster_plan": {"plan_id": "P1", "zone_id": "z1"},
    "fct_service_platform": {"platform_id": "S1", "zone_id": "z1"},
    "fct_themed_park": {"themed_park_id": "T1", "zone_id": "z1"},
    "fct_industry_map": {"map_id": "M1"},
    "fct_reform_milestone": {"milestone_id": "G1", "zone_id": "z1"},
}
SOUND: dict[str, dict[str, Any]] = {
    "fct_high_tech_certificate": {"valid_to": date(2020, 1, 1), "revoked_date": None},
    "fct_technology_contract": {"cancelled_date": None},
    "fct_service_platform": {"function_count": 7},
    "fct_industry_map": {"is_overdue": False},
    "fct_reform_milestone": {"scope_type": "zone", "is_overdue": False},
}
ACTUAL = {
    ("T05", "province"): 0.05,
    ("T06", "zone"): 1.0,
    ("T07", "province"): 1.0,
    ("T10", "province"): 1.0,
    ("T11a", "province"): 1.0,
    ("T11b", "province"): 1e8,
    ("T13", "county"): 1.0,
}

FAULTS: dict[Place, Fault] = {
    ("fact.fct_high_tech_certificate", "rows_sound"): Fault(
        "issued_date = date '2020-01-02'", "1 that end before they are"
    ),
    ("fact.fct_technology_contract", "rows_sound"): Fault(
        "technology_amount_yuan = 2", "1 with more paid for technology"
    ),
    ("fact.fct_cluster_plan", "rows_sound"): Fault("issued_date = null", "1 in force and not issued"),
    ("fact.fct_service_platform", "rows_sound"): Fault("function_count = 8", "1 with another number of functions"),
    ("fact.fct_themed_park", "rows_sound"): Fault("started_date = date '2020-01-01'", "1 built and not begun"),
    ("fact.fct_industry_map", "rows_sound"): Fault("is_overdue = true", "1 issued and overdue"),
    ("fact.fct_reform_milestone", "rows_sound"): Fault("done_date = null", "1 done without the day of it"),
    **{
        (f"fact.{table}", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone that is not known")
        for table in FACT_KEYS
        if table != "fct_industry_map"
    },
    ("mart.mart_innovation_scope", "agrees_with_facts"): Fault("new_national_count = 2", "T11a: 2.0 shown, 1.0 held"),
    ("mart.mart_high_tech_enterprise", "agrees_with_facts"): Fault(
        "is_valid = false", "valid (T10): nothing shown, 1.0 held"
    ),
    ("mart.mart_cluster_scope", "agrees_with_facts"): Fault(
        "planned_zone_count = 0", "zones with a plan (T06): 0.0 shown, 1.0 held"
    ),
    ("mart.mart_reform_scope", "agrees_with_facts"): Fault(
        "planned_count = 5", "milestones due this year: 5.0 shown, 1.0 held"
    ),
    ("mart.mart_reform_progress", "counts_never_fall"): Fault(
        "done_count = 0 where business_month = date '2019-12-01'", "1 kinds of milestones, falls in 1 months"
    ),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    made.add("dim.dim_zone", zone_id="z1")
    for table, keys in FACT_KEYS.items():
        made.add(f"fact.{table}", **keys, **SOUND.get(table, {}))
    for (target, scope), value in ACTUAL.items():
        made.add(
            "fact.fct_target_attainment", target_id=target, scope_type=scope, actual_value=value, is_this_year=True
        )
    for scope in ("province", "zone"):
        for table in ("mart_innovation_scope", "mart_cluster_scope", "mart_reform_scope"):
            made.add(f"mart.{table}", scope_type=scope)
    made.add("mart.mart_high_tech_enterprise")
    made.add("mart.mart_industry_map")
    made.add("mart.mart_reform_county")
    for month in (11, 12):
        made.add("mart.mart_reform_progress", business_month=date(2019, month, 1), done_count=month)
    return made


class TestInnovationGate(SubjectGate):
    checks, faults, warnings = CHECKS, FAULTS, {"zone_resolved"}
