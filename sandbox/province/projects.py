"""Investment projects of the zones, from the reserve to operation: who invests how much, and what day brings what.

Three kinds: industrial projects, packages of an industrial cluster that a zone plans and reserves, and projects of
public-private partnership. Counts of projects do not depend on the size of the province; their enterprises do.
"""

from dataclasses import dataclass, fields

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.lives import NEVER, LifeVersions, known_day, latest_event, ordinal, versions_of_lives
from sandbox.province.randomness import chance, stream
from sandbox.province.workdays import ordinals_on_workdays
from sandbox.province.zones import Zone, all_zones, read_table

KINDS = ("产业项目", "产业集群项目包", "PPP项目")
INDUSTRIAL, PACKAGE, PPP = range(3)
EVENTS = (
    "reserved", "negotiated", "signed", "registered", "started", "stalled", "resumed", "produced", "operated", "halted",
    "ended",
)  # fmt: skip
(RESERVED, NEGOTIATED, SIGNED, REGISTERED, STARTED, STALLED, RESUMED, PRODUCED, OPERATED, HALTED, ENDED) = range(11)
YEARS = (2016, 2017, 2018, 2019, 2020)

# Projects above 5 billion yuan (national zones) or 2 billion (provincial): how many are signed in a year, their
# total in 亿 and the share that lies in national zones. Published: 160 and 4,969 亿 in 2020, which is 33.3 % and
# 23.32 % more than in 2019; the years before and the share are assumed.
LARGE = {
    2016: (60, 2_050.0, 0.20), 2017: (78, 2_700.0, 0.21), 2018: (96, 3_300.0, 0.21), 2019: (120, 4_029.4, 0.21),
    2020: (160, 4_969.0, 0.16),
}  # fmt: skip
_LARGE_FROM = {True: 500_000.0, False: 200_000.0}
_GREATEST = 1_450_000.0
# An ordinary project stays below the mark of its zone (万元): the median, the spread of the logarithm, the limits.
_ORDINARY = (22_000.0, 1.05, 600.0, {True: 470_000.0, False: 195_000.0})
# Of what is signed, how many per cent get so far; of what is started or produces, how many stop.
_REGISTERED, _STARTED, _PRODUCED, _STALLED, _HALTED = 0.95, 0.94, 0.93, 0.11, 0.05


@dataclass(frozen=True)
class Projects:
    """Parallel columns, one entry per project.

    `zone` and `firm` are indices into the chosen zones and the enterprises (-1: none), `planned` is in 万元, `paid`
    what a finished project costs in parts of the plan, `duration` the days of building, `days` projects x EVENTS.
    """

    seed: int
    number: np.ndarray
    project_id: list[str]
    kind: np.ndarray
    zone: np.ndarray
    firm: np.ndarray
    is_leading: np.ndarray
    industry: list[str]
    planned: np.ndarray
    paid: np.ndarray
    duration: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.project_id)

    def versions(self) -> LifeVersions:
        """A version for every event and, while money is spent, one for every half year."""
        ends = np.array(
            [ordinal(year, month, day) for year in (2018, 2019, 2020) for month, day in ((6, 30), (12, 14))]
        )
        finished = np.minimum(self.days[:, OPERATED], self.days[:, ENDED])
        member, end = np.nonzero((self.days[:, STARTED, None] + 20 < ends) & (finished[:, None] > ends))
        return versions_of_lives(self.seed, "project", self.number, self.days, (member, ends[end]))

    def stage(self, versions: LifeVersions) -> np.ndarray:
        """The last event that each version knows, as an index into EVENTS."""
        return latest_event(self.days, versions)

    def invested(self, versions: LifeVersions) -> np.ndarray:
        """What was spent up to each version's day (万元): nothing before the start, all some time after production."""
        member = versions.member
        started = known_day(self.days, versions, STARTED)
        until = np.minimum(versions.day, self.days[member, ENDED])
        stalled = self.days[member, STALLED]
        pause = np.clip(np.minimum(until, self.days[member, RESUMED]) - stalled, 0, None)
        spent = np.clip((until - started - pause) / self.duration[member], 0.0, 1.0)
        share = np.where(started < NEVER, 0.03 + spent * (self.paid[member] - 0.03), 0.0)
        return np.round(share * self.planned[member], 2)


