"""What the devices at the outlets know at the end of a day: flags, hours as they send them, the day's report, running times.

The aggregation follows HJ 212-2017: a water period is abnormal as soon as one value in it is; a period of flue gas is
normal from 75 % normal values on, else it counts as faulty (D). The mean of a concentration in water is weighted by the
flow (C = mass / volume), all other means are plain. Only normal hours enter; where there are none, all do.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.outlets import PROFILES, UNREGULATED
from sandbox.province.pollution import DeviceDay, Pollution
from sandbox.province.randomness import chance, stream

NORMAL = "N"
# Shares of the flags in an episode: fault, maintenance, calibration, standstill.
_EPISODE_FLAGS = {"D": 0.40, "M": 0.25, "C": 0.20, "F": 0.15}
_GAS_NORMAL_SHARE = 0.75
_FAULT, _STANDSTILL = "D", "F"
# State of a sub-device (SBxx-RS) by the flag of the last hour: 0 off, 1 running, 2 calibrating, 3 maintenance, 4 alarm.
_STATES = {NORMAL: 1, _STANDSTILL: 0, "C": 2, "M": 3, _FAULT: 4}
MOST_SUB_DEVICES = 4


@dataclass(frozen=True)
class MonitoringDay:
    """One day of all outlets; `flags` has one letter per device and hour."""

    day: date
    flags: np.ndarray
    hours: list[DeviceDay]


def monitoring_day(pollution: Pollution, day: date, episode_rate: float) -> MonitoringDay:
    """The day's hours, rounded as the packets state them; `episode_rate` is the share of devices with a flagged episode."""
    flags = _flags(stream(pollution.seed, "flags", day.toordinal()), len(pollution.outlets), episode_rate)
    return MonitoringDay(day, flags, [_rounded(_as_flagged(values, flags)) for values in pollution.day(day)])


def _flags(rng: np.random.Generator, count: int, episode_rate: float) -> np.ndarray:
    """One letter per device and hour: N, but for episodes of 1 to 13 hours."""
    struck = rng.random(count) < episode_rate
    first = rng.integers(0, 24, count)[:, None]
    length = rng.integers(1, 14, count)[:, None]
    letter = rng.choice(list(_EPISODE_FLAGS), count, p=list(_EPISODE_FLAGS.values()))[:, None]
    hour = np.arange(24)[None, :]
    return np.where(struck[:, None] & (hour >= first) & (hour < first + length), letter, NORMAL)


def _as_flagged(values: DeviceDay, flags: np.ndarray) -> DeviceDay:
    """A device at a standstill sends zeros, a faulty one sends its last range end."""
    own = flags[values.device]
    if not (own != NORMAL).any():
        return values
    factor = np.where(own == _STANDSTILL, 0.0, np.where(own == _FAULT, 6.5, 1.0))[:, :, None]
    return DeviceDay(
        values.device, values.profile, values.average * factor, values.low * factor, values.high * factor,
        values.converted * factor, values.amount * factor,
    )  # fmt: skip


def _rounded(values: DeviceDay) -> DeviceDay:
    arrays = (values.average, values.low, values.high, values.converted, values.amount)
    return DeviceDay(values.device, values.profile, *(np.round(array, 3) for array in arrays))


def day_report(values: DeviceDay, flags: np.ndarray) -> tuple[DeviceDay, np.ndarray]:
    """The day of each device (arrays of devices x 1 x factors) and its flag (devices x 1) from the hours."""
    own = flags[values.device]
    normal = own == NORMAL
    used = np.where(normal.any(axis=1)[:, None], normal, True)[:, :, None]
    weight = used / used.sum(axis=1, keepdims=True)
    is_water = values.profile.startswith("water")
    average = (values.average * weight).sum(axis=1, keepdims=True)
    if is_water:
        volume = np.where(used, values.amount[:, :, :1], 0.0)
        total = volume.sum(axis=1, keepdims=True)
        weighted = (values.average * volume).sum(axis=1, keepdims=True) / np.where(total > 0, total, 1.0)
        mixes = np.array([factor not in UNREGULATED and factor != "w01001" for factor in PROFILES[values.profile]])
        average = np.where(mixes & (total > 0), weighted, average)
    day = DeviceDay(
        device=values.device,
        profile=values.profile,
        average=average,
        low=np.where(used, values.low, np.inf).min(axis=1, keepdims=True),
        high=np.where(used, values.high, -np.inf).max(axis=1, keepdims=True),
        converted=average if is_water else (values.converted * weight).sum(axis=1, keepdims=True),
        amount=np.where(used, values.amount, 0.0).sum(axis=1, keepdims=True),
    )
    return day, _day_flags(own, normal, is_water)[:, None]


def _day_flags(own: np.ndarray, normal: np.ndarray, is_water: bool) -> np.ndarray:
    if is_water:
        first_odd = own[np.arange(len(own)), (~normal).argmax(axis=1)]
        return np.where(normal.all(axis=1), NORMAL, first_odd)
    return np.where(normal.mean(axis=1) >= _GAS_NORMAL_SHARE, NORMAL, _FAULT)


@dataclass(frozen=True)
class SubDevices:
    """Treatment devices (SB01 ...) of every outlet: how many, hours run on a day, state at its end (devices x at most 4)."""

    count: np.ndarray
    hours: np.ndarray
    state: np.ndarray


def sub_devices(seed: int, now: MonitoringDay) -> SubDevices:
    """The first device runs whenever the outlet does; each further one rests for an hour or two more."""
    outlets = np.arange(len(now.flags), dtype=np.int64)
    count = 1 + np.floor(chance(seed, "sub_devices", outlets) * MOST_SUB_DEVICES).astype(np.int64)
    running = (now.flags != _STANDSTILL).sum(axis=1)[:, None].astype(np.float64)
    place = np.arange(MOST_SUB_DEVICES)
    rest = chance(seed, "resting", outlets[:, None] * MOST_SUB_DEVICES + place + now.day.toordinal() * 1_000_000)
    state = np.array([_STATES[letter] for letter in now.flags[:, -1].tolist()], dtype=np.int64)
    return SubDevices(
        count=count,
        hours=np.round(np.clip(running - rest * place, 0.0, 24.0), 1),
        state=np.repeat(state[:, None], MOST_SUB_DEVICES, axis=1),
    )
