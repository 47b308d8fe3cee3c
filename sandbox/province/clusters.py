"""How industries gather in the zones: themed parks, cluster plans, service platforms and the province's industry maps.

Shares of zones that keep pace with the work plan of 2019 (items 5 to 9) are assumptions, no published figures: about two
thirds of the national and key zones have their themed parks at the end of 2019, nine of ten zones their cluster plan,
about seven of ten national and six of ten provincial zones an innovative cluster of the wanted size.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.filing import filed
from sandbox.province.randomness import day_between, draws, stream
from sandbox.province.versions import history, within_span
from sandbox.province.zones import Zone, read_table

NATIONAL, KEY_PROVINCIAL = "1", "2"
# The seven functions that a comprehensive service platform combines (their list is unverified).
FUNCTIONS = ("研发设计", "检验检测", "技术转移", "创业孵化", "人才培训", "信息服务", "投融资服务")
MAP_KINDS = ("产业链图", "技术路线图", "应用领域图", "区域分布图")
MAPPED_INDUSTRIES = ("航空", "电子信息", "中医药", "新能源", "新材料")
DEVELOPMENT, INNOVATIVE = "产业集群发展规划", "创新型产业集群规划"

_THEMES = {
    "电子信息": ("移动智能终端", "LED", "物联网", "虚拟现实"),
    "汽车及零部件": ("新能源汽车", "汽车零部件", "智能网联汽车"),
    "医药": ("中药饮片", "生物医药", "大健康"),
    "锂电": ("动力电池", "锂电新材料"),
    "光伏": ("光伏组件", "光学仪器"),
    "新材料": ("有机硅", "玻纤复合材料", "电子专用材料"),
    "铜及铜加工": ("铜精深加工", "电子铜箔"),
    "航空制造": ("通用航空", "航空零部件"),
}
_GENERAL_THEMES = ("智能制造", "绿色建材", "节能环保", "现代物流", "军民融合", "食品健康")
# How many themed parks a zone takes up by the end of 2020: number -> share of the zones of that class.
_PARKS = {NATIONAL: {1: 0.12, 2: 0.48, 3: 0.34, 4: 0.06}, KEY_PROVINCIAL: {0: 0.15, 1: 0.55, 2: 0.30}}
_FEW_PARKS = {0: 0.70, 1: 0.26, 2: 0.04}


@dataclass(frozen=True)
class ThemedPark:
    """One version of a themed park (主题产业园): area in hectares, investment in 万元."""

    park_id: str
    name: str
    zone_id: str
    theme: str
    hectares: float
    investment: float
    approved: date
    started: date | None
    operating: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class ClusterPlan:
    """One version of a zone's cluster plan; planned revenue of its last year in 亿元."""

    plan_id: str
    name: str
    zone_id: str
    kind: str
    industry: str
    first_year: int
    last_year: int
    planned_revenue: float
    drafted: date
    issued: date | None
    document_no: str
    recorded_at: datetime


@dataclass(frozen=True)
class ServicePlatform:
    """One version of a service platform with the functions that it has by then; investment in 万元."""

    platform_id: str
    name: str
    zone_id: str
    credit_code: str
    functions: tuple[str, ...]
    investment: float
    opened: date
    closed: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class IndustryMap:
    """One version of one of the four maps of a leading industry of the province."""

    map_id: str
    industry: str
    kind: str
    planned: date
    issued: date | None
    document_no: str
    recorded_at: datetime


def themed_parks(seed: int, zones: list[Zone]) -> list[ThemedPark]:
    """Every version of every themed park; a zone's parks are the same at every size of the province."""
    versions: list[ThemedPark] = []
    for zone in zones:
        rng = stream(seed, "themed_park", zone.zone_id)
        numbers = _PARKS.get(zone.park_kind, _FEW_PARKS)
        count = int(rng.choice(list(numbers), p=list(numbers.values())))
        for serial in range(1, count + 1):
            versions += _park_history(zone, serial, draws(rng, 8))
    return within_span(versions)


