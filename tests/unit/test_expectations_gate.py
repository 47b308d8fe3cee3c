"""Waivers, verdict and sentences: the part of the gate that needs no database."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations import gate
from expectations.check import Check, CheckResult, Native
from expectations.suites import batch
from expectations.waivers import WAIVERS, Waiver, WaiverError, apply_waivers, load_waivers, require_known
from ingestion.declaration import load_declarations

CHECK = Check(
    "batch", "expected_volume", "monitoring/hourly_report", "block", "省生态环境厅", "A reason.", Native("None")
)
FAILED = CheckResult(
    suite="batch",
    check_name="expected_volume",
    target="monitoring/hourly_report",
    severity="block",
    owner="省生态环境厅",
    reason="A reason.",
    is_success=False,
    is_waived=False,
    unexpected_count=1,
    observed="98 rows a day against the median of 1901",
)
PASSED = replace(FAILED, is_success=True, observed="fine")
AS_OF = date(2019, 12, 31)


def waiver(**change: object) -> Waiver:
    told = {"suite": "batch", "check": "expected_volume", "who": "duty engineer", "why": "network is being rebuilt"}
    return Waiver.model_validate({**told, "until": AS_OF, **change})


@pytest.mark.parametrize(
    ("change", "passed", "warned"),
    [
        ({}, False, False),
        ({"severity": "quarantine"}, False, False),
        ({"severity": "warn"}, True, True),
        ({"is_waived": True}, True, True),
        ({"is_success": True}, True, False),
    ],
)
def test_only_failures_that_nobody_waived_stop_the_release(change: dict, passed: bool, warned: bool) -> None:
    result = replace(FAILED, **change)
    verdict = gate.verdict([PASSED, result])
    assert verdict.passed is passed
    assert verdict.failures == ([] if passed else [result])
    assert verdict.warnings == ([result] if warned else [])


def test_a_gate_without_results_has_not_passed() -> None:
    with pytest.raises(ValueError, match="nothing was checked"):
        gate.verdict([])


def test_a_waiver_holds_on_its_last_day_and_not_after() -> None:
    assert apply_waivers([FAILED], [waiver()], AS_OF) == [replace(FAILED, is_waived=True)]
    after = apply_waivers([FAILED], [waiver()], date(2020, 1, 1))
    assert after[0] == FAILED
    assert (after[1].check_name, after[1].target) == ("waiver_in_force", "batch/expected_volume")
    assert gate.verdict(after).failures == after


def test_a_waiver_out_of_date_fails_even_where_the_check_passes_again() -> None:
    (passed, expired) = apply_waivers([PASSED], [waiver(until=date(2019, 1, 1))], AS_OF)
    assert passed.is_success
    assert gate.verdict([passed, expired]).failures == [expired]
    assert "ended on 2019-01-01" in gate.sentence(expired)
    assert "duty engineer" in gate.sentence(expired)


def test_a_waiver_covers_its_target_only() -> None:
    other = replace(FAILED, target="credit/registration")
    marked = apply_waivers([FAILED, other], [waiver(target="monitoring/hourly_report")], AS_OF)
    assert [one.is_waived for one in marked] == [True, False]
    assert all(one.is_waived for one in apply_waivers([FAILED, other], [waiver()], AS_OF))


def test_a_passing_check_is_not_waived() -> None:
    assert apply_waivers([PASSED], [waiver()], AS_OF) == [PASSED]


def test_a_waiver_of_another_gate_is_left_to_it() -> None:
    mart = waiver(suite="mart", until=date(2019, 1, 1))
    assert apply_waivers([PASSED], [mart], AS_OF) == [PASSED]
    require_known([mart], [CHECK])


@pytest.mark.parametrize("change", [{"check": "expected_volumes"}, {"target": "monitoring/daily_report"}])
def test_a_waiver_of_an_unknown_check_is_an_error(change: dict[str, str]) -> None:
    with pytest.raises(WaiverError, match="names no check"):
        require_known([waiver(**change)], [CHECK])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- {suite: batch, check: a, who: b, why: c}", "waiver 1.until: Field required"),
        ("- {suite: batch, check: a, who: b, why: '', until: 2020-01-01}", "waiver 1.why: String should have"),
        ("- {suite: raw, check: a, who: b, why: c, until: 2020-01-01}", "waiver 1.suite: Input should be 'batch'"),
        ("- {suite: batch, check: a, who: b, why: c, until: 2020-01-01, note: d}", "waiver 1.note: Extra inputs"),
        ("batch: a", "the list: Input should be a valid list"),
        ("- [", "cannot be read as YAML"),
    ],
)
def test_a_waiver_file_that_is_not_complete_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(WaiverError, match="correct the file") as error:
        load_waivers(path)
    assert message in str(error.value)


def test_the_waivers_of_the_project_can_be_used() -> None:
    require_known(load_waivers(WAIVERS), batch.checks(load_declarations()))


def test_a_sentence_names_place_finding_reason_owner_and_remedy() -> None:
    assert gate.sentence(FAILED) == (
        "batch check expected_volume on monitoring/hourly_report failed: 98 rows a day against the median of 1901; "
        "A reason; owner 省生态环境厅: ask the source for a complete delivery and load the day again, "
        "or waive the check in waivers.yml."
    )
    assert gate.sentence(PASSED) == "batch check expected_volume on monitoring/hourly_report passed: fine."
    assert "failed and is waived" in gate.sentence(replace(FAILED, is_waived=True))
    assert "warns" in gate.sentence(replace(FAILED, severity="warn"))


def test_every_check_says_why_and_whose_it_is() -> None:
    for check in batch.checks(load_declarations()):
        assert check.owner
        assert len(check.reason) > 20
        assert check.severity in ("block", "quarantine", "warn")


def test_importing_the_gate_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.gate, expectations.runner; print('great_expectations' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
