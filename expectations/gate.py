"""The gate: which checks run on what, and what their results mean for the release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from expectations.check import Check, CheckResult, Verdict
from expectations.runner import run_checks
from expectations.suites import (
    attainment,
    batch,
    enterprise,
    environment,
    fact,
    innovation,
    mart,
    one_number,
    project,
    revenue,
)
from expectations.waivers import WAIVERS, apply_waivers, load_waivers, require_known
from ingestion.declaration import load_declarations

__all__ = ["CheckResult", "Verdict", "changed_interface", "check_batches", "check_warehouse", "sentence", "verdict"]


def check_batches(con_path: Path, as_of: date, docs: Path | None = None, waivers: Path = WAIVERS) -> list[CheckResult]:
    """Check the rows of the new batches in the schema `raw` of a DuckDB file, against declarations and history.

    Opens the file read-only and closes it. `docs` is a folder in which `batches/` is replaced by the Data Docs of this
    run. Raises WaiverError for a waiver file that cannot be used and FileNotFoundError without the file.
    """
    return _run(con_path, batch.checks(load_declarations()), as_of, docs and docs / "batches", waivers)


def check_warehouse(
    con_path: Path, as_of: date, docs: Path | None = None, waivers: Path = WAIVERS
) -> list[CheckResult]:
    """Check the schemas dim, fact and mart of the candidate, as `check_batches` does; Data Docs in `warehouse/`."""
    checks = [*fact.checks(as_of), *mart.checks(as_of)]
    for subject in (attainment, innovation, revenue, project, enterprise, environment, one_number):
        checks += subject.checks()
    return _run(con_path, checks, as_of, docs and docs / "warehouse", waivers)


def _run(con_path: Path, checks: Sequence[Check], as_of: date, docs: Path | None, waivers: Path) -> list[CheckResult]:
    known = load_waivers(waivers)
    require_known(known, checks)
    return apply_waivers(run_checks(con_path, checks, docs), known, as_of)


def changed_interface(dataset_id: str, owner: str, sentence: str) -> CheckResult:
    """The warning that a dataset brought nothing to the night because its fields are not the declared ones."""
    reason = "Until people have looked at it, the dataset stays as the last release has it"
    return CheckResult(
        "batch", "interface_unchanged", dataset_id, "warn", owner, reason, False, False, None, sentence.rstrip(".")
    )


def verdict(results: Sequence[CheckResult]) -> Verdict:
    """The release may be published when nothing failed but warnings and waived checks; both are kept as warnings.

    Raises ValueError without results: a gate that checked nothing has not passed.
    """
    if not results:
        raise ValueError("the gate has no results, so nothing was checked; run the checks before the verdict")
    failed = [result for result in results if not result.is_success]
    failures = [result for result in failed if result.severity != "warn" and not result.is_waived]
    warnings = [result for result in failed if result.severity == "warn" or result.is_waived]
    return Verdict(passed=not failures, failures=failures, warnings=warnings)


def sentence(result: CheckResult) -> str:
    """One sentence: what failed, where, what was seen, why it matters, whose it is and what to do."""
    place = f"{result.suite} check {result.check_name} on {result.target}"
    if result.is_success:
        return f"{place} passed: {result.observed}."
    reason = result.reason.rstrip(".")
    outcome = "failed and is waived" if result.is_waived else "failed" if result.severity != "warn" else "warns"
    return f"{place} {outcome}: {result.observed}; {reason}; owner {result.owner}: {_remedy(result)}."


def _remedy(result: CheckResult) -> str:
    if result.check_name == "waiver_in_force":
        return "remove the waiver from waivers.yml, or renew it with a new date and reason"
    if result.is_waived:
        return "correct it before the waiver ends"
    if result.severity == "warn":
        return "look into it; the release goes out with this remark"
    if result.severity == "quarantine":
        return "a row that ingestion should have quarantined got through, mend the rule and load the batch again"
    if result.suite == "batch":
        return "ask the source for a complete delivery and load the day again, or waive the check in waivers.yml"
    return "correct the model or the data behind it and run the night again, or waive the check in waivers.yml"
