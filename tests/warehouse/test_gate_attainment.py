"""The gate on targets and the evaluation: the golden night passes, each fault is found and named."""

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_checks
from expectations.suites import attainment
from tests.warehouse.conftest import Built

FAULTS = {
    "province_adds_up": (
        "update fact.fct_target_attainment set actual_value = 1 where target_id = 'T00' and scope_type = 'province'",
        "1 targets whose zones do not add up",
    ),
    "scopes_complete": (
        "update mart.mart_target_by_scope set gap_label = null where target_id = 'T10'",
        "1 rows without a label",
    ),
    "evaluation_sound": (
        "update fact.fct_zone_evaluation_score set score = 101 where indicator_code = 'revenue' and zone_id = '1'",
        "scores outside 20 to 100",
    ),
}


def test_the_golden_night_passes(built: Built) -> None:
    """Every check, with something to say."""
    results = run_checks(built.path, attainment.checks(), None)
    assert [(result.check_name, result.is_success, result.observed) for result in results] == [
        (name, True, "all sound") for name in FAULTS
    ]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found(built: Built, tmp_path: Path, name: str) -> None:
    """The check that is meant fails, and says what it saw."""
    statement, said = FAULTS[name]
    copy = tmp_path / "candidate.duckdb"
    shutil.copyfile(built.path, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(statement)
    failed = [result for result in run_checks(copy, attainment.checks(), None) if not result.is_success]
    assert [result.check_name for result in failed] == [name]
    assert said in failed[0].observed
