"""Packets of HJ 212-2017 and their check sum, built for a whole day at a time: hours (CN=2061) and days (CN=2031)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.outlets import PROFILES
from sandbox.province.pollution import DeviceDay

_CONVERTED = frozenset(("a34013", "a21026", "a21002"))
_PLAIN = frozenset(("w01001", "a19001"))
_WORD = 8


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


def crc16(segments: Sequence[bytes]) -> np.ndarray:
    """Check sums (uint16) of many data segments at once, by the algorithm of HJ 212-2017 appendix A.

    A step is linear over GF(2), and eight steps leave the high byte as it was: bytes that lie eight places apart are
    combined by XOR before anything is looked up.
    """
    if not segments:
        return np.zeros(0, dtype=np.uint16)
    width = -(-max(map(len, segments)) // _WORD) * _WORD
    block = np.frombuffer(b"".join([segment.rjust(width, _PAD) for segment in segments]), dtype=np.uint64)
    folded = np.bitwise_xor.reduce(block.reshape(len(segments), -1), axis=1).view(np.uint8).reshape(-1, _WORD)
    # The starting register: padding keeps it until the last byte of the padding has gone in.
    high = np.full(len(segments), 0xFF, dtype=np.uint8)
    for place in range(_WORD - 1):
        high = _HIGH[high ^ folded[:, place]]
    return _TABLE[high ^ folded[:, _WORD - 1]]


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
    """Data segments of all devices of one profile, ordered by device, then period.

    The periods are the 24 hours of the day (CN=2061), or the day itself (CN=2031) where the arrays hold one period.
    `mn` and the rows of `flags` (devices x periods, one letter each) belong to `values.device`; `delay` is in ms after
    the end of the period, below one hour.
    """
    periods = flags.shape[1]
    count = len(mn) * periods
    if not count:
        return []
    text, slots = _template(values.profile)
    ratio = values.converted / np.where(values.average > 0, values.average, 1.0)
    arrays = {
        "Cou": values.amount, "Min": values.low, "Avg": values.average, "Max": values.high,
        "ZsMin": values.low * ratio, "ZsAvg": values.converted, "ZsMax": values.high * ratio,
    }  # fmt: skip
    letters = flags.reshape(count).tolist()
    columns = [
        letters if name == "Flag" else arrays[name][:, :, index].reshape(count).tolist() for name, index in slots
    ]
    system_type = "31" if values.profile.startswith("gas") else "32"
    command = 2061 if periods > 1 else 2031
    starts, ends = _periods(day, periods)
    rows = zip(
        ends * len(mn), sent_after(delay.reshape(count)), [one for one in mn for _ in range(periods)],
        starts * len(mn), *columns, strict=True,
    )  # fmt: skip
    text = f"QN=%s%07d;ST={system_type};CN={command};PW=123456;MN=%s;Flag=4;CP=&&DataTime=%s;{text}&&"
    return (("\n".join([text % row for row in rows])).encode("ascii")).split(b"\n")


def sent_after(delay: np.ndarray) -> list[int]:
    """Delays in ms, below one hour, as the digits mmsszzz of a QN."""
    return (delay // 60_000 * 100_000 + delay % 60_000).tolist()


def _periods(day: date, periods: int) -> tuple[list[str], list[str]]:
    """DataTime (start of the period) and the first ten digits of QN (its end) of every period of the day."""
    start, step = datetime(day.year, day.month, day.day), timedelta(hours=24 // periods)
    starts = [(start + step * index).strftime("%Y%m%d%H0000") for index in range(periods)]
    ends = [(start + step * (index + 1)).strftime("%Y%m%d%H") for index in range(periods)]
    return starts, ends
