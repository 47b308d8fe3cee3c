"""Every kind of dirt that the sandbox can put into its feeds, with its rate, and how a row is spoiled.

All draws hang on the row (`chance` over row keys), so a row is dirty the same way whenever and however it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sandbox.province.identifiers import wrong_check
from sandbox.province.randomness import chance

Columns = dict[str, list[object]]


@dataclass(frozen=True)
class Dirt:
    """One rate per kind of dirt, as a share of the rows (messages, packets, device-hours) it can strike; 0 is off."""

    not_published: float = 0.0
    lower_case_code: float = 0.0
    full_width_code: float = 0.0
    wrong_check_digit: float = 0.0
    duplicate_row: float = 0.0
    missing_required: float = 0.0
    text_in_number: float = 0.0
    column_shift: float = 0.0
    sentinel_date: float = 0.0
    half_width_brackets: float = 0.0
    message_modified: float = 0.0
    message_deleted: float = 0.0
    wrong_crc: float = 0.0
    lower_case_crc: float = 0.0
    flag_episode: float = 0.0
    missing_hour: float = 0.0
    duplicate_packet: float = 0.0


NONE = Dirt()
USUAL = Dirt(
    not_published=0.005,
    lower_case_code=0.002,
    full_width_code=0.001,
    wrong_check_digit=0.0005,
    duplicate_row=0.002,
    missing_required=0.0004,
    text_in_number=0.0004,
    column_shift=0.0006,
    sentinel_date=0.30,
    half_width_brackets=0.40,
    message_modified=0.05,
    message_deleted=0.01,
    wrong_crc=0.0005,
    lower_case_crc=0.01,
    # Episodes per device and day; they last 1 to 13 hours, which makes about 1.5 % of the hours.
    flag_episode=0.052,
    missing_hour=0.003,
    duplicate_packet=0.002,
)
LEVELS = {"none": NONE, "usual": USUAL}

_FULL_WIDTH = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
_NUMBER_TEXTS = ("约1200", "1,2a3.5", "见附件", "同上")


@dataclass(frozen=True)
class Spoiler:
    """Spoils rows of one dataset; `keys` identify the rows."""

    seed: int
    dataset: str
    keys: np.ndarray

    def struck(self, kind: str, rate: float) -> list[int]:
        """Positions of the rows that one kind of dirt strikes."""
        if rate <= 0.0 or len(self.keys) == 0:
            return []
        return np.flatnonzero(chance(self.seed, f"{self.dataset}/{kind}", self.keys) < rate).tolist()

    def change(self, columns: Columns, field: str, kind: str, rate: float, how: Callable[[str], object]) -> None:
        """Replace the field's value in the rows that the dirt strikes."""
        for row in self.struck(kind, rate):
            columns[field][row] = how(str(columns[field][row]))

    def spell_codes(self, columns: Columns, field: str, dirt: Dirt) -> None:
        """Codes in lower case or in full-width characters: wrong in form, right in content."""
        self.change(columns, field, "lower_case_code", dirt.lower_case_code, str.lower)
        self.change(columns, field, "full_width_code", dirt.full_width_code, full_width)

    def break_codes(self, columns: Columns, field: str, dirt: Dirt) -> None:
        """Codes whose check character is wrong."""
        self.change(columns, field, "wrong_check_digit", dirt.wrong_check_digit, break_code)


def full_width(code: str) -> str:
    """The code in full-width digits and letters."""
    return code.translate(_FULL_WIDTH)


def break_code(code: str) -> str:
    """The code with a wrong last character; other texts stay as they are."""
    return wrong_check(code) if len(code) == 18 and code.isascii() and code == code.upper() else code


def no_number(value: str) -> str:
    """A text where a number belongs."""
    return _NUMBER_TEXTS[len(value) % len(_NUMBER_TEXTS)]


def half_width_brackets(name: str) -> str:
    """The name with ASCII brackets."""
    return name.replace("（", "(").replace("）", ")")


def with_repeats(columns: Columns, times: np.ndarray, repeats: list[int]) -> tuple[Columns, np.ndarray]:
    """The same rows with the given positions twice, one after the other."""
    if not repeats:
        return columns, times
    order = np.sort(np.concatenate([np.arange(len(times)), np.array(repeats, dtype=np.int64)])).tolist()
    return {name: [values[i] for i in order] for name, values in columns.items()}, times[order]
