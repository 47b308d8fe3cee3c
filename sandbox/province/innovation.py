"""Innovation platforms and carriers: 17 new national ones by the end of 2019 and about ten times as many provincial."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.randomness import stream
from sandbox.province.workdays import next_workday
from sandbox.province.zones import Zone, all_zones

TYPES = ("重点实验室", "工程技术研究中心", "企业技术中心", "科技企业孵化器", "众创空间", "双创示范基地", "国际合作基地")
_PUBLIC_TYPES = frozenset(("科技企业孵化器", "众创空间", "双创示范基地"))
# (level, year) -> how many are approved in the year by all zones; year 2017 stands for the stock before 2018.
_APPROVED = {
    ("国家级", 2017): 44, ("国家级", 2018): 12, ("国家级", 2019): 17, ("国家级", 2020): 21,
    ("省级", 2017): 420, ("省级", 2018): 128, ("省级", 2019): 172, ("省级", 2020): 190,
    ("市级", 2017): 160, ("市级", 2018): 60, ("市级", 2019): 66, ("市级", 2020): 70,
}  # fmt: skip
_OFFICES = {"国家级": "国科发区", "省级": "赣科发平字", "市级": "科字"}


@dataclass(frozen=True)
class PlatformVersion:
    """One version of an innovation platform's record."""

    platform_id: str
    name: str
    platform_type: str
    level: str
    zone_id: str
    credit_code: str
    approval_no: str
    approved: date
    revoked: date | None
    recorded_at: datetime


def platform_versions(seed: int, zones: list[Zone], enterprises: Enterprises) -> list[PlatformVersion]:
    """Every version of every platform in the chosen zones; the same platforms stand in a zone at every size."""
    everyone = all_zones()
    weight = np.array([(3.0 if z.park_kind == "1" else 1.0) / (z.revenue_rank + 6.0) for z in everyone])
    chosen = {zone.zone_id: index for index, zone in enumerate(zones)}
    versions: list[PlatformVersion] = []
    for (level, year), count in _APPROVED.items():
        rng = stream(seed, "innovation", level, year)
        places = rng.choice(len(everyone), count, p=weight / weight.sum())
        for serial, place in enumerate(places.tolist(), 1):
            draw = rng.integers(0, 1_000_000, 8).tolist()
            zone = everyone[place]
            if zone.zone_id in chosen:
                first = _first_version(level, year, serial, count, zone, draw, enterprises, chosen[zone.zone_id])
                versions += [first, *_later_versions(first, draw)]
    return versions


def _first_version(
    level: str, year: int, serial: int, count: int, zone: Zone, draw: list[int], enterprises: Enterprises, index: int
) -> PlatformVersion:
    kind = TYPES[draw[0] % (len(TYPES) if level == "国家级" else len(TYPES) - 1)]
    approved = _approval_day(year, serial, count, draw[1])
    recorded = datetime.combine(next_workday(approved + timedelta(days=2 + draw[2] % 7)), datetime.min.time())
    recorded += timedelta(seconds=32_400 + draw[3] % 30_000)
    here = np.flatnonzero(enterprises.zone == index)
    carrier = int(here[draw[4] % len(here)])
    public = kind in _PUBLIC_TYPES
    subject = zone.short_name if public else enterprises.name[carrier].replace("有限公司", "").replace("股份", "")
    return PlatformVersion(
        platform_id=f"CX{year}{'GSC'[('国家级', '省级', '市级').index(level)]}{serial:04d}",
        name=f"{subject}{level}{kind}",
        platform_type=kind,
        level=level,
        zone_id=zone.zone_id,
        credit_code="" if public else enterprises.credit_code[carrier],
        approval_no=f"{_OFFICES[level]}〔{approved.year}〕{10 + draw[5] % 290}号",
        approved=approved,
        revoked=None,
        recorded_at=max(recorded, datetime(2017, 12, 1 + draw[6] % 28, 14, draw[6] % 60)) if year == 2017 else recorded,
    )


def _approval_day(year: int, serial: int, count: int, draw: int) -> date:
    """Spread over the year, in the order of the serial numbers; the stock over the years 2008-2017."""
    if year == 2017:
        return date(2008 + draw % 10, 1 + draw // 10 % 11, 1 + draw // 110 % 28)
    start = date(year, 1, 8).toordinal()
    return date.fromordinal(start + int((serial - 1 + draw % 100 / 100) / count * 340))


def _later_versions(first: PlatformVersion, draw: list[int]) -> list[PlatformVersion]:
    """A few names are corrected, a few old provincial platforms lose their approval."""
    if draw[7] % 100 < 4:
        at = first.recorded_at + timedelta(days=20 + draw[7] % 60)
        return [replace(first, name=first.name + "（筹）" if draw[7] % 2 else first.name + "总部", recorded_at=at)]
    if first.level != "国家级" and first.approved.year < 2018 and draw[7] % 100 < 9:
        revoked = date(2018, 3, 1) + timedelta(days=draw[7] % 900)
        at = datetime.combine(revoked, datetime.min.time()) + timedelta(days=3, hours=10)
        return [replace(first, revoked=revoked, recorded_at=at)]
    return []