def _park_history(zone: Zone, serial: int, draw: list[int]) -> list[ThemedPark]:
    themes = _THEMES.get(zone.leading_industry, ()) + _GENERAL_THEMES
    theme = themes[(serial - 1 + draw[0] % 2) % len(themes)]
    hectares = round(12.0 * 10 ** (draw[1] / 1e6), 2)
    # The first park stands early, the further ones follow with the plan of 2019, some of them late.
    approved = day_between(date(2017, 3, 1), date(2018, 12, 20), draw[2])
    if serial > 1:
        approved = day_between(date(2018, 6, 1), date(2019, 8, 31), draw[2])
    started = approved + timedelta(days=60 + draw[3] % (420 if draw[4] % 5 == 0 else 150))
    operating = started + timedelta(days=300 + draw[5] % 500)
    planned = ThemedPark(
        park_id=f"ZT{zone.zone_id}{serial:02d}",
        name=f"{zone.short_name}{theme}产业园",
        zone_id=zone.zone_id,
        theme=theme,
        hectares=hectares,
        # 150 to 450 万元 a mu.
        investment=round(hectares * 15 * (150 + draw[6] % 300), 2),
        approved=approved,
        started=None,
        operating=None,
        recorded_at=filed(approved, draw[7]),
    )
    begun = replace(planned, started=started, recorded_at=filed(started, draw[7]))
    return history([planned, begun, replace(begun, operating=operating, recorded_at=filed(operating, draw[7]))])


def cluster_plans(seed: int, zones: list[Zone]) -> list[ClusterPlan]:
    """Every version of the zones' development plans (item 6) and innovative cluster plans (item 9)."""
    industries = sorted({row["leading_industry"] for row in read_table("industries.csv")} - {""})
    versions: list[ClusterPlan] = []
    for zone in zones:
        rng = stream(seed, "cluster_plan", zone.zone_id)
        versions += _plan_history(zone, DEVELOPMENT, 1, zone.leading_industry, _zone_size(zone), draws(rng, 8))
        national = zone.park_kind == NATIONAL
        count = int(rng.choice([0, 1, 2], p=[0.08, 0.52, 0.40] if national else [0.25, 0.55, 0.20]))
        for serial in range(1, count + 1):
            industry = zone.leading_industry if serial == 1 else industries[int(rng.integers(0, len(industries)))]
            wanted = 1_000.0 if national else 500.0
            ambitious = rng.random() < (0.8 if national else 0.75)
            revenue = wanted * (1.0 + 0.8 * rng.random() ** 2 if ambitious else 0.45 + 0.5 * rng.random())
            versions += _plan_history(zone, INNOVATIVE, serial, industry, revenue, draws(rng, 8))
    return within_span(versions)


def _zone_size(zone: Zone) -> float:
    """What a zone's leading cluster is planned to reach, in 亿元: from about 1,300 for the first rank to 60."""
    return 27_000.0 / (zone.revenue_rank + 20.0) * (1.0 if zone.revenue_rank < 60 else 0.4)


def _plan_history(
    zone: Zone, kind: str, serial: int, industry: str, revenue: float, draw: list[int]
) -> list[ClusterPlan]:
    drafted = day_between(date(2018, 4, 1), date(2019, 3, 20), draw[0])
    # Nine of ten plans are issued by the end of 2019, most of the others in 2020, a few not at all.
    issued = day_between(max(drafted, date(2018, 9, 1)) + timedelta(days=60), date(2019, 12, 10), draw[1])
    if draw[2] % 100 < 11:
        issued = day_between(date(2020, 2, 10), date(2021, 6, 30), draw[1])
    draft = ClusterPlan(
        plan_id=f"JQ{zone.zone_id}{'F' if kind == DEVELOPMENT else 'C'}{serial}",
        name=f"{zone.short_name}{industry}{kind}",
        zone_id=zone.zone_id,
        kind=kind,
        industry=industry,
        first_year=2019,
        last_year=2023 + draw[3] % 3,
        planned_revenue=round(revenue, 1),
        drafted=drafted,
        issued=None,
        document_no="",
        recorded_at=filed(drafted, draw[4]),
    )
    number = f"{zone.short_name[:2]}开管发〔{issued.year}〕{1 + draw[5] % 120}号"
    return [draft, replace(draft, issued=issued, document_no=number, recorded_at=filed(issued, draw[6]))]


