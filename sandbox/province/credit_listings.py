"""Listings as operating abnormally, each with its cause, and as seriously unlawful, each after three years listed."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.calibration import OLD_LISTINGS_SHARE, UNREACHABLE_PER_YEAR
from sandbox.province.credit_reports import AnnualReports, deadline
from sandbox.province.enterprises import Enterprises
from sandbox.province.filing import office_time
from sandbox.province.life import REVOKED, Life
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.versions import in_time
from sandbox.province.workdays import next_workday

UNREACHABLE = "通过登记的住所或者经营场所无法联系"
NO_REPORT = "未按照规定的期限公示年度报告"
FALSE_STATEMENT = "公示企业信息隐瞒真实情况、弄虚作假"
THREE_YEARS = "被列入经营异常名录届满3年仍未履行相关义务"
_CURES = {
    UNREACHABLE: "依法办理住所或者经营场所变更登记，或者提出通过登记的住所可以重新取得联系",
    NO_REPORT: "依法补报未报年份的年度报告并公示",
    FALSE_STATEMENT: "更正其公示的信息",
}
_ENDED = "企业依法办理注销登记"


@dataclass(frozen=True)
class Listing:
    """One version of one listing as operating abnormally; `year` is that of the annual report that caused it, or None."""

    listing_id: str
    entity: int
    reason: str
    year: int | None
    listed: date
    removed: date | None
    removal_reason: str
    recorded_at: datetime

    @property
    def identity(self) -> str:
        return self.listing_id


@dataclass(frozen=True)
class SeriousViolation:
    """One version of an entry in the list of seriously unlawful and dishonest enterprises; `listing_id` is what led to it."""

    violation_id: str
    entity: int
    listing_id: str
    listed: date
    removed: date | None
    recorded_at: datetime

    @property
    def identity(self) -> str:
        return self.violation_id


@dataclass(frozen=True)
class _Cause:
    """Why and from when to when an enterprise stands in the list (`until` None: for longer than can be seen)."""

    entity: int
    reason: str
    year: int | None
    since: date
    until: date | None


def build_listings(seed: int, enterprises: Enterprises, life: Life, reports: AnnualReports) -> list[Listing]:
    """Every version by time of record: from before 2018 to the end of 2020; one listing of an enterprise at a time."""
    rng = stream(seed, "listings", len(enterprises))
    causes = [*_old(rng, enterprises, life), *_from_reports(reports), *_unreachable(rng, len(enterprises))]
    causes = [_on_workdays(cause) for cause in causes]
    causes = [_within(cause, life) for cause in causes if _is_there(cause, life, enterprises)]
    causes.sort(key=lambda cause: (cause.since, cause.entity))
    versions: list[Listing] = []
    busy: dict[int, date] = {}
    for serial, cause in enumerate(causes, 1):
        if busy.get(cause.entity, date.min) > cause.since:
            continue
        busy[cause.entity] = cause.until or date.max
        versions += _listing(cause, serial, life)
    return in_time(versions)


def _listing(cause: _Cause, serial: int, life: Life) -> list[Listing]:
    number = f"YC{cause.since:%Y%m%d}{serial:06d}"
    draw = cause.entity * 31 + serial
    first = Listing(
        number, cause.entity, cause.reason, cause.year, cause.since, None, "", office_time(cause.since, draw)
    )
    if cause.until is None or cause.until > LAST_DAY:
        return [first]
    ended = life.ended_on[cause.entity] == np.datetime64(cause.until)
    why = _ENDED if ended else _CURES[cause.reason]
    return [
        first,
        replace(first, removed=cause.until, removal_reason=why, recorded_at=office_time(cause.until, draw // 3)),
    ]


def _is_there(cause: _Cause, life: Life, enterprises: Enterprises) -> bool:
    born = enterprises.established[cause.entity]
    return born < cause.since and bool(life.alive_from[cause.entity] > np.datetime64(cause.since, "s"))


def _on_workdays(cause: _Cause) -> _Cause:
    return replace(cause, since=next_workday(cause.since), until=cause.until and next_workday(cause.until))


def _within(cause: _Cause, life: Life) -> _Cause:
    """A listing ends with a deregistration or merger; a revoked enterprise stays in the list."""
    ended = life.ended_on[cause.entity]
    if np.isnat(ended) or life.ending[cause.entity] == REVOKED:
        return cause
    last = ended.astype(date)
    return replace(cause, until=last) if cause.until is None or cause.until > last else cause


def _old(rng: np.random.Generator, enterprises: Enterprises, life: Life) -> list[_Cause]:
    """Listings of 2015 to 2017 that were open at the end of 2017; also the long one that precedes each revocation."""
    count = len(enterprises)
    number = max(6, round(OLD_LISTINGS_SHARE * count))
    start = date(2015, 1, 5).toordinal()
    span = date(2017, 12, 20).toordinal() - start
    born = np.array([day.toordinal() for day in enterprises.established])
    able = np.flatnonzero((born < start) & np.isnat(life.ended_on))
    causes = []
    for entity in rng.choice(able, min(number, len(able)), replace=False).tolist():
        draw = int(rng.integers(0, 1_000_000))
        since = date.fromordinal(start + draw % span)
        # Four of ten are cured before the three years are over, but not before 2018.
        until = max(FIRST_DAY, since + timedelta(days=200)) + timedelta(days=draw // 7 % 180) if draw % 10 < 4 else None
        causes.append(_Cause(entity, UNREACHABLE if draw % 3 else NO_REPORT, None, since, until))
    for entity in life.ended:
        if life.ending[entity] == REVOKED:
            wanted = life.ended_on[entity].astype(date) - timedelta(days=400 + int(rng.integers(0, 500)))
            since = max(wanted, enterprises.established[entity] + timedelta(days=60))
            causes.append(_Cause(entity, UNREACHABLE, None, since, None))
    return causes


def _from_reports(reports: AnnualReports) -> list[_Cause]:
    """Who did not report is listed in the first half of July until it files; who reported falsely until it corrects."""
    causes = []
    for (entity, year), filed in reports.late.items():
        since = deadline(year) + timedelta(days=3 + entity % 12)
        until = filed + timedelta(days=2 + entity % 6) if filed else None
        causes.append(_Cause(entity, NO_REPORT, year, since, until))
    for (entity, year), corrected in reports.false.items():
        since = corrected - timedelta(days=25 + entity % 30)
        causes.append(_Cause(entity, FALSE_STATEMENT, year, since, corrected + timedelta(days=3)))
    return causes


def _unreachable(rng: np.random.Generator, count: int) -> list[_Cause]:
    """A letter came back, or nobody was met at the address."""
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    number = rng.poisson(UNREACHABLE_PER_YEAR * count * (last - first) / 365.0)
    days, entities = rng.integers(first + 4, last - 3, number), rng.integers(0, count, number)
    causes = []
    for day, entity, draw in zip(
        days.tolist(), entities.tolist(), rng.integers(0, 1_000_000, number).tolist(), strict=True
    ):
        since = date.fromordinal(day)
        until = since + timedelta(days=30 + draw % 300) if draw % 10 < 6 else None
        causes.append(_Cause(entity, UNREACHABLE, None, since, until))
    return causes


def serious_violations(listings: list[Listing], life: Life) -> list[SeriousViolation]:
    """Who stood in the list for three years without a cure; a few are removed when they cure it after all."""
    latest = {listing.listing_id: listing for listing in listings}
    versions = []
    for listing in latest.values():
        three_years = listing.listed.replace(year=listing.listed.year + 3, day=min(listing.listed.day, 28))
        day = next_workday(three_years + timedelta(days=5))
        stayed = listing.removed is None or listing.removed > day
        if not stayed or day > LAST_DAY or life.alive_from[listing.entity] <= np.datetime64(day, "s"):
            continue
        number = f"YZ{day:%Y%m%d}{listing.entity:06d}"
        first = SeriousViolation(
            number, listing.entity, listing.listing_id, day, None, office_time(day, listing.entity)
        )
        versions.append(first)
        removed = next_workday(day + timedelta(days=120 + listing.entity % 200))
        if listing.entity % 5 == 0 and removed <= LAST_DAY:
            versions.append(replace(first, removed=removed, recorded_at=office_time(removed, listing.entity * 3)))
    return in_time(versions)
