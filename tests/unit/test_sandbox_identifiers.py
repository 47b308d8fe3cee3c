"""Credit codes and permit numbers of the sandbox, against real codes."""

import numpy as np
import pytest

from sandbox.province.identifiers import (
    credit_codes,
    is_valid_credit_code,
    organisation_bodies,
    organisation_codes,
    permit_numbers,
    wrong_check,
)

REAL = [
    "91360000625912173B", "91360000158263759R", "91360000158307408H", "91360000158304717T", "913600006124405335",
    "9136000070550994XX", "9136000070551268X6", "91360500716575125F", "913605001583084437", "91360700160482766K",
    "911100000000184548", "91320000134762764K", "91320100748204660Q", "91360000X12430120H", "91360000X12425989D",
]  # fmt: skip


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_computed_from_their_bodies(code: str) -> None:
    organisation = organisation_codes([code[8:16]])[0]
    assert organisation == code[8:17]
    assert credit_codes([code[2:8]], [organisation], code[:2]) == [code]


@pytest.mark.parametrize("code", ["91110000100001825N", "91360732ma35p8wn7r", "9136012016122500JX", "9136", ""])
def test_bad_codes_are_refused(code: str) -> None:
    assert not is_valid_credit_code(code)


@pytest.mark.parametrize("code", REAL)
def test_a_wrong_check_digit_is_wrong(code: str) -> None:
    assert wrong_check(code)[:17] == code[:17]
    assert not is_valid_credit_code(wrong_check(code))


def test_bodies_stay_distinct() -> None:
    serials = np.arange(60_000)
    bodies = organisation_bodies(serials, serials % 3 == 0, offset=12_345)
    assert len(set(bodies)) == len(bodies)
    assert all(len(body) == 8 for body in bodies)
    assert {body[:3] for body in bodies[::3]} == {"MA3"}


def test_a_permit_number_starts_with_the_credit_code() -> None:
    number = permit_numbers(["91360000625912173B"])[0]
    assert number[:21] == "91360000625912173B001"
    assert number[21].isalpha() and len(number) == 22