def service_platforms(seed: int, zones: list[Zone], enterprises: Enterprises) -> list[ServicePlatform]:
    """Every version of every service platform: it opens with some functions and gains others."""
    versions: list[ServicePlatform] = []
    for index, zone in enumerate(zones):
        rng = stream(seed, "service_platform", zone.zone_id)
        most = {NATIONAL: 4, KEY_PROVINCIAL: 3}.get(zone.park_kind, 2)
        here = np.flatnonzero(enterprises.zone == index)
        for serial in range(1, int(rng.integers(1 if most > 2 else 0, most + 1)) + 1):
            draw = draws(rng, 10)
            carrier = enterprises.credit_code[int(here[draw[0] % len(here)])] if draw[1] % 3 == 0 else ""
            versions += _platform_history(zone, serial, carrier, rng.permutation(len(FUNCTIONS)).tolist(), draw)
    return within_span(versions)


def _platform_history(
    zone: Zone, serial: int, carrier: str, order: list[int], draw: list[int]
) -> list[ServicePlatform]:
    opened = day_between(date(2016, 5, 1), date(2020, 6, 30), draw[2])
    count = 3 + draw[3] % 3
    kind = "综合服务平台" if draw[4] % 2 else "公共服务平台"
    current = ServicePlatform(
        platform_id=f"FW{zone.zone_id}{serial:02d}",
        name=f"{zone.short_name}{zone.leading_industry}产业{kind}{'' if serial == 1 else f'{serial}号'}",
        zone_id=zone.zone_id,
        credit_code=carrier,
        functions=_ordered(order[:count]),
        investment=float(500 + draw[5] % 9_500),
        opened=opened,
        closed=None,
        recorded_at=filed(opened, draw[6]),
    )
    versions, day = [current], max(opened, date(2018, 1, 15))
    wanted = len(FUNCTIONS) if draw[7] % 100 < 60 else count + draw[7] % 2
    while count < wanted:
        day += timedelta(days=70 + draw[8] % 160)
        count = min(wanted, count + 1 + draw[9] % 2)
        versions.append(replace(current, functions=_ordered(order[:count]), recorded_at=filed(day, draw[6])))
    if draw[7] % 100 > 96:
        closed = day + timedelta(days=200)
        versions.append(replace(versions[-1], closed=closed, recorded_at=filed(closed, draw[6])))
    return history(versions)


def _ordered(chosen: list[int]) -> tuple[str, ...]:
    return tuple(FUNCTIONS[i] for i in sorted(chosen))


def industry_maps(seed: int) -> list[IndustryMap]:
    """The four maps of the five industries (item 5): planned in March 2019; two of the twenty come late, in 2020."""
    rng = stream(seed, "industry_map")
    late = set(rng.choice(20, 2, replace=False).tolist())
    versions: list[IndustryMap] = []
    for number in range(20):
        draw = draws(rng, 5)
        industry, kind = MAPPED_INDUSTRIES[number // 4], MAP_KINDS[number % 4]
        decided = date(2019, 3, 18)
        issued = day_between(date(2019, 5, 20), date(2019, 12, 6), draw[0])
        if number in late:
            issued = day_between(date(2020, 2, 17), date(2020, 6, 30), draw[0])
        plan = IndustryMap(
            map_id=f"ST{2019}{number + 1:03d}",
            industry=industry,
            kind=kind,
            planned=date(2019, 9 + draw[1] % 4, 28),
            issued=None,
            document_no="",
            recorded_at=filed(decided, draw[2]),
        )
        number_text = f"赣工信产业字〔{issued.year}〕{20 + draw[3] % 300}号"
        versions += [plan, replace(plan, issued=issued, document_no=number_text, recorded_at=filed(issued, draw[4]))]
    return within_span(versions)
