"""Green parks, chemical sites in and outside protected areas, and the zones' treatment facilities (work item 21).

How many there are is assumed: the counts for Jiangxi were not found. Sites inside protected areas are closed step by step
from 2018 on; about a quarter of them still stands at the end of 2019 and very few at the end of 2020.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.clusters import KEY_PROVINCIAL, NATIONAL
from sandbox.province.enterprises import Enterprises
from sandbox.province.filing import filed
from sandbox.province.randomness import chance, day_between, draws, stream
from sandbox.province.versions import history, within_span
from sandbox.province.zones import Zone

ECO, GREEN, CIRCULAR = "生态工业示范园区", "绿色园区", "循环化改造试点"
SEWAGE, SOLID_WASTE = "污水处理厂", "固体废物处置设施"
ENTERPRISE_SITE, PARK_SITE = "化工企业", "化工园区"

# (kind, level, office, share of national, key and other zones that ever get the title)
_TITLES = (
    (ECO, "国家级", "环科财函", 0.22, 0.0, 0.0),
    (ECO, "省级", "赣环科财字", 0.44, 0.30, 0.08),
    (GREEN, "国家级", "工信厅节函", 0.38, 0.10, 0.02),
    (GREEN, "省级", "赣工信节能字", 0.50, 0.40, 0.16),
    (CIRCULAR, "国家级", "发改办环资", 0.33, 0.10, 0.01),
    (CIRCULAR, "省级", "赣发改环资", 0.44, 0.35, 0.14),
)
_PROTECTED_SHARE = 0.08
_PROTECTED = ("饮用水水源保护区", "自然保护区", "长江干流岸线1公里范围", "鄱阳湖生态红线区", "风景名胜区")
_ENDINGS = ("关闭退出", "搬迁入园", "转产")
_CHEMISTRY = "26"


@dataclass(frozen=True)
class GreenPark:
    """One version of a zone's green title or pilot; `accepted` is when it passed its acceptance."""

    title_id: str
    zone_id: str
    kind: str
    level: str
    approval_no: str
    approved: date
    accepted: date | None
    revoked: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class ChemicalSite:
    """One version of a chemical enterprise or park in the survey; outside protected areas `protected_kind` is empty."""

    site_id: str
    name: str
    kind: str
    zone_id: str
    county_code: str
    credit_code: str
    protected_kind: str
    protected_name: str
    surveyed: date
    planned_closure: date | None
    closed: date | None
    measure: str
    recorded_at: datetime


@dataclass(frozen=True)
class TreatmentFacility:
    """One version of a works: design capacity in 万吨/日 for sewage, in 吨/年 for solid waste."""

    facility_id: str
    name: str
    kind: str
    zone_id: str
    credit_code: str
    sewage_capacity: float | None
    waste_capacity: float | None
    standard: str
    started: date
    built: date | None
    operating: date | None
    recorded_at: datetime


def green_parks(seed: int, zones: list[Zone]) -> list[GreenPark]:
    """Every version of every title; a zone's titles are the same at every size of the province."""
    versions: list[GreenPark] = []
    for zone in zones:
        for number, (kind, level, office, *shares) in enumerate(_TITLES):
            draw = draws(stream(seed, "green_park", zone.zone_id, number), 6)
            place = {NATIONAL: 0, KEY_PROVINCIAL: 1}.get(zone.park_kind, 2)
            if draw[0] < shares[place] * 1_000_000:
                versions += _title_history(zone, f"LS{zone.zone_id}{number + 1:02d}", kind, level, office, draw)
    return within_span(versions)


def _title_history(zone: Zone, title_id: str, kind: str, level: str, office: str, draw: list[int]) -> list[GreenPark]:
    approved = day_between(date(2013, 6, 1), date(2020, 11, 30), draw[1])
    first = GreenPark(
        title_id=title_id,
        zone_id=zone.zone_id,
        kind=kind,
        level=level,
        approval_no=f"{office}〔{approved.year}〕{1 + draw[2] % 400}号",
        approved=approved,
        accepted=None,
        revoked=None,
        recorded_at=filed(approved, draw[3]),
    )
    accepted = approved + timedelta(days=500 + draw[4] % 900)
    versions = [first, replace(first, accepted=accepted, recorded_at=filed(accepted, draw[3]))]
    if draw[5] % 100 < 5:
        revoked = max(approved, date(2018, 2, 1)) + timedelta(days=200 + draw[5] % 700)
        if revoked < accepted:
            return history([first, replace(first, revoked=revoked, recorded_at=filed(revoked, draw[3]))])
    return history(versions)


