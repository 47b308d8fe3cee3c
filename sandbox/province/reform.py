"""The reforms of the zones as milestones: what is planned for when, what was done when, and the paper that proves it.

Scopes and dates are the sandbox's own: the work plan of 2019 (items 12 to 17) names the reforms and the end of the year.
At the end of 2019 about nine of ten zones have their lists, eight of ten national zones their two bureaus, and 3 % of
the scattered blocks are not merged yet. The provincial regulation is drafted and reviewed, but not issued within 2020.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sandbox.province.clusters import KEY_PROVINCIAL, NATIONAL
from sandbox.province.filing import filed
from sandbox.province.randomness import day_between, draws, stream
from sandbox.province.versions import history, within_span
from sandbox.province.zones import Zone, region_names

ZONE, COUNTY, PROVINCE = "zone", "county", "province"
PROVINCE_CODE = "360000"
# code -> (name, work item, scope)
MILESTONES = {
    "power_list_evaluated": ("全链审批赋权清单评估", 12, ZONE),
    "power_list_adjusted": ("全链审批赋权清单动态调整", 12, ZONE),
    "governance_list_issued": ("开发区社会治理责任清单出台", 12, ZONE),
    "block_merged": ("散落区块整合并入", 13, COUNTY),
    "living_facility_built": ("产城融合配套设施建成", 14, ZONE),
    "full_appointment": ("全员聘任制实施", 15, ZONE),
    "competitive_posts": ("竞争上岗制实施", 15, ZONE),
    "merit_pay": ("绩效工资制实施", 15, ZONE),
    "approval_bureau_formed": ("行政审批局挂牌", 16, ZONE),
    "enforcement_bureau_formed": ("综合执法局挂牌", 16, ZONE),
    "regulation_drafted": ("《江西省开发区条例》草案形成", 17, PROVINCE),
    "regulation_reviewed": ("《江西省开发区条例》草案审议", 17, PROVINCE),
    "regulation_issued": ("《江西省开发区条例》出台", 17, PROVINCE),
}


@dataclass(frozen=True)
class _Due:
    """A milestone planned for the end of 2019: in which zones, how often it comes late, and the days of both cases."""

    park_kinds: tuple[str, ...]
    late_percent: int
    in_time: tuple[date, date]
    late: tuple[date, date]


_PERSONNEL = _Due(
    (NATIONAL, KEY_PROVINCIAL), 14, (date(2018, 9, 3), date(2019, 12, 24)), (date(2020, 1, 13), date(2021, 3, 31))
)
_BUREAU = _Due((NATIONAL,), 20, (date(2018, 6, 1), date(2019, 11, 29)), (date(2020, 3, 2), date(2021, 2, 28)))
_DUE_IN_2019 = {
    "governance_list_issued": _Due(
        ("0", NATIONAL, KEY_PROVINCIAL),
        8,
        (date(2019, 4, 15), date(2019, 12, 27)),
        (date(2020, 1, 6), date(2020, 7, 31)),
    ),
    "full_appointment": _PERSONNEL,
    "competitive_posts": _PERSONNEL,
    "merit_pay": _PERSONNEL,
    "approval_bureau_formed": _BUREAU,
    "enforcement_bureau_formed": _BUREAU,
}
_FACILITIES = ("人才公寓", "公租房", "九年一贯制学校", "幼儿园", "医院", "公交首末站", "邻里中心", "职工文体中心")
_BLOCKS = ("机械产业基地", "食品产业小区", "建材集中区", "轻纺产业园", "老工业小区", "农产品加工区", "五金产业基地")


@dataclass(frozen=True)
class Milestone:
    """One version of one milestone; `scope_code` is a zone's id or a region code, `hectares` the area of a block."""

    milestone_id: str
    scope: str
    scope_code: str
    code: str
    subject: str
    hectares: float | None
    planned: date
    done: date | None
    document_no: str
    recorded_at: datetime

    @property
    def name(self) -> str:
        """What the milestone is called in the work plan's own words."""
        return MILESTONES[self.code][0]

    @property
    def work_item(self) -> int:
        """Number of the work item (1 to 21)."""
        return MILESTONES[self.code][1]


def milestones(seed: int, zones: list[Zone]) -> list[Milestone]:
    """Every version of every milestone of the chosen zones, of their counties and of the province."""
    names = region_names()
    versions: list[Milestone] = []
    for zone in zones:
        versions += _ZoneReforms(seed, zone).all()
    for county in sorted({zone.county_code for zone in zones if zone.county_code}):
        versions += _county_blocks(seed, county, names[county])
    return within_span([*versions, *_provincial(seed)])


def approval_bureau_opened(reform: list[Milestone], zone_id: str) -> date | None:
    """The day on which the zone's own approval bureau takes over; None when it has none."""
    return next(
        (m.done for m in reform if m.code == "approval_bureau_formed" and m.scope_code == zone_id and m.done), None
    )


