"""Check characters of identifiers, vectorised: GB 32100-2015, GB 11714-1997 and the CRC of HJ 212-2017."""

from __future__ import annotations

import numpy as np
import polars as pl

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015: no I, O, S, V, Z."""

USCC_PATTERN = rf"^[{USCC_ALPHABET}]{{18}}$"

_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int64)
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)


def _values(alphabet: str) -> np.ndarray:
    table = np.zeros(256, dtype=np.int64)
    for value, char in enumerate(alphabet):
        table[ord(char)] = value
    return table


_USCC_VALUE = _values(USCC_ALPHABET)
_ORGANISATION_VALUE = _values("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _matrix(codes: pl.Series, width: int) -> np.ndarray:
    """ASCII codes of equal length as an (n, width) byte matrix."""
    return np.frombuffer(codes.str.join("").item().encode("ascii"), dtype=np.uint8).reshape(-1, width)


def is_uscc_form(codes: pl.Series) -> pl.Series:
    """Whether each code has the 18 characters of GB 32100-2015; null counts as not."""
    return codes.str.contains(USCC_PATTERN).fill_null(False)


def check_uscc(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Check codes that have the form of a USCC (see `is_uscc_form`).

    Returns two boolean series: the 18th character is right (GB 32100-2015), and the 17th is the right check character
    of the organisation code in places 9 to 17 (GB 11714-1997).
    """
    if codes.is_empty():
        empty = pl.Series([], dtype=pl.Boolean)
        return empty, empty
    chars = _matrix(codes, 18)
    total = _USCC_VALUE[chars[:, :17]] @ _USCC_WEIGHTS
    outer = (31 - total % 31) % 31 == _USCC_VALUE[chars[:, 17]]
    inner_total = _ORGANISATION_VALUE[chars[:, 8:16]] @ _ORGANISATION_WEIGHTS
    remainder = 11 - inner_total % 11
    expected = np.where(remainder == 10, ord("X"), np.where(remainder == 11, ord("0"), remainder + ord("0")))
    return pl.Series(outer), pl.Series(expected == chars[:, 16])


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
_CRC_BLOCK = 4096


def hj212_crc(data: bytes) -> int:
    """CRC of one data segment by HJ 212-2017: the register is shifted before the byte goes in (not Modbus)."""
    register = 0xFFFF
    for byte in data:
        register = int(_CRC[(register >> 8) ^ byte])
    return register


def hj212_crcs(segments: list[bytes]) -> np.ndarray:
    """CRCs of many data segments (uint16), one byte position of a block of segments at a time."""
    lengths = np.fromiter(map(len, segments), dtype=np.int64, count=len(segments))
    order = np.argsort(-lengths, kind="stable")
    result = np.full(len(segments), 0xFFFF, dtype=np.uint16)
    for start in range(0, len(segments), _CRC_BLOCK):
        block = order[start : start + _CRC_BLOCK]
        result[block] = _crc_block([segments[i] for i in block], lengths[block])
    return result


def _crc_block(segments: list[bytes], lengths: np.ndarray) -> np.ndarray:
    """CRCs of segments sorted by falling length: at byte i only the first `active[i]` are still running."""
    longest = int(lengths[0])
    if longest == 0:
        return np.full(len(segments), 0xFFFF, dtype=np.uint16)
    rows = np.array(segments, dtype=f"S{longest}").view(np.uint8).reshape(len(segments), longest)
    columns = np.ascontiguousarray(rows.T)
    active = np.searchsorted(-lengths, -np.arange(longest), side="left")
    register = np.full(len(segments), 0xFFFF, dtype=np.uint16)
    for place, count in enumerate(active):
        head = register[:count]
        register[:count] = _CRC[(head >> 8) ^ columns[place, :count]]
    return register
