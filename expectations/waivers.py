"""Waivers: failures that a person accepted until a date. A waiver out of date is a failure of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from expectations.check import Check, CheckResult

WAIVERS = Path(__file__).with_name("waivers.yml")

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WaiverError(ValueError):
    """The waiver file cannot be used; the message is one sentence that names the file, the waiver and the remedy."""


class Waiver(BaseModel):
    """One accepted failure. `until` is the last as-of date on which it holds; no `target` means every target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: Literal["batch", "fact", "mart"]
    check: _Text
    target: _Text | None = None
    who: _Text
    why: _Text
    until: date

    @property
    def label(self) -> str:
        return "/".join(part for part in (self.suite, self.check, self.target) if part)

    def covers(self, check: Check | CheckResult) -> bool:
        check_name = check.name if isinstance(check, Check) else check.check_name
        return (self.suite, self.check) == (check.suite, check_name) and self.target in (None, check.target)


def load_waivers(path: Path = WAIVERS) -> list[Waiver]:
    """The waivers of a YAML file. Raises WaiverError when the file is not a list of complete waivers."""
    try:
        return TypeAdapter(list[Waiver]).validate_python(yaml.safe_load(path.read_text("utf-8")) or [])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"]) or "the list"
        raise WaiverError(f"{path.name}: waiver {place}: {first['msg']}; correct the file") from error
    except (OSError, yaml.YAMLError) as error:
        raise WaiverError(f"{path.name}: cannot be read as YAML ({error}); correct the file") from error


def require_known(waivers: Sequence[Waiver], checks: Sequence[Check]) -> None:
    """Raises WaiverError for a waiver whose suite is among the checks' suites but that covers none of them."""
    suites = {check.suite for check in checks}
    for waiver in waivers:
        if waiver.suite in suites and not any(waiver.covers(check) for check in checks):
            raise WaiverError(f"waivers.yml: {waiver.label} names no check; correct the name or remove the waiver")


def apply_waivers(results: Sequence[CheckResult], waivers: Sequence[Waiver], as_of: date) -> list[CheckResult]:
    """Marks the failures that a waiver covers on the as-of date, and adds a failure for each waiver out of date."""
    in_force = [waiver for waiver in waivers if waiver.until >= as_of]
    marked = [
        replace(result, is_waived=not result.is_success and any(waiver.covers(result) for waiver in in_force))
        for result in results
    ]
    suites = {result.suite for result in results}
    return marked + [_expired(waiver) for waiver in waivers if waiver.until < as_of and waiver.suite in suites]


def _expired(waiver: Waiver) -> CheckResult:
    return CheckResult(
        suite=waiver.suite,
        check_name="waiver_in_force",
        target=waiver.label,
        severity="block",
        owner=waiver.who,
        reason="A waiver is an exception with an end; left in the file it would hide the next failure.",
        is_success=False,
        is_waived=False,
        unexpected_count=None,
        observed=f"the waiver of {waiver.who} ({waiver.why}) ended on {waiver.until}",
    )
