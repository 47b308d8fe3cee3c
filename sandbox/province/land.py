"""Land by enterprise: parcels held from before 2018, leased workshops, and what the trading exchange sold since.

A land deal of the exchange becomes a parcel with the deal's codes, area and use. On purpose a few of them disagree with
it (`DISAGREEMENTS`), for the reconciliation of both systems to find; so do parcels whose deal the exchange withdraws.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.life import MERGED, Life
from sandbox.province.lives import NEVER, ordinal
from sandbox.province.randomness import chance, stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.trading import Message
from sandbox.province.zones import Zone

GRANTED, LEASED, ALLOCATED = "出让", "租赁", "划拨"
EVENTS = ("contracted", "delivered", "idle", "changed hands", "returned")
CONTRACTED, DELIVERED, IDLE, CHANGED_HANDS, RETURNED = range(5)
# Share of the deals of the exchange, by what is wrong on the platform (chosen): the parcel is not there; its area
# is off by 3 to 12 %; hectares stand where mu belong; another enterprise holds it; two digits of the code are swapped.
DISAGREEMENTS = {"missing": 0.012, "area": 0.02, "unit": 0.005, "holder": 0.008, "code": 0.007}
MU_PER_HECTARE = 15.0
# Yearly revenue per mu (万元), by zone and then by enterprise: medians and spreads of the logarithm (chosen around the
# 400 万元 that the province wants in 2020).
_REVENUE_PER_MU, _ZONE_SPREAD, _FIRM_SPREAD = 430.0, 0.28, 0.55
_LEAST_MU, _MOST_MU, _USUAL_MU = 2.0, 2_600.0, 650.0
_LEASED_SHARE, _ALLOCATED_SHARE, _IDLE_SHARE = 0.40, 0.03, 0.025
_USES = ("工业用地", "工业用地", "工业用地", "仓储用地", "新型产业用地")
_EPOCH = ordinal(1970)


@dataclass(frozen=True)
class Deal:
    """A land deal of the trading exchange with one of its grantees; `hectares` is this grantee's part."""

    day: date
    deal_code: str
    land_code: str
    usage: str
    years: int
    firm: int
    hectares: float
    is_joint: bool


@dataclass(frozen=True)
class Parcels:
    """Parallel columns, one entry per parcel and holder.

    `zone` and `holder` are indices, `next_holder` is -1 where the parcel never changes hands, `area` is in mu,
    `building` in square metres, `until` the ordinal at which the right ends, `disagreement` names how the parcel
    departs from its deal ("" as a rule).
    """

    seed: int
    number: np.ndarray
    parcel_id: list[str]
    zone: np.ndarray
    holder: np.ndarray
    next_holder: np.ndarray
    contract_no: list[str]
    land_code: list[str]
    tenure: list[str]
    usage: list[str]
    area: np.ndarray
    building: np.ndarray
    until: np.ndarray
    disagreement: list[str]
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.parcel_id)


@dataclass
class _Draft:
    """One parcel on its way; lists of these become Parcels."""

    number: int
    zone: int
    holder: int
    contract_no: str
    land_code: str
    tenure: str
    usage: str
    area: float
    contracted: int
    years: int = 50
    disagreement: str = ""


def land_deals(messages: Callable[[date], list[Message]], enterprises: Enterprises) -> list[Deal]:
    """Every deal that the exchange inserts, one entry per grantee of ours; joint grantees share the area evenly."""
    firm_of = {code: firm for firm, code in enumerate(enterprises.credit_code)}
    deals = []
    for offset in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=offset)
        for message in messages(day):
            if message.operation != "1":
                continue
            fields = dict(message.fields)
            codes = fields["LENDING_CODE"].split(",")
            deals += [
                Deal(
                    day=message.recorded_at.date(),
                    deal_code=fields["DEAL_LAND_CODE"],
                    land_code=fields["LAND_CODE"],
                    usage=fields["LAND_USAGE"],
                    years=int(fields["LEND_AGE_LIMIT"].removesuffix("年")),
                    firm=firm_of[code],
                    hectares=float(fields["LAND_AREA"]) / len(codes),
                    is_joint=len(codes) > 1,
                )
                for code in codes
                if code in firm_of
            ]
    return deals


