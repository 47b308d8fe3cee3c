"""The monitoring platform: packets of HJ 212-2017 as gzip files.

hourly_report: CN=2061, one file per hour and prefecture. daily_report: CN=2031, one file per day and prefecture.
device_status: running times of the day (CN=2041) and the state at its end (CN=2021) of every sub-device, one file per
day and prefecture.
"""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np

from sandbox.dirt import Defect, Dirt
from sandbox.interfaces.built import BuiltFile
from sandbox.interfaces.exceedances import exceedances
from sandbox.interfaces.files import shortened
from sandbox.interfaces.hj212 import segments, sent_after
from sandbox.interfaces.packet_dirt import OF_FRAMES, OF_HOURS, OF_MEANS, Spoiled, Text
from sandbox.interfaces.packet_files import Messages, PacketFile, packet_files
from sandbox.province.model import Province
from sandbox.province.monitoring_day import MonitoringDay, day_report, monitoring_day, sub_devices
from sandbox.province.randomness import chance

__all__ = ["PACKET_FOLDERS", "build_packets", "exceedances", "packet_defects"]

_HOURS = 24
_PACKERS = 2
Kinds = dict[str, Callable[[Text], Spoiled | None]]


def build_packets(province: Province, dirt: Dirt, dataset: str, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The day's files of one dataset; `keep` may cut them to a share of their packets."""
    files = _files(province, dirt, dataset, day)
    packets = [shortened(file.packets, keep.get(dataset)) for file in files]
    # Packing takes as long as everything else and leaves the other core free.
    with ThreadPoolExecutor(_PACKERS) as pool:
        packed = list(pool.map(lambda own: gzip.compress(b"".join(own), 1, mtime=0), packets))
    return [
        BuiltFile.of(file.name, day, content, len(own), "changes")
        for file, own, content in zip(files, packets, packed, strict=True)
    ]


def packet_defects(province: Province, dirt: Dirt, dataset: str, day: date) -> list[Defect]:
    """Everything that is wrong with the packets of one dataset and day: file, and number of the packet in it."""
    return [one for file in _files(province, dirt, dataset, day) for one in file.defects]


def _files(province: Province, dirt: Dirt, dataset: str, day: date) -> list[PacketFile]:
    messages, kinds = _DATASETS[dataset]
    now = monitoring_day(province.pollution, day, dirt.flag_episode)
    return packet_files(messages(province, now, dirt.missing_hour), kinds, dirt, province.seed)


def _hourly(province: Province, now: MonitoringDay, missing_rate: float) -> Messages:
    """One message per device and hour: device by device, sent hour by hour and prefecture by prefecture."""
    count, seed = len(province.outlets), province.seed
    keys = now.day.toordinal() * 10_000_000 + np.arange(count * _HOURS, dtype=np.int64)
    delay = _delays(seed, "hourly_report", keys).reshape(count, _HOURS)
    body: list[bytes] = [b""] * (count * _HOURS)
    for values in now.hours:
        mn = [province.outlets.mn[i] for i in values.device]
        own = segments(now.day, values, mn, now.flags[values.device], delay[values.device])
        for place, device in enumerate(values.device.tolist()):
            body[device * _HOURS : device * _HOURS + _HOURS] = own[place * _HOURS : place * _HOURS + _HOURS]
    cities, city = np.unique(np.array(province.outlets.city_code), return_inverse=True)
    hour = np.tile(np.arange(_HOURS), count)
    file_of = hour * len(cities) + np.repeat(city, _HOURS)
    order = np.argsort(file_of, kind="stable")
    missing = chance(seed, "missing_hour", keys) < missing_rate
    stamp = now.day.strftime("%Y%m%d")
    return Messages(
        dataset="hourly_report",
        segments=body,
        keys=keys,
        names=[f"{stamp}/{code}_{stamp}{hour:02d}.hj212.gz" for hour in range(_HOURS) for code in cities.tolist()],
        file_of=file_of,
        order=order[~missing[order]],
        run=_HOURS,
        next_file={number: number + len(cities) for number in range((_HOURS - 1) * len(cities))},
    )


def _daily(province: Province, now: MonitoringDay, _: float) -> Messages:
    """One message per device."""
    count = len(province.outlets)
    keys = now.day.toordinal() * 10_000_000 + np.arange(count, dtype=np.int64)
    delay = _delays(province.seed, "daily_report", keys)[:, None]
    body: list[bytes] = [b""] * count
    for hours in now.hours:
        values, flags = day_report(hours, now.flags)
        mn = [province.outlets.mn[i] for i in values.device]
        own = segments(now.day, values, mn, flags, delay[values.device])
        for device, segment in zip(values.device.tolist(), own, strict=True):
            body[device] = segment
    return _by_prefecture(province, now, "daily_report", body, keys)


def _status(province: Province, now: MonitoringDay, _: float) -> Messages:
    """Two messages per device: the running times of the day, then the states of 23:55."""
    outlets, devices = province.outlets, sub_devices(province.seed, now)
    keys = now.day.toordinal() * 10_000_000 + np.arange(2 * len(outlets), dtype=np.int64)
    late = sent_after(_delays(province.seed, "device_status", keys))
    first, last = f"{now.day:%Y%m%d}", f"{now.day + timedelta(days=1):%Y%m%d}"
    body = []
    for i, mn in enumerate(outlets.mn):
        named = [f"SB{place + 1:02d}" for place in range(int(devices.count[i]))]
        hours = ";".join(f"{name}-RT={devices.hours[i, place]:.1f}" for place, name in enumerate(named))
        states = ";".join(f"{name}-RS={devices.state[i, place]}" for place, name in enumerate(named))
        head = f"ST={'31' if outlets.profile[i].startswith('gas') else '32'};CN=%s;PW=123456;MN={mn};Flag=4;"
        body += [
            f"QN={last}00{late[2 * i]:07d};{head % 2041}CP=&&DataTime={first}000000;{hours}&&".encode("ascii"),
            f"QN={last}00{late[2 * i + 1]:07d};{head % 2021}CP=&&DataTime={first}235500;{states}&&".encode("ascii"),
        ]
    return _by_prefecture(province, now, "device_status", body, keys)


def _by_prefecture(
    province: Province, now: MonitoringDay, dataset: str, body: list[bytes], keys: np.ndarray
) -> Messages:
    """Messages in the order of the devices, one file per prefecture."""
    cities, city = np.unique(np.array(province.outlets.city_code), return_inverse=True)
    file_of = np.repeat(city, len(body) // len(city))
    stamp = now.day.strftime("%Y%m%d")
    names = [f"{stamp}/{code}_{stamp}.hj212.gz" for code in cities.tolist()]
    return Messages(dataset, body, keys, names, file_of, np.argsort(file_of, kind="stable"), 1, {})


def _delays(seed: int, dataset: str, keys: np.ndarray) -> np.ndarray:
    """Milliseconds from the end of the period to the sending of each message: one second to four minutes."""
    return (1_000 + chance(seed, f"{dataset}/delay", keys) * 239_000).astype(np.int64)


PACKET_FOLDERS = {"hourly": "hourly_report", "daily": "daily_report", "status": "device_status"}
"""Folder below /monitoring/hj212 -> dataset."""

# How the messages of each dataset are made, and which dirt can strike them.
_DATASETS: dict[str, tuple[Callable[[Province, MonitoringDay, float], Messages], Kinds]] = {
    "hourly_report": (_hourly, OF_FRAMES | OF_MEANS | OF_HOURS),
    "daily_report": (_daily, OF_FRAMES | OF_MEANS),
    "device_status": (_status, OF_FRAMES),
}
