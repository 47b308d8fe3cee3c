"""The life of the enterprises told the same way by the platform's records, its figures and the exchange."""

from calendar import monthrange
from collections import Counter
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from sandbox.interfaces.tables.master import enterprises as enterprise_rows
from sandbox.interfaces.tables.master import zones as zone_rows
from sandbox.interfaces.tables.statistics import enterprise_indicators, zone_indicators
from sandbox.province.economy import YEARS
from sandbox.province.life import DEREGISTERED, MERGED, REVOKED
from sandbox.province.model import Province, build_province
from sandbox.province.region_history import code_on, name_on, region_changes
from sandbox.province.reports import ReportEvent, report_events
from sandbox.province.workdays import next_workday


@pytest.fixture(scope="module")
def medium() -> Province:
    return build_province("medium", 7)


@pytest.fixture(scope="module")
def small() -> Province:
    return build_province("small", 7)


def event_of(year: int, month: int) -> ReportEvent:
    return next(e for e in report_events() if (e.year, e.month, e.is_restated) == (year, month, False))


@pytest.mark.parametrize("size", ["small", "medium"])
def test_every_kind_of_life_event_happens(size: str, request: pytest.FixtureRequest) -> None:
    province: Province = request.getfixturevalue(size)
    life = province.life
    assert len(life.movers) >= 2
    assert set(life.ending) == {"", MERGED, DEREGISTERED, REVOKED}
    for firm in life.movers:
        assert life.moved_to[firm] != life.home[firm] and not life.ending[firm]
    for firm in life.ended:
        absorber = int(life.absorbed_by[firm])
        assert (absorber >= 0) == (life.ending[firm] == MERGED)
        if absorber >= 0:
            assert life.home[absorber] == life.home[firm] and not life.ending[absorber]
            day = life.ended_on[firm].astype(date)
            assert life.owner_on(firm, day) == absorber and life.owner_on(absorber, day) == absorber
    settled = set(province.outlets.enterprise.tolist())
    assert not settled & {*life.movers, *life.ended}
    other = build_province(size, 8).life
    assert not np.array_equal(other.ended_on, life.ended_on)


def test_the_platform_records_moves_and_ends(medium: Province) -> None:
    columns, life = enterprise_rows(medium).columns, medium.life
    identifier = {code: firm for firm, code in enumerate(medium.enterprises.enterprise_id)}
    latest: dict[int, int] = {}
    seen: Counter[int] = Counter()
    for row, text in enumerate(columns["company_id"]):
        latest[identifier[str(text)]] = row
        seen[identifier[str(text)]] += 1
    states = {"": "1", DEREGISTERED: "2", REVOKED: "3", MERGED: "4"}
    for firm, row in latest.items():
        zone = life.moved_to[firm] if life.moved_to[firm] >= 0 else life.home[firm]
        assert columns["park_id"][row] == medium.zones[zone].zone_id
        assert columns["company_state"][row] == states[life.ending[firm]]
        assert columns["credit_code"][row] == medium.enterprises.credit_code[firm]
        assert seen[firm] == 1 + (life.moved_to[firm] >= 0) + bool(life.ending[firm])
        if life.moved_to[firm] >= 0:
            assert columns["address"][row] == life.new_address[firm]
            recorded = datetime.fromisoformat(str(columns["updated_at"][row])).date()
            moved = life.moved_on[firm].astype(date)
            # Two to eight days later, or when the office opens again after them.
            assert moved + timedelta(days=2) <= recorded <= next_workday(moved + timedelta(days=8))


def test_who_ended_reports_no_more(medium: Province) -> None:
    life, firms = medium.life, medium.enterprises
    for year, month in ((2018, 6), (2019, 12), (2020, 11)):
        rows = enterprise_indicators(medium, event_of(year, month)).columns
        end = date(year, month, monthrange(year, month)[1])
        there = life.alive_on(end) & (firms.connected_at <= np.datetime64(end, "s"))
        assert set(rows["company_id"]) == {firms.enterprise_id[firm] for firm in np.flatnonzero(there)}


def test_revenue_goes_where_the_enterprise_goes(medium: Province) -> None:
    """A moved enterprise counts for its new zone at its old size; a merged one's revenue goes to who absorbed it."""
    life, economy = medium.life, medium.economy
    months = len(YEARS) * 12
    revenue, zone = economy.enterprise_month, economy.zone_of_month
    ratios = []
    for firm in life.movers:
        away = np.flatnonzero(zone[firm] == life.moved_to[firm])
        assert len(away) and (revenue[firm] > 0).all() and away[-1] == months - 1
        if 3 < len(away) < months - 3:
            first = away[0]
            ratios.append(revenue[firm, first : first + 3].sum() / revenue[firm, first - 3 : first].sum())
    assert 0.7 < np.median(ratios) < 1.4
    for firm in life.ended:
        day = life.ended_on[firm].astype(date)
        place = (day.year - YEARS[0]) * 12 + day.month - 1
        assert (revenue[firm, place:] == 0).all() and (revenue[firm, :place] > 0).all()


def test_reports_follow_the_caliber_of_their_year(small: Province) -> None:
    for year, caliber in ((2018, "2018"), (2019, "2018"), (2020, "2020")):
        for rows in (zone_indicators(small, event_of(year, 1)), enterprise_indicators(small, event_of(year, 1))):
            assert set(rows.columns["year_caliber"]) == {caliber}


def test_a_few_zones_report_days_late(medium: Province) -> None:
    late = every = 0
    for event in report_events():
        if event.is_restated:
            continue
        times = zone_indicators(medium, event).recorded_at.astype("datetime64[D]")
        days = (times - np.datetime64(event.month_end)).astype(int)
        assert days.min() == 0 and days.max() <= 6
        late, every = late + int((days > 0).sum()), every + len(days)
    assert 0.015 < late / every < 0.05
    assert zone_indicators(medium, event_of(2020, 12)).recorded_at.max() < np.datetime64("2021-01-01")


def test_zones_follow_their_county(medium: Province) -> None:
    columns = zone_rows(medium).columns
    rows = list(zip(columns["space_id"], columns["space_name"], columns["updated_at"], strict=True))
    for old, new in ((("360622", "余江县"), ("360603", "余江区")), (("361121", "上饶县"), ("361104", "广信区"))):
        change = next(c for c in region_changes() if c.old_code == old[0])
        before = [str(at) for code, name, at in rows if (code, name) == old]
        after = [str(at) for code, name, at in rows if (code, name) == new]
        assert before and after and max(before) < change.effective.isoformat() <= min(after)
    # 湾里区 went into 新建区, which did not change itself.
    assert sum(code == "360112" for code, _, _ in rows) == 1


def test_codes_and_names_of_counties_on_a_day() -> None:
    for code, day, known in (
        ("360603", date(2018, 6, 30), "360622"), ("360603", date(2018, 7, 1), "360603"),
        ("361121", date(2019, 9, 30), "361121"), ("361121", date(2019, 10, 1), "361104"),
        ("360727", date(2020, 6, 1), "360783"), ("360105", date(2020, 6, 1), "360112"),
        ("360112", date(2018, 1, 1), "360112"), ("360402", date(2018, 1, 1), "360402"),
    ):  # fmt: skip
        assert code_on(code, day) == known
    assert name_on("龙南县", "360727", date(2020, 6, 1)) == "龙南市"
    assert name_on("余江区", "360603", date(2018, 1, 1)) == "余江县"
    assert name_on("新建区", "360112", date(2018, 1, 1)) == "新建区"
