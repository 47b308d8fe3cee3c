"""The gate on where things happened: what an enterprise did before it moved is found where it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.suites import enterprise, innovation, project
from tests.warehouse.checked_candidate import Candidate, failing, of

CHECKS = [*enterprise.checks(), *innovation.checks(), *project.checks()]
MOVED, FOREVER = date(2019, 6, 30), date(9999, 12, 31)
# Fact -> its columns of the enterprise and of the zone.
PLACES = {
    "fct_approval_case": ("enterprise_id", "zone_id"),
    "fct_credit_event": ("enterprise_id", "zone_id"),
    "fct_high_tech_certificate": ("enterprise_id", "zone_id"),
    "fct_land_deal": ("enterprise_id", "zone_id"),
    "fct_tender_award": ("winner_enterprise_id", "winner_zone_id"),
}


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    """E1 was in z1 until it moved to z2; E2 is nowhere for sure."""
    made = Candidate(tmp_path / "candidate.duckdb")
    for zone in ("z1", "z2"):
        made.add("dim.dim_zone", zone_id=zone)
    for member, zone, first, end in (
        ("E1", "z1", date(2018, 1, 1), MOVED),
        ("E1", "z2", MOVED, FOREVER),
        ("E2", None, date(2018, 1, 1), FOREVER),
    ):
        made.add("dim.bridge_enterprise_zone", enterprise_id=member, zone_id=zone, valid_from=first, valid_to=end)
    return made


@pytest.mark.parametrize("table", PLACES)
def test_the_zone_is_that_of_the_day(candidate: Candidate, table: str) -> None:
    enterprise_column, zone_column = PLACES[table]
    checks = of(CHECKS, f"fact.{table}", "rows_sound")
    sound = {"zone_rule": "grantee"} if table == "fct_land_deal" else {}
    sound |= {"revoked_date": None, "valid_to": FOREVER} if table == "fct_high_tech_certificate" else {}
    for number, (member, zone, day) in enumerate(
        (
            ("E1", "z1", date(2017, 5, 1)),
            ("E1", "z1", date(2019, 6, 29)),
            ("E1", "z2", MOVED),
            ("E2", "z1", MOVED),
            (None, "z1", MOVED),
        )
    ):
        keys = {"data_key": str(number)} if table == "fct_land_deal" else {}
        columns = {enterprise_column: member, zone_column: zone, "business_date": day}
        made = {"zone_id": "z1", "end_date": None, "event_kind": "penalty"} if table == "fct_credit_event" else {}
        candidate.add(f"fact.{table}", **made | columns | keys | sound)
    seen = failing(candidate.check(checks))
    assert seen == {}, seen
    candidate.run(f"update fact.{table} set {zone_column} = 'z2' where business_date = date '2019-06-29'")
    (observed,) = failing(candidate.check(checks)).values()
    assert "of 5 rows: 1 " in observed and "on that day" in observed


def test_the_parts_of_a_deal_make_up_the_whole(candidate: Candidate) -> None:
    """By parcels a deal may lie elsewhere than its grantees."""
    checks = of(CHECKS, "fact.fct_land_deal", "rows_sound")
    for number, share in ((1, 0.666667), (2, 0.333333)):
        part = {"grantee_number": number, "share_ratio": share, "zone_rule": "parcel", "zone_id": "z1"}
        candidate.add("fact.fct_land_deal", data_key="K1", enterprise_id="E1", **part)
    assert failing(candidate.check(checks)) == {}
    candidate.run("update fact.fct_land_deal set share_ratio = 1 where grantee_number = 1")
    (observed,) = failing(candidate.check(checks)).values()
    assert "2 whose parts do not make up the whole" in observed
