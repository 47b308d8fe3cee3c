"""Who invests in the projects of the zones, and the leads from which projects come (招商目标客户资源库)."""

from dataclasses import dataclass

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.lives import NEVER, ordinal
from sandbox.province.projects import INDUSTRIAL, PACKAGE, PPP, RESERVED, Projects
from sandbox.province.randomness import chance, stream
from sandbox.province.zones import Zone, all_zones, read_table

# Where investors come from: GB/T 2260 code, place, weight (chosen; the coast leads).
ORIGINS = (
    ("440300", "深圳", 20), ("440100", "广州", 7), ("441900", "东莞", 9), ("330100", "杭州", 9), ("330200", "宁波", 5),
    ("330300", "温州", 8), ("310000", "上海", 10), ("110000", "北京", 6), ("320500", "苏州", 7), ("350200", "厦门", 5),
    ("350500", "泉州", 6), ("430100", "长沙", 3), ("420100", "武汉", 3), ("360100", "南昌", 5),
)  # fmt: skip
_FIRST = "华信中远恒创盛捷新海鼎汇金天润泰联宏安科正博"
_SECOND = "泰达通源峰瑞能邦成辉翔特讯晟元力康维利德"
_FORMS = ("集团有限公司", "控股集团有限公司", "科技有限公司", "股份有限公司", "投资有限公司")
_POOL = 900
# Part of the industrial projects that an enterprise of the zone builds itself.
_OWN_SHARE = 0.24
HOME = "360000"

LEAD_EVENTS = ("contacted", "visited", "converted", "dropped")
CONTACTED, VISITED, CONVERTED, DROPPED = range(4)
# Leads per zone and year that come to nothing, and the part of the projects that began as a lead.
_VAIN_PER_YEAR, _FROM_LEAD = 9.0, 0.7


@dataclass(frozen=True)
class Investor:
    """An enterprise that invests; `origin` is the GB/T 2260 code of the place it comes from."""

    name: str
    origin: str


@dataclass(frozen=True)
class Leads:
    """Parallel columns, one entry per lead; `project` is an index into the projects (-1: none), `zone` one into the
    chosen zones, `amount` what the investor means to spend (万元), `contact` a draw that stands for the person."""

    seed: int
    number: np.ndarray
    lead_id: list[str]
    zone: np.ndarray
    investor: list[Investor]
    industry: list[str]
    amount: np.ndarray
    project: np.ndarray
    contact: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.lead_id)


def investor_pool(seed: int) -> list[Investor]:
    """The investors from outside, the same at every size."""
    weight = np.array([origin[2] for origin in ORIGINS], dtype=np.float64)
    words = [row["name_word"] for row in read_table("industries.csv") if row["section"] == "C"]
    rng = stream(seed, "investors")
    origin = rng.choice(len(ORIGINS), _POOL, p=weight / weight.sum()).tolist()
    draws = rng.integers(0, 1_000_000, (_POOL, 4)).tolist()
    pool = []
    for place, (first, second, word, form) in zip(origin, draws, strict=True):
        fancy = _FIRST[first % len(_FIRST)] + _SECOND[second % len(_SECOND)]
        name = f"{ORIGINS[place][1]}{fancy}{words[word % len(words)]}{_FORMS[form % len(_FORMS)]}"
        pool.append(Investor(name, ORIGINS[place][0]))
    return pool


def project_investors(projects: Projects, enterprises: Enterprises) -> list[Investor | None]:
    """The investor of each project: one from outside, the enterprise itself, and none for a package."""
    pool = investor_pool(projects.seed)
    own = (chance(projects.seed, "investor/own", projects.number) < _OWN_SHARE) & (projects.kind == INDUSTRIAL)
    chosen = (chance(projects.seed, "investor/who", projects.number) ** 1.6 * _POOL).astype(np.int64)
    investors: list[Investor | None] = []
    for kind, is_own, firm, who in zip(
        projects.kind.tolist(), own.tolist(), projects.firm.tolist(), chosen.tolist(), strict=True
    ):
        if kind == PACKAGE:
            investors.append(None)
        else:
            investors.append(Investor(enterprises.name[firm], HOME) if is_own else pool[who])
    return investors


