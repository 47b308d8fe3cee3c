"""Status follows forecast, over all targets, scopes and days of a year."""

from __future__ import annotations

import polars as pl
import pytest

from tests.lights.rules import RULES, Rule, faults
from tests.proofs import Proof

SHOWN = [
    "as_of_date",
    "plan_year",
    "target_id",
    "scope_code",
    "status",
    "actual_value",
    "target_value",
    "forecast_value",
]
STATUSES = {"met", "missed", "on_pace", "at_risk", "behind", "tracking", "no_data", "not_applicable"}


@pytest.mark.proof
def test_status_follows_forecast(attainment: pl.DataFrame, proof: Proof) -> None:
    """Each rule of docs/targets.md holds on every row to which it applies, and applies to some."""
    assert set(attainment["status"]) == STATUSES
    assert [rule.sentence for rule in RULES if attainment.filter(rule.applies).is_empty()] == []
    wrong = [
        f"{rule.sentence}: {dict(zip(SHOWN, row, strict=True))}"
        for rule in RULES
        for row in faults(attainment, rule).select(SHOWN).iter_rows()
    ]
    assert wrong == [], f"{len(wrong)} lights are wrong:\n" + "\n".join(wrong[:40])
    days, targets = attainment["as_of_date"].n_unique(), attainment["target_id"].n_unique()
    proof.counted(f"{attainment.height:,} lights of {targets} targets on {days} days hold {len(RULES)} rules")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence)
def test_a_wrong_light_would_be_found(attainment: pl.DataFrame, rule: Rule) -> None:
    """Every row to which the rule applies breaks it once it is spoiled."""
    kept = attainment.filter(rule.applies)
    assert faults(kept.with_columns(**rule.broken_by), rule).height == kept.height
