"""Check characters of identifiers, vectorised: GB 32100-2015, GB 11714-1997 and the CRC of HJ 212-2017."""

from __future__ import annotations

import numpy as np
import polars as pl

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015: no I, O, S, V, Z."""

USCC_PATTERN = rf"^[{USCC_ALPHABET}]{{18}}$"

_USCC_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
_ORGANISATION_CHECKS = np.frombuffer(b"0X987654321", dtype=np.uint8)
_NO_VALUE = 99


def _values(alphabet: str) -> np.ndarray:
    table = np.full(256, _NO_VALUE, dtype=np.uint16)
    for value, char in enumerate(alphabet):
        table[ord(char)] = value
    return table


_USCC_VALUE = _values(USCC_ALPHABET)
_ORGANISATION_VALUE = _values("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_uscc_form(codes: pl.Series) -> pl.Series:
    """Whether each code has the 18 characters of GB 32100-2015; null counts as not."""
    return codes.str.contains(USCC_PATTERN).fill_null(False)


def check_uscc(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Check codes that have the form of a USCC (see `is_uscc_form`).

    Returns two boolean series: the 18th character is right (GB 32100-2015), and the 17th is the right check character
    of the organisation code in places 9 to 17 (GB 11714-1997).
    """
    joined = codes.str.join("").item() or ""
    chars = np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, 18)
    _, outer, inner = uscc_checks(chars)
    return pl.Series(outer, dtype=pl.Boolean), pl.Series(inner, dtype=pl.Boolean)


def uscc_checks(chars: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Form, 18th and 17th character of codes given as an (n, 18) matrix of bytes, as three boolean arrays.

    Where the form is wrong the other two say nothing.
    """
    places = np.ascontiguousarray(chars.T)
    values = _USCC_VALUE.take(places)
    formed = values.max(axis=0, initial=0) < _NO_VALUE
    outer = (31 - _weighted(values, _USCC_WEIGHTS) % 31) % 31 == values[17]
    inner = _weighted(_ORGANISATION_VALUE.take(places[8:16]), _ORGANISATION_WEIGHTS) % 11
    return formed, outer, _ORGANISATION_CHECKS[inner] == places[16]


def _weighted(values: np.ndarray, weights: list[int]) -> np.ndarray:
    """Weighted sums of the first rows of a (places, codes) matrix; they stay far below 2**16."""
    total = np.zeros(values.shape[1], dtype=np.uint16)
    for row, weight in zip(values, weights, strict=False):
        total += row * np.uint16(weight)
    return total


def _crc_table() -> np.ndarray:
    table = np.zeros(256, dtype=np.uint16)
    for byte in range(256):
        register = byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
        table[byte] = register
    return table


_CRC = _crc_table()


def _powers() -> np.ndarray:
    """What k steps with a zero byte make of the high byte of the register, as an (8, 256) table."""
    high = (_CRC >> 8).astype(np.uint8)
    tables = [np.arange(256, dtype=np.uint8)]
    for _ in range(7):
        tables.append(high[tables[-1]])
    return np.stack(tables)


_POWERS = _powers()
_LOW_BYTES = np.array([(1 << (8 * count)) - 1 for count in range(8)], dtype=np.uint64)


def hj212_crc(data: bytes) -> int:
    """CRC of one data segment by HJ 212-2017: the register is shifted before the byte goes in (not Modbus)."""
    register = 0xFFFF
    for byte in data:
        register = int(_CRC[(register >> 8) ^ byte])
    return register


def hj212_crcs(segments: list[bytes]) -> np.ndarray:
    """CRCs of many data segments (uint16)."""
    ends = np.cumsum([len(segment) for segment in segments], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends])[: len(segments)]
    return hj212_crcs_at(np.frombuffer(b"".join(segments), dtype=np.uint8), starts, ends)


def hj212_crcs_at(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """CRCs (uint16) of the segments `data[starts:ends]` of one buffer of bytes.

    Only the high byte of the register takes part in the next step, and a step is linear over GF(2); eight steps with
    zero bytes change nothing. So bytes that lie eight places apart can be combined by XOR first, a word at a time.
    """
    words = np.frombuffer(data.tobytes() + bytes(16 - len(data) % 8), dtype="<u8")
    before = np.concatenate([np.zeros(1, dtype=np.uint64), np.bitwise_xor.accumulate(words)])

    def prefix(places: np.ndarray) -> np.ndarray:
        return before[places >> 3] ^ (words[places >> 3] & _LOW_BYTES[places & 7])

    folded = (prefix(ends) ^ prefix(starts)).astype("<u8").view(np.uint8).reshape(-1, 8)
    high = _POWERS[(ends - starts - 1) & 7, 0xFF]
    for place in range(8):
        high = high ^ _POWERS[(ends - 1 - place) & 7, folded[:, place]]
    return np.where(ends > starts, _CRC[high], np.uint16(0xFFFF))
