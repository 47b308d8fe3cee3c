"""The gate on targets and the evaluation: the golden night passes, each fault is found and named."""

from pathlib import Path

import pytest

from expectations.runner import run_checks
from expectations.suites import attainment
from tests.warehouse.checked_candidate import CheckedFile, failing, of
from tests.warehouse.conftest import Built

FAULTS = {
    "province_adds_up": (
        "update fact.fct_target_attainment set actual_value = 1 where target_id = 'T00' and scope_type = 'province'",
        "1 targets whose zones do not add up to the province",
    ),
    "scopes_complete": (
        "update mart.mart_target_by_scope set gap_label = null where target_id = 'T10'",
        "1 rows without a label",
    ),
    "evaluation_sound": (
        "update fact.fct_zone_evaluation_score set score = 101 where indicator_code = 'revenue' and score = 100",
        "3 scores outside 20 to 100",
    ),
}


def test_the_golden_night_passes(built: Built) -> None:
    """Every check, with something to say."""
    results = run_checks(built.path, attainment.checks(), None)
    assert [(result.check_name, result.is_success, result.observed) for result in results] == [
        (name, True, "all sound") for name in FAULTS
    ]


def test_each_fault_is_found_by_its_check_alone(built: Built, tmp_path: Path) -> None:
    """Each says its own fault, and nothing of the others that are planted with it."""
    copy = CheckedFile(tmp_path / "candidate.duckdb", built.path.read_bytes())
    copy.run(*(statement for statement, _ in FAULTS.values()))
    found = failing(copy.check(attainment.checks()))
    assert {name: observed for (_, name), observed in found.items()} == {
        name: said for name, (_, said) in FAULTS.items()
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("rank_number = 3", "1 ranked with too little known"),
        ("is_final = true", "1 final before all are ranked or the period is closed"),
        ("rank_gain = 2", "1 places won that are not the difference of comparable ranks"),
        ("is_top = true, is_last = true", "1 zones praised and summoned at once"),
    ],
)
def test_each_fault_of_an_evaluation_is_named(built: Built, tmp_path: Path, change: str, said: str) -> None:
    copy = CheckedFile(tmp_path / "candidate.duckdb", built.path.read_bytes())
    copy.run(f"update fact.fct_zone_evaluation set {change} where period_code = '2019H1' and zone_id = '1'")
    checks = of(attainment.checks(), "fact.fct_zone_evaluation")
    assert failing(copy.check(checks)) == {("fact.fct_zone_evaluation", "evaluation_sound"): said}