def build_projects(seed: int, zones: list[Zone], enterprises: Enterprises) -> Projects:
    """Every project of the chosen zones that was reserved from 2016 to 2020."""
    everyone = all_zones()
    parts = [_drafts(seed, kind, year, everyone) for year in YEARS for kind in (INDUSTRIAL, PACKAGE, PPP)]
    drafts = _Drafts.joined(parts + [_large(seed, year, everyone) for year in YEARS])
    index = np.full(len(everyone), -1)
    place_of = {zone.zone_id: i for i, zone in enumerate(everyone)}
    index[[place_of[zone.zone_id] for zone in zones]] = np.arange(len(zones))
    drafts = drafts.part(index[drafts.place] >= 0)
    duration = 150.0 + 60.0 * np.log(drafts.planned / 600.0) * (0.6 + 0.8 * drafts.draw[:, 2])
    zone = index[drafts.place]
    firm = np.where(drafts.kind == PACKAGE, -1, weighty_firms(enterprises, zone, drafts.draw[:, 0]))
    industry, leading = _industries(zones, enterprises, zone, firm)
    return Projects(
        seed=seed,
        number=drafts.number,
        project_id=[f"XM{zones[z].zone_id}{n}" for z, n in zip(zone.tolist(), drafts.number.tolist(), strict=True)],
        kind=drafts.kind,
        zone=zone,
        firm=firm,
        is_leading=leading,
        industry=industry,
        planned=np.round(drafts.planned, 0),
        paid=0.88 + 0.25 * drafts.draw[:, 1],
        duration=duration,
        days=_days(seed, drafts, np.array([int(zone.zone_id) for zone in everyone]), duration),
    )


