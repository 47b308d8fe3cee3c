"""The gate on enterprises, credit, connections and reconciliations: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.check import CheckResult
from expectations.runner import run_checks
from expectations.suites import enterprise
from tests.warehouse.test_gate_warehouse import Candidate

CHECKS = enterprise.checks()
ROWS: dict[str, dict[str, Any]] = {
    "dim.dim_zone": {"zone_id": "z1"},
    "dim.dim_enterprise": {"enterprise_id": "E1"},
    "dim.bridge_enterprise_zone": {
        "enterprise_id": "E1",
        "zone_id": "z1",
        "decision": "resolved",
        "confidence": "high",
        "valid_from": date(2019, 1, 1),
        "valid_to": date(9999, 12, 31),
    },
    "fact.fct_credit_event": {"event_kind": "penalty", "zone_id": "z1", "end_date": None},
    "fact.fct_connection_day": {"zone_id": "z1", "heartbeat_count": 288},
    "fact.fct_reconciliation": {"zone_id": "z1"},
    "mart.mart_zone_connection": {"system_code": "smart_zone"},
    "mart.mart_reconciliation": {"disagreement_count": 0},
    "mart.mart_reconciliation_evidence": {},
}
FAULTS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("dim.bridge_enterprise_zone", "rows_sound"): (
        "dim.bridge_enterprise_zone",
        "decision = 'tie'",
        "with a zone that nothing decides",
    ),
    ("dim.bridge_enterprise_zone", "zone_resolved"): ("dim.bridge_enterprise_zone", "zone_id = 'z9'", "1 of a zone"),
    ("dim.bridge_enterprise_zone", "zone_decided"): (
        "dim.bridge_enterprise_zone",
        "zone_id = null",
        "1 whose zone is not decided",
    ),
    ("fact.fct_credit_event", "rows_sound"): ("fact.fct_credit_event", "fine_yuan = -1", "1 with a negative amount"),
    ("fact.fct_credit_event", "zone_resolved"): ("fact.fct_credit_event", "zone_id = 'z9'", "1 of a zone"),
    ("fact.fct_connection_day", "rows_sound"): (
        "fact.fct_connection_day",
        "heartbeat_count = 289",
        "1 with more beats",
    ),
    ("fact.fct_connection_day", "zone_resolved"): ("fact.fct_connection_day", "zone_id = 'z9'", "1 of a zone"),
    ("fact.fct_reconciliation", "rows_sound"): (
        "fact.fct_reconciliation",
        "measured_value = 2",
        "1 judged against other limits",
    ),
    ("fact.fct_reconciliation", "zone_resolved"): ("fact.fct_reconciliation", "zone_id = 'z9'", "1 of a zone"),
    ("mart.mart_zone_connection", "agrees_with_facts"): (
        "mart.mart_zone_connection",
        "connected_count = 0",
        "(T20a): 0.0 shown, 1.0 held",
    ),
    ("mart.mart_enterprise_risk_scope", "agrees_with_facts"): (
        "mart.mart_enterprise_risk_scope",
        "operating_count = 2",
        "enterprises in operation: 2.0 shown, 1.0 held",
    ),
    ("mart.mart_unresolved_enterprise", "agrees_with_facts"): (
        "dim.bridge_enterprise_zone",
        "zone_id = null",
        "without a zone: 0.0 shown, 1.0 held",
    ),
    ("mart.mart_reconciliation", "agrees_with_facts"): (
        "mart.mart_reconciliation_evidence",
        "is_finding = false",
        "records that disagree: 0.0 shown, 1.0 held",
    ),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    for table, values in ROWS.items():
        made.add(table, **values)
    for target in ("T20a", "T20b"):
        made.add("fact.fct_target_attainment", target_id=target, scope_type="province", actual_value=1.0)
    for scope in ("province", "zone"):
        made.add("mart.mart_enterprise_risk_scope", scope_type=scope)
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


@pytest.mark.parametrize("name", FAULTS, ids=".".join)
def test_each_fault_is_found_and_named(candidate: Candidate, name: tuple[str, str]) -> None:
    table, change, words = FAULTS[name]
    candidate.run(f"update {table} set {change}")
    found = results(candidate)[name]
    assert not found.is_success and words in found.observed
    assert found.severity == ("warn" if name[1].startswith("zone_") else "block")


def test_without_any_row_nothing_disagrees(tmp_path: Path) -> None:
    empty = Candidate(tmp_path / "candidate.duckdb")
    assert all(one.is_success for one in results(empty).values())
