"""The monitoring platform: hourly HJ 212-2017 packets, one gzip file per hour and prefecture."""

import gzip
from datetime import date

import numpy as np

from sandbox.dirt import Dirt
from sandbox.interfaces.files import BuiltFile, shortened
from sandbox.interfaces.hj212 import crc16, packet, segments
from sandbox.province.model import Province
from sandbox.province.pollution import DeviceDay
from sandbox.province.randomness import stream

# Shares of the flags in an episode: fault, maintenance, calibration, standstill.
_EPISODE_FLAGS = {"D": 0.40, "M": 0.25, "C": 0.20, "F": 0.15}


def build_hourly(province: Province, dirt: Dirt, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The day's files, ordered by hour and prefecture; `keep` may cut them to a share of their packets."""
    outlets = province.outlets
    count = len(outlets)
    rng = stream(province.seed, "transmission", day.toordinal())
    flags = _flags(rng, count, dirt.flag_episode)
    delay = rng.integers(1_000, 240_000, (count, 24))
    missing = rng.random((count, 24)) < dirt.missing_hour
    repeated = rng.random((count, 24)) < dirt.duplicate_packet
    spoiled = rng.random((2, count, 24))
    body: list[bytes] = [b""] * (count * 24)
    for values in province.pollution.day(day):
        own = segments(
            day,
            _as_flagged(values, flags),
            [outlets.mn[i] for i in values.device],
            flags[values.device],
            delay[values.device],
        )
        for place, device in enumerate(values.device.tolist()):
            body[device * 24 : device * 24 + 24] = own[place * 24 : place * 24 + 24]
    packets = _packets(body, spoiled.reshape(2, -1), dirt)
    return _files(province, day, packets, missing.reshape(-1), repeated.reshape(-1), keep.get("hourly_report"))


def _flags(rng: np.random.Generator, count: int, episode_rate: float) -> np.ndarray:
    """One letter per device and hour: N, but for episodes of 1 to 13 hours."""
    struck = rng.random(count) < episode_rate
    first = rng.integers(0, 24, count)[:, None]
    length = rng.integers(1, 14, count)[:, None]
    letter = rng.choice(list(_EPISODE_FLAGS), count, p=list(_EPISODE_FLAGS.values()))[:, None]
    hour = np.arange(24)[None, :]
    return np.where(struck[:, None] & (hour >= first) & (hour < first + length), letter, "N")


def _as_flagged(values: DeviceDay, flags: np.ndarray) -> DeviceDay:
    """A device at a standstill sends zeros, a faulty one sends its last range end."""
    own = flags[values.device]
    if not (own != "N").any():
        return values
    factor = np.where(own == "F", 0.0, np.where(own == "D", 6.5, 1.0))[:, :, None]
    return DeviceDay(
        values.device, values.profile, values.average * factor, values.low * factor, values.high * factor,
        values.converted * factor, values.amount * factor,
    )  # fmt: skip


def _packets(body: list[bytes], spoiled: np.ndarray, dirt: Dirt) -> list[bytes]:
    crc = crc16(body)
    crc = np.where(spoiled[0] < dirt.wrong_crc, crc ^ np.uint16(0x5A3C), crc)
    texts = [f"{value:04X}" for value in crc.tolist()]
    for place in np.flatnonzero(spoiled[1] < dirt.lower_case_crc).tolist():
        texts[place] = texts[place].lower()
    return [packet(segment, text) for segment, text in zip(body, texts, strict=True)]


def _files(
    province: Province, day: date, packets: list[bytes], missing: np.ndarray, repeated: np.ndarray, keep: float | None
) -> list[BuiltFile]:
    city = np.repeat(np.array([int(code) for code in province.outlets.city_code]), 24)
    hour = np.tile(np.arange(24), len(province.outlets))
    order = np.lexsort((city, hour))
    order = order[~missing[order]]
    order = np.repeat(order, 1 + repeated[order])
    bounds = np.flatnonzero(np.diff(hour[order] * 1_000_000 + city[order])) + 1
    files = []
    stamp = day.strftime("%Y%m%d")
    for part in np.split(order, bounds):
        if len(part) == 0:
            continue
        rows = shortened([packets[i] for i in part.tolist()], keep)
        name = f"{stamp}/{city[part[0]]}_{stamp}{hour[part[0]]:02d}.hj212.gz"
        files.append(BuiltFile.of(name, day, gzip.compress(b"".join(rows), 1, mtime=0), len(rows), "changes"))
    return files
