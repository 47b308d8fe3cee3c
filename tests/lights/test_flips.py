"""No light changes without a change in its evidence, but for what time alone makes worse; every change with its reason."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.lights.reasons import KEY, flips, sentences
from tests.lights.year import MONTH_ENDS
from tests.proofs import Proof


@pytest.mark.proof
def test_every_flip_of_a_year_has_its_reason(attainment: pl.DataFrame, proof: Proof) -> None:
    """From one month end to the next, province and cities, listed; and at all scopes between all days that were asked."""
    shown = attainment.filter(pl.col("as_of_date").is_in(MONTH_ENDS), pl.col("scope_type").is_in(["province", "city"]))
    listed = flips(shown)
    print(*sentences(listed), sep="\n")
    daily = flips(attainment)
    unexplained = [line for found in (listed, daily) for line in sentences(found.filter(pl.col("reason").is_null()))]
    assert unexplained == [], f"{len(unexplained)} lights changed without a reason:\n" + "\n".join(unexplained[:40])
    causes = listed["reason"].str.split(":").list.first().value_counts(sort=True)
    assert set(causes["reason"]) == {"evidence", "time", "last year's cohort", "deadline"}
    said = ", ".join(f"{count} by {cause}" for cause, count in causes.iter_rows())
    proof.counted(
        f"{listed.height} lights of province and cities changed between {len(MONTH_ENDS)} month ends ({said}); "
        f"{daily.height:,} at all scopes between {attainment['as_of_date'].n_unique()} days, each with its reason"
    )


def test_waiting_lowers_no_bar(attainment: pl.DataFrame) -> None:
    """What is needed by now only rises within a plan's year, but for corrections of last year: a light improves by deeds."""
    in_its_year = attainment.filter(pl.col("as_of_date").dt.year() == pl.col("plan_year"))
    was = [
        pl.col(name).shift(1).over(KEY, order_by="as_of_date").name.prefix("was_")
        for name in ("needed_share", "last_year_ratio")
    ]
    fell = in_its_year.with_columns(was).filter(
        pl.col("needed_share") < pl.col("was_needed_share"),
        pl.col("last_year_ratio").eq_missing(pl.col("was_last_year_ratio")),
    )
    assert fell.select("as_of_date", *KEY, "was_needed_share", "needed_share").rows() == []


def _two_days(before: dict[str, object], after: dict[str, object], second: date = date(2019, 6, 2)) -> pl.DataFrame:
    """The flip between a row and the same row with changes, on the day after."""
    row = {
        "plan_year": 2019,
        "target_id": "T01a",
        "scope_type": "province",
        "scope_code": "360000",
        "as_of_date": date(2019, 6, 1),
        "deadline": date(2019, 12, 31),
        "status": "at_risk",
        "actual_numerator": 2.0,
        "actual_denominator": 4.0,
        "actual_value": 0.5,
        "evidence_count": 3,
        "target_value": 1.0,
        "baseline_value": None,
        "last_year_ratio": 0.8,
        "needed_share": 0.5,
    }
    both = [row | before, row | before | {"as_of_date": second} | after]
    return flips(pl.DataFrame(both, schema_overrides={"baseline_value": pl.Float64}))


MORE_IS_NEEDED = {"needed_share": 0.6}


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ({"status": "on_pace"}, None),
        ({"status": "behind"}, None),
        ({"status": "no_data"} | MORE_IS_NEEDED, None),
        ({"status": "on_pace"} | MORE_IS_NEEDED, None),
        ({"status": "on_pace", "needed_share": 0.4}, None),
        ({"status": "behind"} | MORE_IS_NEEDED, "time: the needed share rose from 0.5 to 0.6 while 0.5 stood"),
        ({"status": "on_pace", "evidence_count": 4}, "evidence: evidence 3 -> 4"),
        ({"status": "behind", "target_value": None}, "evidence: target 1.0 -> nothing"),
        ({"status": "on_pace", "last_year_ratio": 0.7}, "evidence: last year's rate 0.8 -> 0.7"),
        (
            {"status": "met", "actual_numerator": 4.0, "baseline_value": 1.0},
            "evidence: numerator 2.0 -> 4.0, last year's value nothing -> 1.0",
        ),
    ],
)
def test_a_reason_is_what_changed(after: dict[str, object], reason: str | None) -> None:
    """Nothing improves but by evidence, and nothing worsens but by evidence or by time."""
    assert _two_days({}, after)["reason"].to_list() == [reason]


@pytest.mark.parametrize(("status", "reason"), [("missed", "deadline: 2019-12-31 was over with 0.5"), ("met", None)])
def test_the_deadline_ends_what_was_open_but_meets_nothing(status: str, reason: str | None) -> None:
    last_day = {"as_of_date": date(2019, 12, 31)}
    assert _two_days(last_day, {"status": status}, date(2020, 1, 1))["reason"].to_list() == [reason]


def test_a_light_that_stays_is_no_flip() -> None:
    assert _two_days({}, MORE_IS_NEEDED).is_empty()
