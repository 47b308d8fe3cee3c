"""One history, however it was fetched: night by night, in slices, in one backfill. Over the first of January, on which the
credit register sends everything again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration import jobs
from tests.e2e.conftest import BACKFILL, LOAD_COLUMNS, NIGHT, TELLS_OF_LOADS, content, copy_of, differing, run
from tests.proofs import Proof
from warehouse import console

EXTRACT_DAY = date(2020, 1, 1)
LAST_OF_FEW, LAST_OF_THIRTY = date(2020, 1, 2), date(2020, 1, 15)

Span = tuple[date, date]

# What the days must hold for the comparison to say anything: versions that a file told later than they were reported;
# restated records; a full extract among the days.
MATERIAL = {
    "told late": """select count(*) from (
        select reported_at, known_from from fact.fct_credit_event
        union all select reported_at, known_from from fact.fct_land_deal
    ) where known_from > cast(reported_at as date) and known_from between '{first}' and '{last}'""",
    "restated": """select count(*) from (
        select version_number, known_from from fact.fct_land_deal
        union all select version_number, known_from from fact.fct_land_parcel
    ) where version_number > 1 and known_from between '{first}' and '{last}'""",
    "full extracts": """select count(*) from audit.batch
        where kind = 'full' and window_since is not null""",
}


@pytest.mark.proof
def test_history_is_the_same_however_it_was_fetched(
    province: str, undisturbed: Path, tmp_path: Path, proof: Proof
) -> None:
    """Every table of the releases; the short form goes on from a slice and a night that are there already."""
    if proof.is_long:
        last = LAST_OF_THIRTY
        days = [last - timedelta(days=number) for number in reversed(range(30))]
        homes = {"nights": tmp_path / "nights", "slices": tmp_path / "slices"}
        _fetch(homes["nights"], province, [(day, day) for day in days])
        _fetch(homes["slices"], province, [(days[start], days[start + 9]) for start in (0, 10, 20)])
    else:
        last = LAST_OF_FEW
        days = [BACKFILL[0], last]
        homes = {"a slice and nights": copy_of(undisturbed, tmp_path / "nights")}
        _fetch(homes["a slice and nights"], province, [(day, day) for day in (EXTRACT_DAY, last)])
        assert NIGHT < EXTRACT_DAY < last
    at_once = tmp_path / "at once"
    _fetch(at_once, province, [(days[0], last)])
    for what, query in MATERIAL.items():
        assert console.query(at_once, query.format(first=days[0], last=last)).rows != [(0,)], what
    expected = content(at_once, without=LOAD_COLUMNS)
    assert TELLS_OF_LOADS.keys() <= expected.keys()
    for way, home in homes.items():
        found = content(home, without=LOAD_COLUMNS)
        assert set(differing(found, expected)) - TELLS_OF_LOADS.keys() == set(), way
        assert _refused(home) == _refused(at_once), way
    compared = [rows for table, rows in expected.items() if table not in TELLS_OF_LOADS]
    proof.counted(
        f"{(last - days[0]).days + 1} days in one backfill equal {' and '.join(homes)}: {len(compared)} tables, "
        f"{sum(map(len, compared)):,} rows"
    )


def _fetch(home: Path, province: str, spans: Sequence[Span]) -> None:
    for first, last in spans:
        outcome = run(home, province, first, last)
        assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences


def _refused(home: Path) -> list[tuple]:
    """What was refused and why, once each: a row that stands twice in what one load brought is refused once there."""
    query = "select distinct system, dataset, rule, field, reason, owner from audit.quarantine order by all"
    return list(console.query(home, query).rows)
