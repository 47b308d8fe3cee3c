"""Check characters: GB 32100, GB 11714 and the CRC of HJ 212, on published values and with one character wrong."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.identifiers import USCC_ALPHABET, check_uscc, hj212_crc, hj212_crcs, is_uscc_form

REAL_CODES = [
    "91360000625912173B",
    "91360000158263759R",
    "913600006124405335",
    "9136000070550994XX",
    "9136000070551268X6",
    "91360500716575125F",
    "911100000000184548",
    "91360000X12430120H",
]
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
INNER_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


def complete(head: str, organisation: str) -> str:
    """A right code, computed one character at a time as the standards print it."""
    total = sum(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(c) * w for c, w in zip(organisation, INNER_WEIGHTS, strict=True)
    )
    inner = {10: "X", 11: "0"}.get(11 - total % 11) or str(11 - total % 11)
    code = head + organisation + inner
    outer = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, WEIGHTS, strict=True))
    return code + USCC_ALPHABET[(31 - outer % 31) % 31]


def test_real_codes_pass_both_checks() -> None:
    outer, inner = check_uscc(pl.Series(REAL_CODES))
    assert outer.all()
    assert inner.all()


def test_known_bad_codes_fail() -> None:
    assert not check_uscc(pl.Series(["9136012016122500JX"]))[0].any()
    assert is_uscc_form(
        pl.Series(["91110000100001825N", "9111000010000182", "91360000625912173I", None])
    ).to_list() == [
        True,
        False,
        False,
        False,
    ]
    assert not check_uscc(pl.Series(["91110000100001825N"]))[0].any()


@given(st.text("0123456789", min_size=8, max_size=8), st.text(USCC_ALPHABET, min_size=8, max_size=8))
def test_computed_codes_pass(head: str, organisation: str) -> None:
    outer, inner = check_uscc(pl.Series([complete(head, organisation)]))
    assert outer.all()
    assert inner.all()


@given(st.sampled_from(REAL_CODES), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_every_wrong_character_is_found(code: str, place: int, char: str) -> None:
    slipped = code[:place] + char + code[place + 1 :]
    assert check_uscc(pl.Series([slipped]))[0].all() == (slipped == code)


def reference_crc(data: bytes) -> int:
    """The loop that HJ 212-2017 prints in its annex."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def test_crc_of_the_packet_printed_in_the_standard() -> None:
    data = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    assert hj212_crc(data) == 0x1C80


@given(st.lists(st.binary(max_size=80), max_size=30))
def test_crcs_of_many_segments_are_those_of_each(segments: list[bytes]) -> None:
    expected = [reference_crc(s) for s in segments]
    assert hj212_crcs(segments).tolist() == expected
    assert [hj212_crc(s) for s in segments] == expected


@pytest.mark.parametrize("count", [4095, 4097])
def test_crcs_across_blocks(count: int) -> None:
    segments = [b"%d" % (i * i) for i in range(count)]
    assert hj212_crcs(segments)[-1] == reference_crc(segments[-1])
    assert hj212_crcs(segments)[0] == reference_crc(segments[0])