@dataclass(frozen=True)
class _ZoneReforms:
    """The milestones of one zone, subject by subject."""

    seed: int
    zone: Zone

    def all(self) -> Iterator[Milestone]:
        """Every version of every milestone."""
        for year in (2018, 2019, 2020):
            yield from self._power_lists(year)
        yield from self._facilities()
        for code, due in _DUE_IN_2019.items():
            if self.zone.park_kind in due.park_kinds:
                draw = self._draws(code, 2)
                span = due.late if draw[0] % 100 < due.late_percent else due.in_time
                yield from self._stated(code, 1, date(2019, 12, 31), day_between(*span, draw[1]))

    def _draws(self, label: object, count: int) -> list[int]:
        return draws(stream(self.seed, "reform", self.zone.zone_id, label), count)

    def _stated(self, code: str, serial: int, planned: date, done: date, subject: str = "") -> list[Milestone]:
        zone = self.zone
        title = subject or f"{zone.short_name}{MILESTONES[code][0]}"
        return _history(f"GG{zone.zone_id}{_number(code)}{serial:02d}", ZONE, zone.zone_id, code, title, None,
                        planned, done, f"{zone.short_name[:2]}开管字", self._draws(f"{code}{serial}", 3))  # fmt: skip

    def _power_lists(self, year: int) -> Iterator[Milestone]:
        """The list is evaluated once a year and adjusted after it; few zones did so before the plan of 2019."""
        draw = self._draws(year, 5)
        if year == 2018 and draw[0] % 100 >= 25:
            return
        done = day_between(date(year, 5, 6), date(year, 12, 18), draw[1])
        if draw[2] % 100 < 9:
            done = day_between(date(year + 1, 1, 8), date(year + 1, 5, 28), draw[1])
        yield from self._stated("power_list_evaluated", year - 2000, date(year, 11, 30), done)
        if draw[3] % 100 < 70:
            adjusted = day_between(done, date(done.year, 12, 31), draw[4])
            yield from self._stated("power_list_adjusted", year - 2000, date(year, 12, 20), adjusted)

    def _facilities(self) -> Iterator[Milestone]:
        """None to three facilities for living in the zone, each built in the year after it is planned for at the latest."""
        count, first = self._draws("facilities", 2)
        for serial in range(1, 1 + count % 4):
            draw = self._draws(f"facility{serial}", 3)
            planned = date(2018 + draw[0] % 3, 3 + draw[1] % 10, 28)
            built = day_between(planned, date(planned.year + 1, 6, 30), draw[2])
            facility = _FACILITIES[(first + serial) % len(_FACILITIES)]
            yield from self._stated(
                "living_facility_built", serial, planned, built, f"{self.zone.short_name}{facility}"
            )


def _number(code: str) -> str:
    return f"{list(MILESTONES).index(code) + 1:02d}"


def _county_blocks(seed: int, county: str, name: str) -> Iterator[Milestone]:
    """Blocks outside the directory of zones: none to four in a county, merged one by one, most of them in 2019."""
    draw = draws(stream(seed, "blocks", county), 3)
    count = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4)[draw[0] % 10]
    for serial in range(1, count + 1):
        own = draws(stream(seed, "blocks", county, serial), 6)
        block = f"{name}{_BLOCKS[(draw[1] + serial) % len(_BLOCKS)]}"
        merged = day_between(date(2018, 8, 1), date(2018, 12, 28), own[0])
        if own[1] % 100 >= 12:
            merged = day_between(date(2019, 1, 7), date(2019, 12, 27), own[0])
        if own[1] % 100 >= 97:
            merged = day_between(date(2020, 3, 2), date(2021, 6, 30), own[0])
        yield from _history(f"QK{county}{serial:02d}", COUNTY, county, "block_merged", block,
                            round(8.0 * 10 ** (own[2] / 1e6), 2), date(2019, 12, 31), merged,
                            f"{name}府字", own[3:])  # fmt: skip


def _provincial(seed: int) -> Iterator[Milestone]:
    steps = (
        ("regulation_drafted", date(2019, 6, 30), date(2019, 8, 16)),
        ("regulation_reviewed", date(2019, 11, 30), date(2020, 9, 24)),
        ("regulation_issued", date(2019, 12, 31), date(2021, 12, 1)),
    )
    for code, planned, done in steps:
        draw = draws(stream(seed, "reform", PROVINCE_CODE, code), 3)
        yield from _history(f"GG{PROVINCE_CODE}{_number(code)}01", PROVINCE, PROVINCE_CODE, code,
                            MILESTONES[code][0], None, planned, done, "赣发改法规", draw)  # fmt: skip


def _history(
    milestone_id: str, scope: str, scope_code: str, code: str, subject: str, hectares: float | None,
    planned: date, done: date, office: str, draw: list[int],
) -> list[Milestone]:  # fmt: skip
    """The plan as it was set up at the start of the year, or early enough before it was done, and its completion.

    The scattered blocks were all surveyed at the start of 2018.
    """
    set_up = min(date(planned.year, 2, 26), date.fromordinal(done.toordinal() - 20))
    set_up = date(2018, 1, 4 + draw[0] % 25) if scope == COUNTY else set_up
    plan = Milestone(
        milestone_id, scope, scope_code, code, subject, hectares, planned, None, "", filed(set_up, draw[0])
    )
    number = f"{office}〔{done.year}〕{1 + draw[1] % 180}号"
    return history([plan, replace(plan, done=done, document_no=number, recorded_at=filed(done, draw[2]))])