def build_leads(zones: list[Zone], projects: Projects, investors: list[Investor | None]) -> Leads:
    """The leads behind the projects with an outside investor, and those that came to nothing."""
    seed, pool = projects.seed, investor_pool(projects.seed)
    outside = np.array([investor is not None and investor.origin != HOME for investor in investors], dtype=bool)
    born = np.flatnonzero(outside & (chance(seed, "lead/has", projects.number) < _FROM_LEAD))
    place, number, day, who, amount = _vain(seed, zones)
    numbers = np.concatenate([projects.number[born], number])
    days = np.full((len(numbers), len(LEAD_EVENTS)), NEVER, dtype=np.int64)
    days[: len(born)] = _converted_days(seed, projects, born)
    days[len(born) :, CONTACTED] = day
    visited = chance(seed, "lead/visited", number) < 0.45
    days[len(born) :, VISITED] = np.where(visited, day + 10 + 60 * chance(seed, "lead/visit", number), NEVER)
    dropped = chance(seed, "lead/dropped", number) < 0.75
    days[len(born) :, DROPPED] = np.where(dropped, day + 90 + 240 * chance(seed, "lead/drop", number), NEVER)
    zone = np.concatenate([projects.zone[born], place])
    codes = {row["leading_industry"]: row["code"] for row in reversed(read_table("industries.csv"))}
    return Leads(
        seed=seed,
        number=numbers,
        lead_id=[f"KH{zones[z].zone_id}{n}" for z, n in zip(zone.tolist(), numbers.tolist(), strict=True)],
        zone=zone,
        investor=[one for i in born.tolist() if (one := investors[i]) is not None] + [pool[w] for w in who.tolist()],
        industry=[projects.industry[i] for i in born.tolist()]
        + [codes[zones[z].leading_industry] for z in place.tolist()],
        amount=np.round(np.concatenate([projects.planned[born] * 1.1, amount]), -2),
        project=np.concatenate([born, np.full(len(number), -1)]),
        contact=(chance(seed, "lead/contact", numbers) * 1e9).astype(np.int64),
        days=days,
    )


def _converted_days(seed: int, projects: Projects, born: np.ndarray) -> np.ndarray:
    """Contact and visit before the day on which the project enters the reserve."""
    number, reserved = projects.number[born], projects.days[born, RESERVED]
    before = 15 + 110 * chance(seed, "lead/before", number)
    contacted = reserved - before.astype(np.int64)
    visited = contacted + (before * 0.7 * chance(seed, "lead/visit", number)).astype(np.int64) + 1
    return np.column_stack([contacted, visited, reserved, np.full(len(born), NEVER)])


def _vain(seed: int, zones: list[Zone]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(zone, number, day of contact, investor, amount) of leads that come to nothing."""
    index = {zone.zone_id: i for i, zone in enumerate(zones)}
    everyone = [index.get(zone.zone_id, -1) for zone in all_zones()]
    parts = []
    for year in (2017, 2018, 2019, 2020):
        rng = stream(seed, "leads", year)
        place = np.repeat(everyone, rng.poisson(_VAIN_PER_YEAR, len(everyone)))
        count = len(place)
        number = (year * 10 + 7) * 10_000 + np.arange(1, count + 1)
        day = ordinal(year, 1, 4) + rng.integers(0, 355, count)
        who, amount = rng.integers(0, _POOL, count), np.clip(18_000 * np.exp(rng.normal(0, 1, count)), 1_000, 180_000)
        here = place >= 0
        parts.append((place[here], number[here], day[here], who[here], amount[here]))
    place, number, day, who, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    return place, number, day, who, amount


_KINDS_OF_WORK = ("生产项目", "产业园项目", "智能制造项目", "研发及产业化项目", "生产基地项目")
_OWN_WORK = ("扩建项目", "技术改造项目", "二期项目")
_PUBLIC_WORK = ("污水处理厂", "标准厂房", "主干路网", "集中供热", "固废处置中心", "供水管网")


def project_names(
    zones: list[Zone], projects: Projects, enterprises: Enterprises, investors: list[Investor | None]
) -> list[str]:
    """What each project is called, after its investor and line of business."""
    words = [row["name_word"] for row in read_table("industries.csv")]
    names = []
    for i, (number, kind, z, firm) in enumerate(
        zip(
            projects.number.tolist(),
            projects.kind.tolist(),
            projects.zone.tolist(),
            projects.firm.tolist(),
            strict=True,
        )
    ):
        zone, investor = zones[z], investors[i]
        if kind == PACKAGE or investor is None:
            name = (
                f"{zone.short_name}{zone.leading_industry}产业集群项目包（{number // 100_000}年第{number % 10_000}号）"
            )
        elif kind == PPP:
            name = f"{zone.short_name}{_PUBLIC_WORK[number % len(_PUBLIC_WORK)]}PPP项目"
        elif investor.origin == HOME:
            name = f"{_short(investor.name)}{_OWN_WORK[number % len(_OWN_WORK)]}"
        else:
            work = _KINDS_OF_WORK[number % len(_KINDS_OF_WORK)]
            name = f"{_short(investor.name)}{words[enterprises.industry_index[firm]]}{work}"
        names.append(name)
    return names


def _short(name: str) -> str:
    for form in (*_FORMS, "有限责任公司", "实业有限公司", "股份有限公司", "有限公司"):
        name = name.removesuffix(form)
    return name
