"""What a check is and what it found: plain data, free of Great Expectations, DuckDB and Dagster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["block", "quarantine", "warn"]
"""`block` stops the release. `quarantine` is a row rule that ingestion answers by taking the row out: a row that got
through means that ingestion failed, so it stops the release too. `warn` is shown and stops nothing."""


@dataclass(frozen=True)
class Measure:
    """SQL that counts what a group of checks looks for, in as few scans as the SQL needs.

    The query returns one row for each check of the group, with the columns check_name VARCHAR, is_success BOOLEAN,
    unexpected_count BIGINT and observed VARCHAR (what was seen against what is expected, in words). Checks that carry
    the same query share one execution. A check without a row in the answer counts as failed, never as passed.
    """

    query: str


@dataclass(frozen=True)
class Native:
    """One of Great Expectations' own expectations by class name, for the small tables (it reads the table whole)."""

    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One rule about one target. (suite, name, target) is unique and stable: waivers and alerts refer to it.

    `target` is a dataset ("smart_zone/zone") in the batch suite and a table ("fact.fct_pollution_day") otherwise.
    """

    suite: str
    name: str
    target: str
    severity: Severity
    owner: str
    reason: str
    expectation: Measure | Native


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one check. `unexpected_count` counts rows or values, or is None where the check counts nothing."""

    suite: str
    check_name: str
    target: str
    severity: str
    owner: str
    reason: str
    is_success: bool
    is_waived: bool
    unexpected_count: int | None
    observed: str


@dataclass(frozen=True)
class Verdict:
    """What the gate says: `failures` stop the release, `warnings` (with the waived failures) are shown with it."""

    passed: bool
    failures: list[CheckResult]
    warnings: list[CheckResult]