def weighty_firms(enterprises: Enterprises, zone: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """An enterprise of each zone, the heavier the likelier (`draw` in [0, 1))."""
    total = np.r_[0.0, np.cumsum(enterprises.weight)]
    start, end = np.searchsorted(enterprises.zone, zone), np.searchsorted(enterprises.zone, zone, "right")
    wanted = total[start] + draw * (total[end] - total[start])
    return np.clip(np.searchsorted(total, wanted, "right") - 1, start, end - 1)


@dataclass(frozen=True)
class _Drafts:
    """What is known of projects before their lives are told; `place` is an index into all zones.

    `day` is the day of the reserve, of large projects (`is_large`) that of the signature; `draw` has twelve numbers
    in [0, 1) for each project; `number` is year, kind and serial.
    """

    place: np.ndarray
    kind: np.ndarray
    number: np.ndarray
    planned: np.ndarray
    day: np.ndarray
    draw: np.ndarray
    is_large: np.ndarray

    @classmethod
    def joined(cls, parts: list["_Drafts"]) -> "_Drafts":
        return cls(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)})

    def part(self, chosen: np.ndarray) -> "_Drafts":
        return _Drafts(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def _rates(everyone: list[Zone], kind: int, seed: int) -> np.ndarray:
    """How many projects of one kind a zone reserves in a year."""
    zone = np.array([int(one.zone_id) for one in everyone])
    if kind == PACKAGE:
        return 2.6 + 2.6 * chance(seed, "project/packages", zone)
    if kind == PPP:
        return 0.9 + 1.8 * chance(seed, "project/ppp", zone)
    rank = np.array([one.revenue_rank for one in everyone])
    return 14.0 + 160.0 / (rank + 6.0)


def _drafts(seed: int, kind: int, year: int, everyone: list[Zone]) -> _Drafts:
    """What is reserved in a year."""
    rng = stream(seed, "project", kind, year)
    place = np.repeat(np.arange(len(everyone)), rng.poisson(_rates(everyone, kind, seed)))
    count = len(place)
    draw = rng.random((count, 12))
    size = rng.normal(0.0, 1.0, count)
    national = np.array([zone.park_kind == "1" for zone in everyone])[place]
    median, spread, least, greatest = _ORDINARY
    if kind == PACKAGE:
        planned = np.clip(350_000.0 * np.exp(0.6 * size), 60_000.0, _GREATEST)
    else:
        most = np.where(national, greatest[True], greatest[False])
        planned = np.clip(median * np.exp(spread * size), least, most * (0.8 + 0.2 * draw[:, 3]))
    return _Drafts(
        place=place,
        kind=np.full(count, kind),
        number=(year * 10 + kind) * 10_000 + np.arange(1, count + 1),
        planned=np.round(planned / 100) * 100,
        day=ordinal(year, 1, 3) + (draw[:, 4] * 358).astype(np.int64),
        draw=draw,
        is_large=np.zeros(count, dtype=bool),
    )


def _large(seed: int, year: int, everyone: list[Zone]) -> _Drafts:
    """The large projects that are signed in a year."""
    count, total, national_share = LARGE[year]
    rng = stream(seed, "project", "large", year)
    national = np.array([zone.park_kind == "1" for zone in everyone])
    rank = np.array([zone.revenue_rank for zone in everyone])
    is_national = np.arange(count) < round(count * national_share)
    place = np.zeros(count, dtype=np.int64)
    for is_so in (True, False):
        weight = np.where(national == is_so, 1.0 / (rank + 60.0), 0.0)
        chosen = is_national == is_so
        place[chosen] = rng.choice(len(everyone), chosen.sum(), p=weight / weight.sum())
    least = np.where(is_national, _LARGE_FROM[True], _LARGE_FROM[False])
    excess = rng.beta(0.8, 2.6, count) * np.where(is_national, 1.0, 0.5)
    planned = least * 1.004 + excess * (total * 10_000.0 - (least * 1.004).sum()) / excess.sum()
    draw = rng.random((count, 12))
    return _Drafts(
        place=place,
        kind=np.full(count, INDUSTRIAL),
        number=(year * 10 + 9) * 10_000 + np.arange(1, count + 1),
        planned=np.minimum(planned, _GREATEST),
        day=ordinal(year, 1, 10) + (draw[:, 4] * 345).astype(np.int64),
        draw=draw,
        is_large=np.ones(count, dtype=bool),
    )


def _industries(
    zones: list[Zone], enterprises: Enterprises, zone: np.ndarray, firm: np.ndarray
) -> tuple[list[str], np.ndarray]:
    """(industry code, whether it is the zone's leading industry); a package is made for the leading industry."""
    table = read_table("industries.csv")
    of_zone = [one.leading_industry for one in zones]
    code_of = {row["leading_industry"]: row["code"] for row in reversed(table)}
    kind = enterprises.industry_index
    industry = [
        table[kind[f]]["code"] if f >= 0 else code_of[of_zone[z]]
        for z, f in zip(zone.tolist(), firm.tolist(), strict=True)
    ]
    leading = [
        f < 0 or table[kind[f]]["leading_industry"] == of_zone[z]
        for z, f in zip(zone.tolist(), firm.tolist(), strict=True)
    ]
    return industry, np.array(leading, dtype=bool)


def _days(seed: int, drafts: _Drafts, zone_keys: np.ndarray, duration: np.ndarray) -> np.ndarray:
    """The days of all events. How many projects a zone signs, and how soon it starts them, is a trait of the zone."""
    kind, draw, large = drafts.kind, drafts.draw, drafts.is_large
    converts = (0.42 + 0.34 * chance(seed, "project/converts", zone_keys))[drafts.place]
    speed = (0.55 + 1.1 * chance(seed, "project/speed", zone_keys))[drafts.place]
    more = [chance(seed, f"project/draw {i}", drafts.number) for i in range(7)]
    signs = (draw[:, 5] < converts) & (kind != PACKAGE) | large
    to_sign = (35 + 190 * draw[:, 6] ** 1.8).astype(np.int64)
    days = np.full((len(kind), len(EVENTS)), NEVER, dtype=np.int64)
    days[:, RESERVED] = np.where(large, drafts.day - to_sign, drafts.day)
    days[:, SIGNED] = np.where(signs, days[:, RESERVED] + to_sign, NEVER)
    talks = signs | (draw[:, 7] < np.where(kind == PACKAGE, 0.35, 0.8))
    first_talk = days[:, RESERVED] + 3 + (np.where(signs, to_sign, 120) - 6) * (0.15 + 0.6 * more[0])
    days[:, NEGOTIATED] = np.where(talks, first_talk, NEVER)
    registers = signs & (draw[:, 8] < _REGISTERED)
    # An office puts a project on file on a working day.
    filed = ordinals_on_workdays((days[:, SIGNED] + 5 + 50 * more[1]).astype(np.int64))
    days[:, REGISTERED] = np.where(registers, filed, NEVER)
    starts = registers & (draw[:, 9] < _STARTED)
    wait = 8 + (40 + 290 * more[2] ** 1.3) * speed
    days[:, STARTED] = np.where(starts, days[:, REGISTERED] + wait, NEVER)
    _build(days, duration, draw, more)
    _end(days, signs, starts, kind, draw, more)
    return days


def _build(days: np.ndarray, duration: np.ndarray, draw: np.ndarray, more: list[np.ndarray]) -> None:
    """From the start of building to operation, with the projects that stall on the way or halt after it."""
    starts = days[:, STARTED] < NEVER
    stalls = starts & (draw[:, 10] < _STALLED)
    days[:, STALLED] = np.where(stalls, days[:, STARTED] + 30 + (duration - 60) * more[4], NEVER)
    resumes = stalls & (more[5] < 0.45)
    pause = (90 + 260 * more[6]).astype(np.int64)
    days[:, RESUMED] = np.where(resumes, days[:, STALLED] + pause, NEVER)
    produces = starts & (~stalls | resumes) & (draw[:, 11] < _PRODUCED)
    days[:, PRODUCED] = np.where(produces, days[:, STARTED] + duration + np.where(resumes, pause, 0), NEVER)
    operates = produces & (more[5] < 0.9)
    days[:, OPERATED] = np.where(operates, days[:, PRODUCED] + 60 + 240 * more[6], NEVER)
    halts = produces & (more[4] < _HALTED)
    days[:, HALTED] = np.where(halts, days[:, PRODUCED] + 320 + 400 * more[3], NEVER)


def _end(
    days: np.ndarray, signs: np.ndarray, starts: np.ndarray, kind: np.ndarray, draw: np.ndarray, more: list[np.ndarray]
) -> None:
    """Projects that are lost: before the signature, between it and the start, or after they stalled."""
    lost = ~signs & (draw[:, 10] < np.where(kind == PACKAGE, 0.15, 0.7))
    days[:, ENDED] = np.where(lost, days[:, RESERVED] + 130 + 300 * more[2], NEVER)
    given_up = signs & ~starts & (draw[:, 10] < 0.7)
    days[:, ENDED] = np.where(given_up, days[:, SIGNED] + 160 + 300 * more[2], days[:, ENDED])
    withdrawn = (days[:, STALLED] < NEVER) & (days[:, RESUMED] == NEVER) & (more[6] < 0.5)
    days[:, ENDED] = np.where(withdrawn, days[:, STALLED] + 200 + 300 * more[2], days[:, ENDED])