def build_parcels(
    seed: int, zones: list[Zone], enterprises: Enterprises, life: Life, revenue: np.ndarray, deals: list[Deal]
) -> Parcels:
    """The parcels of all enterprises; `revenue` is each one's of 2018 (万元), which sets how much land it holds."""
    drafts = _held_before(seed, zones, enterprises, revenue)
    drafts += _after_moves(zones, life, drafts)
    drafts += _dealt(seed, enterprises, deals)
    holder = np.array([draft.holder for draft in drafts])
    number = np.array([draft.number for draft in drafts])
    zone = np.array([draft.zone for draft in drafts])
    area = np.round([draft.area for draft in drafts], 4)
    floors = 0.5 + 1.1 * chance(seed, "land/floors", number)
    leased = np.array([draft.tenure == LEASED for draft in drafts])
    days = _days(seed, life, drafts, holder, number, zone == life.home[holder])
    years = np.where(leased, 7 + number // 1_000 % 4, [draft.years for draft in drafts])
    return Parcels(
        seed=seed,
        number=number,
        parcel_id=[f"ZD{zones[z].zone_id}{n:010d}" for z, n in zip(zone.tolist(), number.tolist(), strict=True)],
        zone=zone,
        holder=holder,
        next_holder=np.where(days[:, CHANGED_HANDS] < NEVER, life.absorbed_by[holder], -1),
        contract_no=[draft.contract_no for draft in drafts],
        land_code=[draft.land_code for draft in drafts],
        tenure=[draft.tenure for draft in drafts],
        usage=[draft.usage for draft in drafts],
        area=area,
        building=np.round(area * 2_000.0 / 3.0 * floors, 0),
        until=days[:, CONTRACTED] + np.floor(years * 365.25).astype(np.int64) - 1,
        disagreement=[draft.disagreement for draft in drafts],
        days=days,
    )


def _held_before(seed: int, zones: list[Zone], enterprises: Enterprises, revenue: np.ndarray) -> list[_Draft]:
    """What the enterprises held when the platform opened: land for the sales of 2018, in parcels of usual size."""
    count = len(enterprises)
    one = np.arange(count)
    zone_keys = [int(zone.zone_id) for zone in zones]
    normal = stream(seed, "land", count).normal(0.0, 1.0, count)
    of_zone = np.array([stream(seed, "land", key).normal(0.0, _ZONE_SPREAD) for key in zone_keys])
    wanted = revenue / (_REVENUE_PER_MU * np.exp(of_zone[enterprises.zone] + _FIRM_SPREAD * normal))
    parts = np.clip(np.ceil(wanted / _USUAL_MU), 1, 12).astype(np.int64)
    area = np.clip(wanted / parts, _LEAST_MU, _MOST_MU)
    leases = (chance(seed, "land/leases", one) < _LEASED_SHARE) & (wanted < np.median(wanted))
    allocated = chance(seed, "land/allocated", one) < _ALLOCATED_SHARE
    draw = chance(seed, "land/contracted", one)
    drafts = []
    for firm in range(count):
        tenure = LEASED if leases[firm] else ALLOCATED if allocated[firm] else GRANTED
        first = max(enterprises.established[firm].toordinal() + 20, ordinal(2014 if tenure == LEASED else 2006))
        latest = min(first + 1_600, ordinal(2017, 11, 20))
        for part in range(int(parts[firm])):
            contracted = first + int((latest - first) * ((float(draw[firm]) + 0.31 * part) % 1.0))
            drafts.append(
                _old_parcel(zones, int(enterprises.zone[firm]), firm, part, tenure, float(area[firm]), contracted)
            )
    return drafts


def _old_parcel(
    zones: list[Zone], place: int, firm: int, part: int, tenure: str, area: float, contracted: int
) -> _Draft:
    zone, day = zones[place], date.fromordinal(contracted)
    number = firm * 1_000 + part * 10
    lease = tenure == LEASED
    return _Draft(
        number=number,
        zone=place,
        holder=firm,
        contract_no=f"{'ZL' if lease else ''}{zone.place_code}{day:%Y%m%d}{number % 9_000 + 1_000:04d}",
        land_code=f"{zone.short_name[:2]}厂房{firm:05d}-{part + 1}" if lease
        else f"D{zone.short_name[:2]}{day.year}-{firm % 900 + 100}-{part + 1:03d}",
        tenure=tenure,
        usage=_USES[(firm + part) % len(_USES)],
        area=area * (0.97 + 0.06 * ((firm * 7 + part * 3) % 11) / 10),
        contracted=contracted,
    )  # fmt: skip


def _after_moves(zones: list[Zone], life: Life, held: list[_Draft]) -> list[_Draft]:
    """An enterprise that moves leases in its new zone what it leaves in the old one."""
    area: dict[int, float] = {}
    for draft in held:
        area[draft.holder] = area.get(draft.holder, 0.0) + draft.area
    drafts = []
    for firm in life.movers:
        contracted = int(life.moved_on[firm].astype(np.int64)) + _EPOCH - 10
        draft = _old_parcel(
            zones, int(life.moved_to[firm]), firm, 0, LEASED, min(area[firm] * 0.8, _MOST_MU), contracted
        )
        draft.number += 9
        draft.area = max(draft.area, _LEAST_MU)
        drafts.append(draft)
    return drafts


def _dealt(seed: int, enterprises: Enterprises, deals: list[Deal]) -> list[_Draft]:
    """The parcels of the exchange's deals, with the disagreements planted."""
    number = 1_000_000_000 + np.arange(len(deals)) * 10
    draw = chance(seed, "land/disagreement", number)
    size = chance(seed, "land/measured", number)
    lag = (3 + 24 * chance(seed, "land/contract", number)).astype(np.int64)
    bounds = np.cumsum(list(DISAGREEMENTS.values()))
    kinds = [*DISAGREEMENTS, ""]
    drafts = []
    for i, deal in enumerate(deals):
        kind = kinds[int(np.searchsorted(bounds, draw[i], "right"))]
        if kind == "missing":
            continue
        draft = _Draft(
            number=int(number[i]),
            zone=int(enterprises.zone[deal.firm]),
            holder=deal.firm,
            contract_no=deal.deal_code,
            land_code=deal.land_code,
            tenure=GRANTED,
            usage=deal.usage,
            area=deal.hectares * MU_PER_HECTARE,
            contracted=deal.day.toordinal() + int(lag[i]),
            years=deal.years,
        )
        _depart(draft, kind, deal, float(size[i]), enterprises)
        drafts.append(draft)
    return drafts


def _depart(draft: _Draft, kind: str, deal: Deal, draw: float, enterprises: Enterprises) -> None:
    """Change the parcel as its disagreement says; where that is impossible it stays right."""
    if kind == "area":
        draft.area *= 1.0 + (0.03 + 0.09 * draw) * (1 if draw > 0.4 else -1)
    elif kind == "unit" and not deal.is_joint:
        draft.area /= MU_PER_HECTARE
    elif kind == "holder":
        start, end = np.searchsorted(enterprises.zone, [enterprises.zone[deal.firm], enterprises.zone[deal.firm] + 1])
        other = int(start + (deal.firm - start + 1) % (end - start))
        if other == deal.firm:
            return
        draft.holder = other
    elif kind == "code" and draft.contract_no[-2] != draft.contract_no[-1]:
        draft.contract_no = draft.contract_no[:-2] + draft.contract_no[:-3:-1]
    else:
        return
    draft.disagreement = kind


def _days(
    seed: int, life: Life, drafts: list[_Draft], holder: np.ndarray, number: np.ndarray, at_home: np.ndarray
) -> np.ndarray:
    """Contract, delivery, idleness, and the end: an enterprise that ends or moves leaves its land within months."""
    days = np.full((len(drafts), len(EVENTS)), NEVER, dtype=np.int64)
    days[:, CONTRACTED] = [draft.contracted for draft in drafts]
    days[:, DELIVERED] = days[:, CONTRACTED] + 5 + (90 * chance(seed, "land/delivered", number)).astype(np.int64)
    idle = chance(seed, "land/idle", number) < _IDLE_SHARE
    since = np.maximum(days[:, DELIVERED] + 240, ordinal(2017, 6, 1))
    since = since + (700 * chance(seed, "land/idle since", number)).astype(np.int64)
    days[:, IDLE] = np.where(idle, since, NEVER)
    wait = 20 + (90 * chance(seed, "land/wait", number)).astype(np.int64)
    ended = np.where(np.isnat(life.ended_on), NEVER, life.ended_on.astype(np.int64) + _EPOCH)[holder]
    gone = np.where(np.isnat(life.moved_on), NEVER, life.moved_on.astype(np.int64) + _EPOCH)[holder]
    # What the exchange sold to an enterprise afterwards is not touched by its end or its move.
    ended = np.where(days[:, DELIVERED] < ended, ended, NEVER)
    gone = np.where((days[:, DELIVERED] < gone) & at_home, gone, NEVER)
    merged = np.array([life.ending[firm] == MERGED for firm in holder.tolist()])
    days[:, CHANGED_HANDS] = np.where(merged & (ended < NEVER), ended + wait, NEVER)
    leaves = np.minimum(np.where(merged, NEVER, ended), gone)
    days[:, RETURNED] = np.where(leaves < NEVER, leaves + wait, NEVER)
    days[:, IDLE] = np.where(
        days[:, IDLE] < np.minimum(days[:, RETURNED], days[:, CHANGED_HANDS]), days[:, IDLE], NEVER
    )
    return days
