"""The life of the enterprises: who moves to another zone, is absorbed, deregistered or revoked, and on which day.

Every other module asks here, so that the platform, the register and the figures tell one story. An enterprise moves at
most once and ends at most once. Those that hold a permit for an outlet, carry an innovation platform or a high-tech
certificate, or stand for a zone's sewage works stay where they are; a merger only joins enterprises of one zone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from sandbox.province.calibration import (
    DEREGISTERED_PER_YEAR,
    MERGERS_PER_YEAR,
    MOVES_PER_YEAR,
    REVOKED_PER_YEAR,
)
from sandbox.province.enterprises import ROADS, Enterprises
from sandbox.province.filing import noticed
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.workdays import last_workday
from sandbox.province.zones import Zone

MERGED, DEREGISTERED, REVOKED = "merged", "deregistered", "revoked"
_NEVER = np.datetime64("NaT", "D")
_YEARS = 3


@dataclass(frozen=True)
class Life:
    """Parallel columns, one entry per enterprise; days are datetime64[D], NaT where it never happens.

    `home` is the zone at the start, `moved_to` the zone after `moved_on` (-1: none), `ending` one of MERGED,
    DEREGISTERED, REVOKED or "", `absorbed_by` the enterprise that takes a merged one in (-1: none).
    """

    home: np.ndarray
    moved_on: np.ndarray
    moved_to: np.ndarray
    new_address: dict[int, str]
    ended_on: np.ndarray
    ending: list[str]
    absorbed_by: np.ndarray

    def zone_on(self, day: date) -> np.ndarray:
        """The zone of each enterprise at the end of a day."""
        return np.where(self.moved_on <= np.datetime64(day), self.moved_to, self.home)

    def zone_of(self, firm: int, day: date) -> int:
        """The zone (index) of one enterprise at the end of a day."""
        return int(self.moved_to[firm] if self.moved_on[firm] <= np.datetime64(day) else self.home[firm])

    def alive_on(self, day: date) -> np.ndarray:
        """Which enterprises have not ended by the end of a day."""
        return ~(self.ended_on <= np.datetime64(day))

    def owner_on(self, firm: int, day: date) -> int:
        """Who holds on a day what the enterprise had: itself, or whoever absorbed it by then."""
        while self.ending[firm] == MERGED and self.ended_on[firm] <= np.datetime64(day):
            firm = int(self.absorbed_by[firm])
        return firm

    @cached_property
    def alive_from(self) -> np.ndarray:
        """First moment without the enterprise as datetime64[s]; far in the future where it does not end."""
        far = np.datetime64("2100-01-01", "D")
        return np.where(np.isnat(self.ended_on), far, self.ended_on).astype("datetime64[s]")

    @cached_property
    def movers(self) -> list[int]:
        """Enterprises that move, by day."""
        found = np.flatnonzero(~np.isnat(self.moved_on))
        return found[np.argsort(self.moved_on[found], kind="stable")].tolist()

    @cached_property
    def ended(self) -> list[int]:
        """Enterprises that end, by day."""
        found = np.flatnonzero(~np.isnat(self.ended_on))
        return found[np.argsort(self.ended_on[found], kind="stable")].tolist()


def build_life(seed: int, zones: list[Zone], enterprises: Enterprises, settled: set[int]) -> Life:
    """The life of all enterprises; `settled` (indices) neither move nor end."""
    count = len(enterprises)
    rng = stream(seed, "life", count)
    early = enterprises.recorded_at < np.datetime64(FIRST_DAY)
    free = early & ~enterprises.steady & (enterprises.weight < np.quantile(enterprises.weight, 0.7))
    free[list(settled)] = False
    # The first enterprise of a zone is its sewage works.
    free[np.searchsorted(enterprises.zone, np.arange(len(zones)))] = False
    pool = rng.permutation(np.flatnonzero(free))
    moved_on, ended_on = np.full(count, _NEVER), np.full(count, _NEVER)
    moved_to, absorbed_by = np.full(count, -1), np.full(count, -1)
    ending = [""] * count
    for kind, rate in ((DEREGISTERED, DEREGISTERED_PER_YEAR), (REVOKED, REVOKED_PER_YEAR), (MERGED, MERGERS_PER_YEAR)):
        chosen, pool = _taken(pool, rate, count)
        ended_on[chosen] = _days(rng, len(chosen))
        for firm in chosen.tolist():
            ending[firm] = kind
    for firm in np.flatnonzero([kind == MERGED for kind in ending]).tolist():
        absorbed_by[firm] = _absorber(enterprises, ending, firm)
    movers, _ = _taken(pool, MOVES_PER_YEAR, count)
    moved_on[movers] = _days(rng, len(movers))
    moved_to[movers] = (enterprises.zone[movers] + 1 + rng.integers(0, len(zones) - 1, len(movers))) % len(zones)
    addresses = {firm: _address(zones[moved_to[firm]], int(rng.integers(0, 100_000))) for firm in movers.tolist()}
    return Life(enterprises.zone, moved_on, moved_to, addresses, ended_on, ending, absorbed_by)


def _taken(pool: np.ndarray, per_year: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first enterprises of the pool for one kind of event (at least two), and the rest."""
    wanted = max(2, round(per_year * count * _YEARS))
    return pool[:wanted], pool[wanted:]


def _days(rng: np.random.Generator, count: int) -> np.ndarray:
    span = (LAST_DAY - FIRST_DAY).days
    days = rng.integers(20, span - 25, count)
    drawn = [FIRST_DAY + timedelta(days=int(day)) for day in days]
    return np.array([last_workday(day) for day in drawn], dtype="datetime64[D]")


def _absorber(enterprises: Enterprises, ending: list[str], firm: int) -> int:
    """The largest enterprise of the same zone that does not end; every zone has one."""
    here = np.flatnonzero(enterprises.zone == enterprises.zone[firm])
    alive = [other for other in here.tolist() if not ending[other]]
    return max(alive, key=lambda other: (float(enterprises.weight[other]), -other))


def _address(zone: Zone, draw: int) -> str:
    return f"江西省{zone.city_name}{zone.short_name}{ROADS[draw % len(ROADS)]}{draw // 10 % 998 + 1}号"


@dataclass(frozen=True)
class EnterpriseVersion:
    """One version of an enterprise's record on the smart-zone platform; `state` is one of ENTERPRISE_STATES."""

    firm: int
    zone: int
    address: str
    state: str
    recorded_at: datetime


# What the platform calls the state of an enterprise.
ENTERPRISE_STATES = {"": "1", DEREGISTERED: "2", REVOKED: "3", MERGED: "4"}


def enterprise_versions(enterprises: Enterprises, life: Life) -> list[EnterpriseVersion]:
    """The versions that follow the first one of each enterprise: two to eight days after it moved or ended."""
    versions = []
    for firm in life.movers:
        at = noticed(life.moved_on[firm].astype(date), firm)
        versions.append(EnterpriseVersion(firm, int(life.moved_to[firm]), life.new_address[firm], "1", at))
    for firm in life.ended:
        at = noticed(life.ended_on[firm].astype(date), firm)
        state = ENTERPRISE_STATES[life.ending[firm]]
        versions.append(EnterpriseVersion(firm, int(life.home[firm]), enterprises.address[firm], state, at))
    return sorted(versions, key=lambda version: (version.recorded_at, version.firm))
