"""The work items of 2019 that clusters, reforms and the green transition tell of: some zones keep pace, some lag."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

import numpy as np
import pytest

from sandbox.province.clusters import DEVELOPMENT, INNOVATIVE, KEY_PROVINCIAL, NATIONAL
from sandbox.province.connections import SYSTEMS, months
from sandbox.province.filing import filed
from sandbox.province.model import Province, build_province
from sandbox.province.reform import COUNTY
from sandbox.province.service_items import ITEMS

Version = TypeVar("Version")
END = date(2019, 12, 31)


@pytest.fixture(scope="module")
def medium() -> Province:
    return build_province("medium", 7)


def known(versions: Iterable[Version], key: Callable[[Version], str], day: date = END) -> list[Version]:
    """The last version of each thing that the platform had recorded by the end of a day."""
    return list({key(one): one for one in versions if one.recorded_at.date() <= day}.values())  # type: ignore[attr-defined]


def zones_of(province: Province, *kinds: str) -> list[str]:
    return [zone.zone_id for zone in province.zones if zone.park_kind in kinds]


def share(zones: list[str], counts: Counter[str], least: int, most: int = 99) -> float:
    return sum(least <= counts[zone] <= most for zone in zones) / len(zones)


def test_industry_maps_come_within_the_year_but_for_two(medium: Province) -> None:
    maps = known(medium.industry_maps, lambda v: v.map_id)
    assert len(maps) == 20 and sum(v.issued is not None for v in maps) == 18
    assert all(v.issued for v in known(medium.industry_maps, lambda v: v.map_id, date(2020, 12, 31)))


def test_cluster_plans(medium: Province) -> None:
    issued = [v for v in known(medium.cluster_plans, lambda v: v.plan_id) if v.issued]
    development = Counter(v.zone_id for v in issued if v.kind == DEVELOPMENT)
    assert 0.8 < share(zones_of(medium, "0", "1", "2"), development, 1) < 0.97
    for kinds, least in (((NATIONAL,), 1_000), (("0", KEY_PROVINCIAL), 500)):
        large = Counter(v.zone_id for v in issued if v.kind == INNOVATIVE and v.planned_revenue >= least)
        assert 0.35 < share(zones_of(medium, *kinds), large, 1, 2) < 0.9


def test_themed_parks(medium: Province) -> None:
    parks = [v for v in known(medium.themed_parks, lambda v: v.park_id) if v.started and v.started <= END]
    counts = Counter(v.zone_id for v in parks)
    assert 0.5 < share(zones_of(medium, NATIONAL), counts, 2, 3) < 0.95
    assert 0.5 < share(zones_of(medium, KEY_PROVINCIAL), counts, 1, 2) < 0.95


def test_some_service_platforms_combine_all_seven_functions(medium: Province) -> None:
    platforms = known(medium.service_platforms, lambda v: v.platform_id)
    complete = [v for v in platforms if len(v.functions) == 7]
    assert 0.2 < len(complete) / len(platforms) < 0.6
    assert any(v.closed for v in medium.service_platforms)


@pytest.mark.parametrize(
    ("code", "kinds", "low", "high"),
    [
        ("power_list_evaluated", "012", 0.75, 0.97),
        ("governance_list_issued", "012", 0.85, 0.99),
        ("full_appointment", "12", 0.7, 0.97),
        ("merit_pay", "12", 0.7, 0.97),
        ("approval_bureau_formed", "1", 0.6, 0.95),
        ("enforcement_bureau_formed", "1", 0.6, 0.95),
    ],
)
def test_reforms_of_the_zones(medium: Province, code: str, kinds: str, low: float, high: float) -> None:
    done = [
        m
        for m in known(medium.milestones, lambda m: m.milestone_id)
        if m.code == code and m.done and m.done.year == 2019
    ]
    if "list" not in code:
        done = [m for m in known(medium.milestones, lambda m: m.milestone_id) if m.code == code and m.done]
    zones = zones_of(medium, *kinds)
    assert {m.scope_code for m in done} <= set(zones)
    assert low < share(zones, Counter(m.scope_code for m in done), 1) < high


def test_scattered_blocks_fall_to_nearly_none_in_2019(medium: Province) -> None:
    def unmerged(day: date) -> int:
        return sum(m.done is None for m in known(medium.milestones, lambda m: m.milestone_id, day) if m.scope == COUNTY)

    before, middle, after = unmerged(date(2018, 12, 31)), unmerged(date(2019, 6, 30)), unmerged(END)
    assert before > 120 and 0.3 * before < middle < 0.8 * before and 0 < after < 0.06 * before
    assert any(m.code == "living_facility_built" and m.done for m in medium.milestones)


def test_the_provincial_regulation_is_not_issued_yet(medium: Province) -> None:
    steps = {m.code: m.done for m in known(medium.milestones, lambda m: m.milestone_id) if m.scope == "province"}
    assert steps["regulation_drafted"] and not steps["regulation_reviewed"] and not steps["regulation_issued"]


def test_chemical_sites_in_protected_areas_are_closed_step_by_step(medium: Province) -> None:
    def standing(day: date) -> int:
        sites = known(medium.chemical_sites, lambda v: v.site_id, day)
        return sum(bool(v.protected_kind) and v.closed is None for v in sites)

    stood = [standing(date(year, 12, 31)) for year in (2018, 2019, 2020)]
    assert stood[0] > 2 * stood[1] > 2 * stood[2] > 0
    assert sum(not v.protected_kind for v in medium.chemical_sites) > 10 * stood[0]


def test_green_titles_and_works(medium: Province) -> None:
    titles = known(medium.green_parks, lambda v: v.title_id)
    assert len({(v.kind, v.level) for v in titles}) == 6
    assert 40 < len(titles) < 140 and any(v.revoked for v in medium.green_parks)
    works = known(medium.treatment_facilities, lambda v: v.facility_id)
    sewage = Counter(v.zone_id for v in works if v.sewage_capacity and v.operating and v.operating <= END)
    assert share(zones_of(medium, "0", "1", "2"), sewage, 1) == 1.0
    assert {v.facility_id for v in works if v.operating is None}


def test_zones_link_up_to_one_system_after_the_other(medium: Province) -> None:
    linked = medium.connections.linked_from
    by_end = dict(zip(SYSTEMS, (linked <= np.datetime64(END)).mean(axis=0).tolist(), strict=True))
    assert by_end["smart_zone"] == by_end["credit"] == by_end["trading"] == by_end["monitoring"] == 1.0
    assert 0.9 < by_end["gov_service"] < 1.0
    assert ((linked <= np.datetime64("2018-12-31")).mean(axis=0)[1:] < 0.95).all()


def test_enterprises_are_connected_in_the_end(medium: Province) -> None:
    def rate(day: date) -> float:
        said = medium.connections.statements(day, date.fromordinal(day.toordinal() + 1))
        own = said.system == list(SYSTEMS).index("smart_zone")
        assert own.sum() == len(medium.zones)
        return float(said.connected[own].sum() / said.settled[own].sum())

    rates = [rate(day) for day in (date(2018, 2, 1), date(2019, 6, 30), END)]
    assert 0.92 < rates[0] < rates[1] < rates[2] < 1.0


def test_enterprises_are_counted_where_they_are(medium: Province) -> None:
    """A move takes one from a zone and brings one to another, an end takes one away."""
    life, firms = medium.life, medium.enterprises
    day = date(2020, 6, 30)
    said = medium.connections.statements(day, date(2020, 7, 1))
    own = said.system == list(SYSTEMS).index("smart_zone")
    there = life.alive_on(day) & (firms.connected_at < np.datetime64("2020-07-01"))
    expected = np.bincount(life.zone_on(day)[there], minlength=len(medium.zones))
    assert dict(zip(said.zone[own].tolist(), said.connected[own].tolist(), strict=True)) == dict(
        enumerate(expected.tolist())
    )


def test_statements_of_a_month_are_those_of_its_days(medium: Province) -> None:
    first, end = months()[20]
    whole = medium.connections.statements(first, end)
    days = [medium.connections.statements(d, date.fromordinal(d.toordinal() + 1)) for d in (first, date(2019, 9, 2))]
    assert whole.keys[: len(days[0].keys)].tolist() == days[0].keys.tolist()
    assert whole.rows[len(days[0].keys) : len(days[0].keys) + len(days[1].keys)].tolist() == days[1].rows.tolist()


def test_a_zone_is_the_same_at_every_size(medium: Province) -> None:
    small = build_province("small", 7)
    chosen = {zone.zone_id for zone in small.zones}
    assert small.themed_parks == [v for v in medium.themed_parks if v.zone_id in chosen]
    assert small.cluster_plans == [v for v in medium.cluster_plans if v.zone_id in chosen]
    assert small.green_parks == [v for v in medium.green_parks if v.zone_id in chosen]
    assert [m for m in small.milestones if m.scope == "zone"] == [
        m for m in medium.milestones if m.scope == "zone" and m.scope_code in chosen
    ]
    assert build_province("small", 8).themed_parks != small.themed_parks


def test_cases_are_decided_within_their_course(medium: Province) -> None:
    cases = medium.cases
    assert (cases.applied < cases.accepted).all() and (cases.accepted < cases.decided).all()
    stopped = ~np.isnat(cases.stopped)
    assert (cases.accepted < cases.stopped)[stopped].all() and (cases.resumed < cases.decided)[stopped].all()
    assert 0.03 < stopped.mean() < 0.2
    assert set(cases.item.tolist()) == set(range(len(ITEMS)))
    there = cases.zone == np.where(
        medium.life.moved_on[cases.firm] <= cases.accepted.astype("datetime64[D]"),
        medium.life.moved_to[cases.firm],
        medium.enterprises.zone[cases.firm],
    )
    assert there.all()


# The long holidays of 2019 and the weekend days that make up for them (国办发明电〔2018〕15号, 〔2019〕3号).
HOLIDAYS = (("2019-02-04", "2019-02-10"), ("2019-05-01", "2019-05-04"), ("2019-10-01", "2019-10-07"))
MADE_UP = ("2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05", "2019-09-29", "2019-10-12")


def in_holidays(days: np.ndarray) -> np.ndarray:
    return np.any([(days >= np.datetime64(first)) & (days <= np.datetime64(last)) for first, last in HOLIDAYS], axis=0)


def weekends(days: np.ndarray) -> np.ndarray:
    return ~np.is_busday(days)


@pytest.mark.parametrize(
    "step", ["accepted", "stopped", "resumed", "decided", "promised", "promised_after_stop", "withdrawn_on"]
)
def test_cases_follow_the_holidays(medium: Province, step: str) -> None:
    """No office works on a holiday; on a weekend it works on a make-up day only, and then as on any other day."""
    days = getattr(medium.cases, step)
    days = days[~np.isnat(days)].astype("datetime64[D]")
    days = days[(days >= np.datetime64("2019-01-07")) & (days <= np.datetime64("2019-12-31"))]
    assert not in_holidays(days).any()
    worked = set(days[weekends(days)].astype(str).tolist())
    assert worked <= set(MADE_UP)
    if step in ("accepted", "decided", "promised"):
        assert worked == set(MADE_UP)


def test_one_applies_online_on_any_day(medium: Province) -> None:
    applied, online = medium.cases.applied.astype("datetime64[D]"), medium.cases.applies_online
    assert in_holidays(applied[online]).any() and not in_holidays(applied[~online]).any()


def test_promises_are_kept_by_working_days(medium: Province) -> None:
    """By the calendar of 2019 above, a case that is decided by the promised day took no more than was promised."""
    cases = medium.cases
    accepted, decided = (one.astype("datetime64[D]") for one in (cases.accepted, cases.decided))
    over = (accepted < np.datetime64("2019-10-01")) & (decided > np.datetime64("2019-10-07"))
    over &= (accepted > np.datetime64("2019-09-15")) & (decided < np.datetime64("2019-12-31"))
    over &= np.isnat(cases.stopped) & ~np.isnat(cases.promised)
    off = [str(np.datetime64("2019-10-01") + n) for n in range(7)]
    taken = np.busday_count(accepted + 1, decided + 1, holidays=off)
    for day in ("2019-09-29", "2019-10-12"):
        taken += (accepted < np.datetime64(day)) & (decided >= np.datetime64(day))
    promise = np.array([item.promise_days for item in ITEMS])[cases.item]
    late = decided > cases.promised.astype("datetime64[D]")
    assert over.sum() > 50 and ((taken > promise) == late)[over].all()
    assert late[over].any() and not late[over].all()


def test_offices_file_on_working_days() -> None:
    for draw in range(0, 1_000_000, 7_919):
        for day in (date(2019, 3, 1), date(2012, 5, 5)):
            at = filed(day, draw)
            assert at.date() > day and at.weekday() < 5 and 9 <= at.hour < 17
            assert (at.date() - day).days <= 9 or at.year == 2017
        at = filed(date(2019, 9, 28), draw).date().isoformat()
        assert at in ("2019-09-29", "2019-09-30", "2019-10-08")
