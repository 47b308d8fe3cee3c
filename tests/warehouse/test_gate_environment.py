"""The gate on the environment: good tables pass, each fault is found and named."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.suites import environment
from tests.warehouse.checked_candidate import AS_OF, Candidate, Fault, Place, SubjectGate, of

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
FAULTS: dict[Place, Fault] = {
    ("fact.fct_device_day", "rows_sound"): Fault("valid_value_count = 25", "1 with more values valid than received"),
    **{(f"fact.{table}", "zone_resolved"): Fault("zone_id = 'z9'", "1 of a zone that is not known") for table in SOUND},
    ("fact.fct_device_day", "devices_online"): Fault("is_online = false", "1 that are silent"),
    ("fact.fct_monitoring_suspect", "rows_sound"): Fault("rule_code = 'odd'", "1 with a rule that is not on the list"),
    ("fact.fct_exceedance_hour", "rows_sound"): Fault("hour_value = 50", "1 within the limit"),
    ("fact.fct_exceedance_episode", "rows_sound"): Fault("hour_count = 2", "1 whose hours do not fill their time"),
    ("fact.fct_exceedance_episode", "hours_complete"): Fault(
        "hour_count = 2", "hours outside the limit: 2.0 shown, 1.0 held"
    ),
    ("fact.fct_emission_month", "rows_sound"): Fault("mass_kg = -1", "1 with negative mass"),
    ("fact.fct_emission_month", "mass_complete"): Fault("mass_kg = -1", "mass of the month, kg: -1.0 shown, 5.0 held"),
    ("fact.fct_treatment_facility", "rows_sound"): Fault("is_built = false", "1 in operation and not built"),
    ("fact.fct_green_park", "rows_sound"): Fault("is_standing = false", "1 accepted and not standing"),
    ("fact.fct_chemical_site", "rows_sound"): Fault("is_closed = true", "1 both closed and open"),
    ("mart.mart_exceedance_zone_day", "agrees_with_facts"): Fault(
        "exceedance_count = 7", "days outside the limit: 7.0 shown, 1.0 held"
    ),
    ("mart.mart_zone_environment", "agrees_with_facts"): Fault(
        "open_chemical_count = null", "chemical sites that stand: nothing shown"
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
    made.add("fact.fct_target_attainment", target_id="T21a", scope_type="zone", scope_code="z1", is_this_year=True)
    made.add("mart.mart_exceedance_zone_day")
    made.add("mart.mart_zone_environment", zone_id="z1")
    return made


class TestEnvironmentGate(SubjectGate):
    checks, faults, warnings = CHECKS, FAULTS, {"devices_online", "zone_resolved"}


def test_only_days_of_the_night_are_looked_at(candidate: Candidate) -> None:
    candidate.run(
        "insert into raw.batch values ('old', false)",
        "update fact.fct_device_day set valid_value_count = 25, batch_id = 'old'",
    )
    assert candidate.check(of(CHECKS, "fact.fct_device_day"))["fact.fct_device_day", "rows_sound"].is_success
