"""The gate on enterprises, credit, connections and reconciliations: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.suites import enterprise
from tests.warehouse.checked_candidate import Candidate, Fault, Place, SubjectGate

CHECKS = enterprise.checks()
ROWS: dict[str, dict[str, Any]] = {
    "dim.dim_zone": {"zone_id": "z1"},
    "dim.dim_enterprise": {"enterprise_id": "E1"},
    "fact.fct_credit_event": {"event_kind": "penalty", "zone_id": "z1", "end_date": None},
    "fact.fct_registered_enterprise": {"zone_id": "z1"},
    "fact.fct_connection_day": {"zone_id": "z1", "heartbeat_count": 288},
    "fact.fct_reconciliation": {"zone_id": "z1"},
    "mart.mart_zone_connection": {"system_code": "smart_zone"},
    "mart.mart_reconciliation": {"disagreement_count": 0},
    "mart.mart_reconciliation_evidence": {},
}
BRIDGE = "dim.bridge_enterprise_zone"
UNDECIDED = "zone_id = null, decision = 'tie', confidence = 'none' where enterprise_id = 'E3'"
FAULTS: dict[Place, Fault] = {
    (BRIDGE, "rows_sound"): Fault("decision = 'tie' where enterprise_id = 'E1'", "1 with a zone that nothing decides"),
    (BRIDGE, "zone_resolved"): Fault("zone_id = 'z9' where enterprise_id = 'E2'", "1 of a zone"),
    (BRIDGE, "zone_decided"): Fault(UNDECIDED, "1 whose zone is not decided"),
    ("fact.fct_credit_event", "rows_sound"): Fault("fine_yuan = -1", "1 with a negative amount"),
    ("fact.fct_credit_event", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone"),
    ("fact.fct_registered_enterprise", "rows_sound"): Fault("is_on_platform = false", "1 on the platform without"),
    ("fact.fct_registered_enterprise", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone"),
    ("fact.fct_connection_day", "rows_sound"): Fault("heartbeat_count = 289", "1 with more beats"),
    ("fact.fct_connection_day", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone"),
    ("fact.fct_reconciliation", "rows_sound"): Fault("measured_value = 2", "1 judged against other limits"),
    ("fact.fct_reconciliation", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone"),
    ("mart.mart_zone_connection", "agrees_with_facts"): Fault("connected_count = 0", "(T20a): 0.0 shown, 1.0 held"),
    ("mart.mart_enterprise_risk_scope", "agrees_with_facts"): Fault(
        "operating_count = 2", "enterprises in operation: 2.0 shown, 1.0 held"
    ),
    ("mart.mart_unresolved_enterprise", "agrees_with_facts"): Fault(
        UNDECIDED, "without a zone: 0.0 shown, 1.0 held", BRIDGE
    ),
    ("mart.mart_reconciliation", "agrees_with_facts"): Fault(
        "is_finding = false", "records that disagree: 0.0 shown, 1.0 held", "mart.mart_reconciliation_evidence"
    ),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    for table, values in ROWS.items():
        made.add(table, **values)
    for member in ("E1", "E2", "E3"):
        made.add(
            BRIDGE,
            enterprise_id=member,
            zone_id="z1",
            decision="resolved",
            confidence="high",
            valid_from=date(2019, 1, 1),
            valid_to=date(9999, 12, 31),
        )
    for target in ("T20a", "T20b"):
        made.add(
            "fact.fct_target_attainment", target_id=target, scope_type="province", actual_value=1.0, is_this_year=True
        )
    for scope in ("province", "zone"):
        made.add("mart.mart_enterprise_risk_scope", scope_type=scope)
    return made


class TestEnterpriseGate(SubjectGate):
    checks, faults, warnings = CHECKS, FAULTS, {"zone_decided", "zone_resolved"}