def chemical_sites(seed: int, zones: list[Zone], enterprises: Enterprises) -> list[ChemicalSite]:
    """Every version of every site: the chemical enterprises of the zones, and the chemical parks in them."""
    chemical = np.flatnonzero([code.startswith(_CHEMISTRY) for code in enterprises.industry])
    keys = np.array([int(enterprises.enterprise_id[i]) for i in chemical.tolist()], dtype=np.int64)
    order = np.argsort(chance(seed, "protected_area", keys), kind="stable")
    # Even a small province has its problem: at least two sites.
    inside = set(chemical[order[: max(2, round(_PROTECTED_SHARE * len(chemical)))]].tolist())
    versions: list[ChemicalSite] = []
    for firm in chemical.tolist():
        zone = zones[int(enterprises.zone[firm])]
        number = enterprises.enterprise_id[firm]
        first = _surveyed(seed, f"HQ{number}", enterprises.name[firm], ENTERPRISE_SITE, zone,
                          enterprises.credit_code[firm])  # fmt: skip
        versions += _site_history(seed, first, firm in inside)
    for zone in zones:
        if zone.leading_industry == "化工":
            first = _surveyed(seed, f"HY{zone.zone_id}01", f"{zone.short_name}化工园区", PARK_SITE, zone, "")
            versions += _site_history(seed, first, draws(stream(seed, "chemical_park", zone.zone_id), 1)[0] % 4 == 0)
    return within_span(versions)


def _surveyed(seed: int, site_id: str, name: str, kind: str, zone: Zone, credit_code: str) -> ChemicalSite:
    draw = draws(stream(seed, "survey", site_id), 2)
    surveyed = day_between(date(2017, 9, 1), date(2018, 6, 30), draw[0])
    return ChemicalSite(site_id, name, kind, zone.zone_id, zone.place_code, credit_code, "", "", surveyed, None, None,
                        "", filed(surveyed, draw[1]))  # fmt: skip


def _site_history(seed: int, first: ChemicalSite, is_inside: bool) -> list[ChemicalSite]:
    if not is_inside:
        return [first]
    draw = draws(stream(seed, "closure", first.site_id), 6)
    kind = _PROTECTED[draw[0] % len(_PROTECTED)]
    planned = date(2018, 12, 31) if draw[1] % 4 == 0 else date(2019, 12, 31)
    closed = day_between(date(2018, 9, 3), date(2019, 12, 20), draw[2])
    if draw[3] % 100 < 26:
        closed = day_between(date(2020, 1, 13), date(2021, 2, 28), draw[2])
    found = replace(
        first,
        protected_kind=kind,
        protected_name=f"{first.name[:2]}{kind}",
        planned_closure=planned,
        measure=_ENDINGS[draw[4] % len(_ENDINGS)],
    )
    return history([found, replace(found, closed=closed, recorded_at=filed(closed, draw[5]))])


def treatment_facilities(seed: int, zones: list[Zone], enterprises: Enterprises) -> list[TreatmentFacility]:
    """Every version of every works; the first enterprise of a zone is its sewage works, further phases follow."""
    starts = np.searchsorted(enterprises.zone, np.arange(len(zones))).tolist()
    versions: list[TreatmentFacility] = []
    for zone, first_firm in zip(zones, starts, strict=True):
        draw = draws(stream(seed, "treatment", zone.zone_id), 4)
        phases = 1 + (zone.revenue_rank < 30) + (draw[0] % 100 < 25)
        for phase in range(1, phases + 1):
            versions += _works(seed, zone, SEWAGE, phase, enterprises.credit_code[first_firm])
        if draw[1] % 100 < 45:
            versions += _works(seed, zone, SOLID_WASTE, 1, "")
    return within_span(versions)


def _works(seed: int, zone: Zone, kind: str, phase: int, credit_code: str) -> list[TreatmentFacility]:
    draw = draws(stream(seed, "works", zone.zone_id, kind, phase), 6)
    sewage = kind == SEWAGE
    # The first phase of the sewage works stood before 2018; what came later belongs to the plan of 2019 and is often late.
    started = day_between(date(2009, 3, 1), date(2014, 12, 31), draw[0])
    if not sewage or phase > 1:
        started = day_between(date(2016, 9, 1), date(2019, 9, 30), draw[0])
    built = started + timedelta(days=330 + draw[1] % 500)
    operating = built + timedelta(days=30 + draw[2] % 240)
    begun = TreatmentFacility(
        facility_id=f"{'WS' if sewage else 'GF'}{zone.zone_id}{phase:02d}",
        name=f"{zone.short_name}{kind}{('一期', '二期', '三期')[phase - 1] if sewage else ''}",
        kind=kind,
        zone_id=zone.zone_id,
        credit_code=credit_code,
        sewage_capacity=(0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)[draw[3] % 7] if sewage else None,
        waste_capacity=float(2_000 + draw[3] % 98 * 1_000) if not sewage else None,
        standard="GB 18918-2002" if sewage else ("GB 18597-2001", "GB 18599-2001")[draw[4] % 2],
        started=started,
        built=None,
        operating=None,
        recorded_at=filed(started, draw[5]),
    )
    standing = replace(begun, built=built, recorded_at=filed(built, draw[5]))
    return history([begun, standing, replace(standing, operating=operating, recorded_at=filed(operating, draw[5]))])
