"""The register of market entities: versions of registrations and listings as operating abnormally."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.zones import Zone, region_names

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红鹏辉"
_REASONS = (
    "通过登记的住所或者经营场所无法联系",
    "未按照规定的期限公示年度报告",
    "公示企业信息隐瞒真实情况、弄虚作假",
)
_CHANGES_PER_YEAR = 0.25
_LISTINGS_PER_YEAR = 0.03


@dataclass(frozen=True)
class Registration:
    """One version of one entity's registration; capital in 万元."""

    entity: int
    state: str
    representative: str
    address: str
    capital: float
    approved: date
    recorded_at: datetime


@dataclass(frozen=True)
class Listing:
    """One version of one listing as operating abnormally."""

    listing_id: str
    entity: int
    reason: str
    listed: date
    removed: date | None
    recorded_at: datetime


@dataclass(frozen=True)
class CreditRegister:
    """All versions by time of record; `authority_name` and `region` have one entry per entity."""

    enterprises: Enterprises
    registration_id: list[str]
    authority_name: list[str]
    region: list[str]
    registrations: list[Registration]
    listings: list[Listing]


def build_register(seed: int, zones: list[Zone], enterprises: Enterprises) -> CreditRegister:
    """The register of the enterprises from before 2018 to the end of 2020."""
    names = region_names()
    count = len(enterprises)
    offices = [f"{zones[z].short_name}市场监督管理局" if zones[z].registry_code else
               f"{names[zones[z].place_code]}市场监督管理局" for z in enterprises.zone.tolist()]  # fmt: skip
    return CreditRegister(
        enterprises=enterprises,
        registration_id=[f"{code[2:8]}{i:010d}" for i, code in enumerate(enterprises.credit_code, 1)],
        authority_name=offices,
        region=[zones[z].place_code + ("001" if z % 3 else "") for z in enterprises.zone.tolist()],
        registrations=_registrations(seed, count, enterprises),
        listings=_listings(seed, count),
    )


def _person(draw: int) -> str:
    given = _GIVEN[draw // 20 % 30] + ("" if draw % 3 else _GIVEN[draw // 600 % 30])
    return _SURNAMES[draw % 20] + given


def _event_days(rng: np.random.Generator, count: int, per_year: float) -> list[tuple[int, int]]:
    """(day ordinal, entity) of random events within the span, in order."""
    first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    number = rng.poisson(per_year * count * (last - first) / 365.0)
    days = rng.integers(first + 4, last - 3, number)
    entities = rng.integers(0, count, number)
    order = np.lexsort((entities, days))
    return list(zip(days[order].tolist(), entities[order].tolist(), strict=True))


def _registrations(seed: int, count: int, enterprises: Enterprises) -> list[Registration]:
    rng = stream(seed, "registrations", count)
    draws = rng.integers(0, 1_000_000, count).tolist()
    current = {
        i: Registration(
            entity=i,
            state="在营",
            representative=_person(draws[i]),
            address=enterprises.address[i],
            capital=float(enterprises.capital[i]),
            approved=born + timedelta(days=draws[i] % 30),
            recorded_at=_base_record(born, draws[i]),
        )
        for i, born in enumerate(enterprises.established)
    }
    versions = list(current.values())
    for day, entity in _event_days(rng, count, _CHANGES_PER_YEAR):
        if current[entity].state != "在营":
            continue
        current[entity] = _changed(current[entity], date.fromordinal(day), int(rng.integers(0, 1_000_000)))
        versions.append(current[entity])
    return sorted(versions, key=lambda version: (version.recorded_at, version.entity))


def _base_record(established: date, draw: int) -> datetime:
    at = max(established + timedelta(days=40), date(2017, 6, 1) + timedelta(days=draw % 200))
    return datetime(at.year, at.month, at.day, 9 + draw % 8, draw // 7 % 60, draw // 11 % 60)


def _changed(before: Registration, day: date, draw: int) -> Registration:
    at = datetime(day.year, day.month, day.day, 9 + draw % 8, draw // 7 % 60, draw // 11 % 60)
    kind = draw % 100
    if kind < 40:
        changed = replace(before, capital=round(before.capital * (1.5 if draw % 2 else 2.0), 2))
    elif kind < 65:
        changed = replace(before, representative=_person(draw // 3))
    elif kind < 96:
        changed = replace(before, address=before.address.rstrip("号") + f"号{draw % 30 + 1}栋")
    else:
        changed = replace(before, state="注销" if kind < 99 else "吊销")
    return replace(changed, approved=day, recorded_at=at)


def _listings(seed: int, count: int) -> list[Listing]:
    rng = stream(seed, "listings", count)
    versions = []
    for serial, (day, entity) in enumerate(_event_days(rng, count, _LISTINGS_PER_YEAR), 1):
        draw = int(rng.integers(0, 1_000_000))
        listed = date.fromordinal(day)
        at = datetime(listed.year, listed.month, listed.day, 10 + draw % 7, draw // 7 % 60, draw // 11 % 60)
        first = Listing(f"YC{listed:%Y%m%d}{serial:06d}", entity, _REASONS[draw % 3], listed, None, at)
        versions.append(first)
        removed = listed + timedelta(days=30 + draw % 300)
        if draw % 10 < 6 and removed <= LAST_DAY:
            versions.append(replace(first, removed=removed, recorded_at=at + (removed - listed)))
    return sorted(versions, key=lambda version: (version.recorded_at, version.listing_id))
