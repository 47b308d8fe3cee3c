"""The register of market entities: versions of their registrations, and what was changed from one to the next."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.calibration import CHANGES_PER_YEAR
from sandbox.province.enterprises import Enterprises
from sandbox.province.filing import office_time
from sandbox.province.life import MERGED, REVOKED, Life
from sandbox.province.randomness import stream
from sandbox.province.region_history import changes_between, code_on, name_on
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.versions import in_time
from sandbox.province.workdays import next_workday, ordinals_on_workdays
from sandbox.province.zones import Zone, region_names

IN_BUSINESS, REVOKED_STATE, CANCELLED = "在营", "吊销", "注销"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红鹏辉"


@dataclass(frozen=True)
class Registration:
    """One version of one entity's registration; capital in 万元, `region` 6 or 9 digits."""

    entity: int
    state: str
    representative: str
    address: str
    capital: float
    approved: date
    region: str
    authority: str
    recorded_at: datetime

    @property
    def identity(self) -> int:
        return self.entity


@dataclass(frozen=True)
class RegistrationChange:
    """One item that was changed in a registration, as texts before and after."""

    change_id: str
    entity: int
    item: str
    before: str
    after: str
    changed: date
    authority: str
    recorded_at: datetime

    @property
    def identity(self) -> str:
        return self.change_id


@dataclass(frozen=True)
class CreditRegister:
    """All versions by time of record; `registration_id` has one entry per entity."""

    registration_id: list[str]
    registrations: list[Registration]
    changes: list[RegistrationChange]


def build_register(seed: int, zones: list[Zone], enterprises: Enterprises, life: Life) -> CreditRegister:
    """The register of the enterprises from before 2018 to the end of 2020."""
    registrations = _Registry(seed, zones, enterprises, life).versions()
    return CreditRegister(
        registration_id=[f"{code[2:8]}{i:010d}" for i, code in enumerate(enterprises.credit_code, 1)],
        registrations=registrations,
        changes=_changes(registrations, enterprises, life),
    )


def authority_name(zone: Zone, day: date) -> str:
    """Who registers the entities of a zone: the zone's own office where it has one, else that of the place."""
    if zone.registry_code:
        return f"{zone.short_name}市场监督管理局"
    return f"{name_on(region_names()[zone.place_code], zone.place_code, day)}市场监督管理局"


def region_of(zone: Zone, day: date) -> str:
    """The region that the register states for an address in the zone: of 6 digits or with a street's three more."""
    return code_on(zone.place_code, day) + ("001" if int(zone.zone_id) % 3 else "")


