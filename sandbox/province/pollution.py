"""Hourly concentrations at every outlet: below the limit, but for episodes at the outlets that are prone to them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.outlets import FACTORS, PROFILES, Limit, Outlets
from sandbox.province.randomness import chance, stream

# An outlet that is prone to exceed a limit has one episode of one to four days in every such span.
EPISODE_SPAN_DAYS = 40
_HOURS = 24


@dataclass(frozen=True)
class DeviceDay:
    """Hourly values of all devices of one profile: arrays of devices x 24 x factors.

    `converted` is the concentration at the reference oxygen content (gas), `amount` m3 for a flow and kg else.
    """

    device: np.ndarray
    profile: str
    average: np.ndarray
    low: np.ndarray
    high: np.ndarray
    converted: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True)
class _Group:
    device: np.ndarray
    profile: str
    limit: np.ndarray
    median: np.ndarray
    prone: np.ndarray


@dataclass(frozen=True)
class Pollution:
    """The pollution model; call `day` for the values of one day."""

    seed: int
    outlets: Outlets
    groups: tuple[_Group, ...]

    def day(self, day: date) -> list[DeviceDay]:
        """The day's hourly values, one entry per profile."""
        return [self._group_day(group, day) for group in self.groups]

    def _group_day(self, group: _Group, day: date) -> DeviceDay:
        rng = stream(self.seed, "hourly", group.profile, day.toordinal())
        shape = (len(group.device), _HOURS, len(PROFILES[group.profile]))
        regular = group.median * np.exp(0.18 * np.clip(rng.normal(size=group.median.shape), -2.2, 2.2))
        level = np.where(self._in_episode(group, day), group.limit * rng.uniform(1.15, 2.3, regular.shape), regular)
        hourly = level[:, None, :] * np.exp(0.12 * rng.normal(size=shape) - 0.0072)
        factors = PROFILES[group.profile]
        season = 1.0 + 0.15 * np.sin(np.arange(_HOURS) / _HOURS * 2 * np.pi - 1.9)
        flow = self.outlets.flow[group.device][:, None] * season * np.exp(0.10 * rng.normal(size=shape[:2]))
        if factors[0] == "a00000":
            return self._gas(group, hourly, flow, rng)
        return self._water(group, hourly, flow, rng)

    def _in_episode(self, group: _Group, day: date) -> np.ndarray:
        block, place = divmod(day.toordinal(), EPISODE_SPAN_DAYS)
        columns = len(PROFILES[group.profile])
        key = (group.device[:, None] * 16 + np.arange(columns)) * 100_000 + block
        start = np.floor(chance(self.seed, "episode_start", key) * (EPISODE_SPAN_DAYS - 4))
        length = 1 + np.floor(chance(self.seed, "episode_length", key) * 4)
        return group.prone & (place >= start) & (place < start + length)

    def _water(self, group: _Group, hourly: np.ndarray, flow: np.ndarray, rng: np.random.Generator) -> DeviceDay:
        average = hourly
        average[:, :, 0] = flow
        # pH barely moves within a day.
        average[:, :, 1] = group.median[:, None, 1] + 0.15 * rng.normal(size=flow.shape)
        low, high = _range(average, rng)
        low[:, :, 1], high[:, :, 1] = average[:, :, 1] - 0.08, average[:, :, 1] + 0.09
        amount = average * flow[:, :, None] * 3600e-6
        amount[:, :, 0] = flow * 3.6
        return DeviceDay(group.device, group.profile, average, low, high, average, amount)

    def _gas(self, group: _Group, hourly: np.ndarray, flow: np.ndarray, rng: np.random.Generator) -> DeviceDay:
        reference = self.outlets.reference_oxygen[group.device][:, None]
        oxygen = np.clip(reference + 1.5 + 0.6 * rng.normal(size=flow.shape), 1.0, 15.0)
        converted = hourly
        average = converted * ((21.0 - oxygen) / (21.0 - reference))[:, :, None]
        average[:, :, 0], average[:, :, 4] = flow, oxygen
        low, high = _range(average, rng)
        amount = average * flow[:, :, None] * 3600e-6
        amount[:, :, 0] = flow * 3600.0
        return DeviceDay(group.device, group.profile, average, low, high, converted, amount)


def _range(average: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    spread = rng.random((2, *average.shape))
    return average * (1.0 - 0.25 * spread[0]), average * (1.0 + 0.35 * spread[1])


def build_pollution(seed: int, outlets: Outlets, limits: list[Limit]) -> Pollution:
    """The model of all outlets, calibrated to the tightest limit that each has or will have."""
    tightest: dict[tuple[int, str], float] = {}
    for limit in limits:
        key = (limit.outlet, limit.factor)
        tightest[key] = min(limit.upper, tightest.get(key, limit.upper))
    prone = _prone(seed, tightest)
    groups = []
    for profile, factors in PROFILES.items():
        device = np.array([i for i, own in enumerate(outlets.profile) if own == profile], dtype=np.int64)
        if len(device) == 0:
            continue
        limit_of = np.array([[tightest.get((d, f), np.nan) for f in factors] for d in device.tolist()])
        ratio = np.array([FACTORS[f].median_ratio if f in FACTORS else 1.0 for f in factors])
        rng = stream(seed, "median", profile, len(outlets))
        scatter = np.clip(ratio * np.exp(0.35 * rng.normal(size=limit_of.shape)), 0.02, 0.60)
        if factors[0] == "w00000":
            scatter[:, 1] = rng.normal(7.4, 0.25, len(device)) / 9.0
        prone_of = np.array([[(d, f) in prone for f in factors] for d in device.tolist()])
        groups.append(_Group(device, profile, limit_of, limit_of * scatter, prone_of))
    return Pollution(seed, outlets, tuple(groups))


def _prone(seed: int, tightest: dict[tuple[int, str], float]) -> set[tuple[int, str]]:
    """The measured share of the outlets of each pollutant, chosen by name."""
    chosen: set[tuple[int, str]] = set()
    for factor, model in FACTORS.items():
        owners = sorted(outlet for outlet, own in tightest if own == factor)
        order = np.argsort(chance(seed, f"prone/{factor}", np.array(owners, dtype=np.int64)))
        chosen |= {(owners[i], factor) for i in order[: round(model.exceeding_share * len(owners))].tolist()}
    return chosen
