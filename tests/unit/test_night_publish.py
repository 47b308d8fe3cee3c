"""Publishing demands that everything ran: skipped is not passed."""

from datetime import date
from pathlib import Path

import pytest

from expectations.check import CheckResult
from orchestration import dbt_build
from orchestration.night import GateError, Night, NightError, publish
from orchestration.settings import Settings
from warehouse.candidate import Candidate


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """A night on which every model was built and no gate has run."""
    night = Night(Settings(home=tmp_path, _env_file=None))
    path = tmp_path / "candidate" / "warehouse.duckdb"
    night.candidate = Candidate(path, "r20191231-01", date(2019, 12, 31), (), frozenset(), False)
    night.models = [dbt_build.NodeResult(name, name, "success", "", 0.0) for name in dbt_build.expected_nodes()]
    return night


def passed(suite: str) -> CheckResult:
    return CheckResult(suite, "any", "any", "block", "any", "any", True, False, 0, "")


@pytest.mark.parametrize("ran", [[], ["batch"], ["batch", "fact"], ["fact", "mart"]], ids=str)
def test_a_gate_that_did_not_run_has_not_passed(night: Night, ran: list[str]) -> None:
    night.checks = [passed(suite) for suite in ran]
    with pytest.raises(GateError, match="did not run"):
        publish(night)


def test_a_model_that_was_skipped_was_not_built(night: Night) -> None:
    night.checks = [passed(suite) for suite in ("batch", "fact", "mart")]
    night.models.pop()
    with pytest.raises(NightError, match="1 dbt nodes did not run to success"):
        publish(night)