def _person(draw: int) -> str:
    given = _GIVEN[draw // 20 % 30] + ("" if draw % 3 else _GIVEN[draw // 600 % 30])
    return _SURNAMES[draw % 20] + given


@dataclass(frozen=True)
class _Registry:
    """Makes the versions: life's events, changes of regions, and what enterprises change of their own accord."""

    seed: int
    zones: list[Zone]
    enterprises: Enterprises
    life: Life

    def versions(self) -> list[Registration]:
        """Every version by time of record; at most one for an entity and day."""
        rng = stream(self.seed, "registrations", len(self.enterprises))
        current = self._first_versions(rng)
        versions = list(current.values())
        events = self._life_events() | self._region_events()
        # What the law or life brings about comes before a change of choice on the same day.
        events |= {key: draw for key, draw in self._chosen_changes(rng).items() if key not in events}
        for (day, entity), draw in sorted(events.items()):
            before = current[entity]
            if before.state == IN_BUSINESS and before.recorded_at.toordinal() < day:
                current[entity] = self._changed(before, date.fromordinal(day), draw)
                versions.append(current[entity])
        return in_time(versions)

    def _first_versions(self, rng: np.random.Generator) -> dict[int, Registration]:
        firms = self.enterprises
        draws = rng.integers(0, 1_000_000, len(firms)).tolist()
        found = {}
        for i, born in enumerate(firms.established):
            at = next_workday(max(born + timedelta(days=40), date(2017, 6, 1) + timedelta(days=draws[i] % 200)))
            zone = self.zones[self.life.home[i]]
            found[i] = Registration(
                entity=i,
                state=IN_BUSINESS,
                representative=_person(draws[i]),
                address=firms.address[i],
                capital=float(firms.capital[i]),
                approved=next_workday(born + timedelta(days=draws[i] % 30)),
                region=region_of(zone, at),
                authority=authority_name(zone, at),
                recorded_at=office_time(at, draws[i]),
            )
        return found

    def _life_events(self) -> dict[tuple[int, int], int]:
        """(day, entity) -> no draw, for moves and ends."""
        life = self.life
        moves = {(life.moved_on[firm].astype(date).toordinal(), firm): -1 for firm in life.movers}
        ends = {(life.ended_on[firm].astype(date).toordinal(), firm): -1 for firm in life.ended}
        return moves | ends

    def _region_events(self) -> dict[tuple[int, int], int]:
        """The register states the new code of a county from the day of its change on."""
        found: dict[tuple[int, int], int] = {}
        for change in changes_between(FIRST_DAY, LAST_DAY):
            zone_of = self.life.zone_on(change.effective)
            for z, zone in enumerate(self.zones):
                if region_of(zone, change.effective) != region_of(zone, change.effective - timedelta(days=1)):
                    members = np.flatnonzero(zone_of == z).tolist()
                    found |= {(change.effective.toordinal(), entity): -1 for entity in members}
        return found

    def _chosen_changes(self, rng: np.random.Generator) -> dict[tuple[int, int], int]:
        """(day, entity) -> draw of a change of capital, representative or address."""
        count = len(self.enterprises)
        first, last = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
        number = rng.poisson(CHANGES_PER_YEAR * count * (last - first) / 365.0)
        days, entities = rng.integers(first + 4, last - 3, number), rng.integers(0, count, number)
        draws, days = rng.integers(0, 1_000_000, number), ordinals_on_workdays(days)
        return dict(zip(zip(days.tolist(), entities.tolist(), strict=True), draws.tolist(), strict=True))

    def _changed(self, before: Registration, day: date, draw: int) -> Registration:
        entity, life = before.entity, self.life
        zone = self.zones[life.zone_of(entity, day)]
        at = office_time(day, draw if draw >= 0 else entity * 37 + day.toordinal())
        placed = replace(
            before, approved=day, recorded_at=at, region=region_of(zone, day), authority=authority_name(zone, day)
        )
        if life.ended_on[entity] == np.datetime64(day):
            return replace(placed, state=REVOKED_STATE if life.ending[entity] == REVOKED else CANCELLED)
        if life.moved_on[entity] == np.datetime64(day):
            return replace(placed, address=life.new_address[entity])
        if draw < 0:
            return placed
        kind = draw % 100
        if kind < 42:
            return replace(placed, capital=round(before.capital * (1.5 if draw % 2 else 2.0), 2))
        if kind < 68:
            return replace(placed, representative=_person(draw // 3))
        return replace(placed, address=before.address.partition("号")[0] + f"号{draw % 30 + 1}栋")


def _changes(versions: list[Registration], enterprises: Enterprises, life: Life) -> list[RegistrationChange]:
    """What each version changed of the one before it, and what a merger brought to the enterprise that stays."""
    found: list[RegistrationChange] = []
    latest: dict[int, Registration] = {}
    for version in versions:
        before = latest.get(version.entity)
        if before is not None:
            found += _differences(before, version)
            if version.state == CANCELLED and life.ending[version.entity] == MERGED:
                found.append(_merger(version, enterprises, life))
        latest[version.entity] = version
    return in_time(found)


def _differences(before: Registration, after: Registration) -> list[RegistrationChange]:
    items = (
        ("注册资本(金)变更", f"{before.capital:.2f}万元", f"{after.capital:.2f}万元"),
        ("法定代表人变更", before.representative, after.representative),
        ("住所变更", before.address, after.address),
        ("住所所在行政区划变更", before.region, after.region),
        ("登记机关变更", before.authority, after.authority),
        ("登记状态变更", before.state, after.state),
    )
    return [
        RegistrationChange(
            f"BG{after.recorded_at:%Y%m%d}{after.entity:06d}{number}", after.entity, item, old, new, after.approved,
            after.authority, after.recorded_at,
        )
        for number, (item, old, new) in enumerate(items, 1) if old != new
    ]  # fmt: skip


def _merger(absorbed: Registration, enterprises: Enterprises, life: Life) -> RegistrationChange:
    return RegistrationChange(
        f"BG{absorbed.recorded_at:%Y%m%d}{absorbed.entity:06d}7", int(life.absorbed_by[absorbed.entity]), "吸收合并",
        "", f"吸收合并{enterprises.name[absorbed.entity]}", absorbed.approved, absorbed.authority, absorbed.recorded_at,
    )  # fmt: skip
