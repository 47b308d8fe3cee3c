"""The gate on the environment: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.check import CheckResult
from expectations.runner import run_checks
from expectations.suites import environment
from tests.warehouse.test_gate_warehouse import AS_OF, Candidate

CHECKS = environment.checks()
SOUND: dict[str, dict[str, Any]] = {
    "fct_device_day": {"expected_value_count": 24, "received_value_count": 24, "valid_value_count": 20},
    "fct_monitoring_suspect": {"rule_code": "zero_value"},
    "fct_exceedance_hour": {"hour_value": 60, "limit_upper": 50, "limit_lower": None, "business_date": AS_OF},
    "fct_exceedance_episode": {"started_at": datetime(2019, 12, 31, 22), "ended_at": datetime(2019, 12, 31, 23)},
    "fct_emission_month": {"business_month": date(2019, 12, 1), "mass_kg": 5},
    "fct_treatment_facility": {},
    "fct_green_park": {},
    "fct_chemical_site": {"is_closed": False},
}
FAULTS: dict[tuple[str, str], tuple[str, str]] = {
    ("fact.fct_device_day", "rows_sound"): ("valid_value_count = 25", "1 with more values valid than received"),
    **{(f"fact.{table}", "zone_resolved"): ("zone_id = 'z9'", "1 of a zone that is not known") for table in SOUND},
    ("fact.fct_device_day", "devices_online"): ("is_online = false", "1 that are silent"),
    ("fact.fct_monitoring_suspect", "rows_sound"): ("rule_code = 'odd'", "1 with a rule that is not on the list"),
    ("fact.fct_exceedance_hour", "rows_sound"): ("hour_value = 50", "1 within the limit"),
    ("fact.fct_exceedance_episode", "rows_sound"): ("hour_count = 2", "1 whose hours do not fill their time"),
    ("fact.fct_exceedance_episode", "hours_complete"): (
        "hour_count = 2",
        "hours outside the limit: 2.0 shown, 1.0 held",
    ),
    ("fact.fct_emission_month", "rows_sound"): ("mass_kg = -1", "1 with negative mass"),
    ("fact.fct_emission_month", "mass_complete"): ("mass_kg = -1", "mass of the month, kg: -1.0 shown, 5.0 held"),
    ("fact.fct_treatment_facility", "rows_sound"): ("is_built = false", "1 in operation and not built"),
    ("fact.fct_green_park", "rows_sound"): ("is_standing = false", "1 accepted and not standing"),
    ("fact.fct_chemical_site", "rows_sound"): ("is_closed = true", "1 both closed and open"),
    ("mart.mart_exceedance_zone_day", "agrees_with_facts"): (
        "exceedance_count = 7",
        "days outside the limit: 7.0 shown, 1.0 held",
    ),
    ("mart.mart_zone_environment", "agrees_with_facts"): (
        "open_chemical_count = null",
        "chemical sites that stand: nothing shown",
    ),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    made = Candidate(tmp_path / "candidate.duckdb")
    made.add("dim.dim_zone", zone_id="z1")
    made.add("dim.dim_monitoring_rule", rule_code="zero_value")
    for table, values in SOUND.items():
        made.add(f"fact.{table}", zone_id="z1", **values)
    made.add("fact.fct_pollution_day", zone_id="z1", max_value=60, limit_upper=50, mass_kg=5)
    made.add("fact.fct_target_attainment", target_id="T21a", scope_type="zone", scope_code="z1")
    made.add("mart.mart_exceedance_zone_day")
    made.add("mart.mart_zone_environment", zone_id="z1")
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
    assert {check for (_, check), one in found.items() if one.severity == "warn"} == {"devices_online", "zone_resolved"}


def test_only_days_of_the_night_are_looked_at(candidate: Candidate) -> None:
    candidate.run(
        "insert into raw.batch values ('old', false)",
        "update fact.fct_device_day set valid_value_count = 25, batch_id = 'old'",
    )
    assert results(candidate)["fact.fct_device_day", "rows_sound"].is_success


def test_without_any_row_nothing_disagrees(tmp_path: Path) -> None:
    empty = Candidate(tmp_path / "candidate.duckdb")
    found = results(empty)
    assert {name: one.observed for name, one in found.items() if not one.is_success} == {}
