"""Packets of HJ 212-2017 (CN=2061, hourly data) and their check sum, built for a whole day at a time."""

from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.outlets import PROFILES
from sandbox.province.pollution import DeviceDay

_CONVERTED = frozenset(("a34013", "a21026", "a21002"))
_PLAIN = frozenset(("w01001", "a19001"))


def _crc_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint16(0xA001), table >> 1).astype(np.uint16)
    return table


# After each byte only the high byte of the register takes part in the next step.
_TABLE = _crc_table()
_HIGH = (_TABLE >> 8).astype(np.uint8)
# A byte that leaves the starting register 0xFF.. unchanged: padding on the left does not alter the result.
_PAD = bytes([0xFF ^ int(np.flatnonzero(_HIGH == 0xFF)[0])])


def crc16(segments: list[bytes]) -> np.ndarray:
    """Check sums (uint16) of many data segments at once, by the algorithm of HJ 212-2017 appendix A."""
    if not segments:
        return np.zeros(0, dtype=np.uint16)
    width = max(map(len, segments))
    block = np.frombuffer(b"".join(segment.rjust(width, _PAD) for segment in segments), dtype=np.uint8)
    columns = np.ascontiguousarray(block.reshape(len(segments), width).T)
    high = np.full(len(segments), 0xFF, dtype=np.uint8)
    for column in columns[:-1]:
        high = _HIGH[high ^ column]
    return _TABLE[high ^ columns[-1]]


def packet(segment: bytes, crc: str) -> bytes:
    """One whole packet, with its length and CR LF."""
    return b"##%04d%s%s\r\n" % (len(segment), segment, crc.encode("ascii"))


def _template(profile: str) -> tuple[str, list[tuple[str, int]]]:
    """The text of one packet with a placeholder for each value, and which array and factor fills each."""
    parts, slots = [], []
    for index, factor in enumerate(PROFILES[profile]):
        names = [] if factor in _PLAIN else ["Cou"]
        names += ["Min", "Avg", "Max"] + (["ZsMin", "ZsAvg", "ZsMax"] if factor in _CONVERTED else [])
        parts.append(",".join(f"{factor}-{name}=%.3f" for name in names) + f",{factor}-Flag=%s")
        slots += [(name, index) for name in names] + [("Flag", index)]
    return ";".join(parts), slots


def segments(day: date, values: DeviceDay, mn: list[str], flags: np.ndarray, delay: np.ndarray) -> list[bytes]:
    """Data segments of all devices of one profile, ordered by device, then hour.

    `mn` and the rows of `flags` (devices x 24, one letter each) belong to `values.device`; `delay` is in ms after the
    end of the hour, below one hour.
    """
    text, slots = _template(values.profile)
    ratio = values.converted / np.where(values.average > 0, values.average, 1.0)
    arrays = {
        "Cou": values.amount, "Min": values.low, "Avg": values.average, "Max": values.high,
        "ZsMin": values.low * ratio, "ZsAvg": values.converted, "ZsMax": values.high * ratio,
    }  # fmt: skip
    count = len(mn) * 24
    letters = flags.reshape(count).tolist()
    columns = [
        letters if name == "Flag" else arrays[name][:, :, index].reshape(count).tolist() for name, index in slots
    ]
    system_type = "31" if values.profile.startswith("gas") else "32"
    start = datetime(day.year, day.month, day.day)
    ends = [(start + timedelta(hours=hour + 1)).strftime("%Y%m%d%H") for hour in range(24)]
    starts = [(start + timedelta(hours=hour)).strftime("%Y%m%d%H0000") for hour in range(24)]
    millis = delay.reshape(count)
    sent = (millis // 60_000 * 100_000 + millis % 60_000).tolist()
    text = f"QN=%s%07d;ST={system_type};CN=2061;PW=123456;MN=%s;Flag=4;CP=&&DataTime=%s;{text}&&"
    rows = zip(ends * len(mn), sent, [one for one in mn for _ in range(24)], starts * len(mn), *columns, strict=True)
    return (("\n".join([text % row for row in rows])).encode("ascii")).split(b"\n") if count else []
