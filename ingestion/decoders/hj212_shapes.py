"""The shape of an HJ 212 data segment: its text without the values, e.g. `ST=;CN=;CP=&&DataTime=;w01018-Avg=&&`.

Devices send few shapes, so a shape is taken apart once, in plain Python, and all packets that have it follow its plan.
Whatever is odd about keys (typing errors, keys given twice, codes of 2005, single marks) is a matter of the shape.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FACTOR, REPAIRS = "factor", "repairs"
"""Source names of what the decoder itself supplies: the factor code, and the repairs that a packet needed."""

HEADER = ("QN", "ST", "CN", "MN", "PNUM", "PNO")
PACKET_FIELDS = frozenset(("QN", "ST", "CN", "MN", "DataTime"))
STANDARD = frozenset(
    ("SampleTime", "Rtd", "Min", "Avg", "Max", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "Cou", "Flag", "EFlag", "RS", "RT")
)
"""What HJ 212-2017 lets a device send for a factor; those that a dataset does not declare stay in landing."""

REPAIR_NAMES = (
    "lower_case_crc",
    "double_star",
    "glued_packets",
    "oversize",
    "epoch_qn",
    "split_packet",
    "split_incomplete",
    "single_ampersand",
    "trailing_semicolon",
    "missing_separator",
    "packet_2005",
    "duplicate_key",
)
REPAIR = {name: 1 << place for place, name in enumerate(REPAIR_NAMES)}
"""Bit of each repair."""

_DEVICE = re.compile(r"SB\d{1,3}")
_PIECE = re.compile(r"([^=,;&]*)(=?)([,;&]*)")


FactorTable = dict[str, str]
"""Factor code of 2017 or 2005 -> code of 2017."""


@cache
def load_factors() -> FactorTable:
    """Factor codes of HJ 212-2017, and the codes of 2005 with the code that replaced them."""
    with (Path(__file__).parent / "hj212_factors.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    codes = {row["code"]: row["code"] for row in rows}
    return codes | {row["code_2005"]: row["code"] for row in rows if row["code_2005"]}


def translated(code: str, factors: FactorTable) -> str | None:
    """The code of 2017, None for a code of no edition.

    Codes that end in a device number stand in the table as `e101xx` or `i3331x`; SB01, SB02 ... name sub-devices.
    """
    if code in factors:
        return factors[code]
    numbered = len(code) == 6 and code[1:].isdigit() and (code[:4] + "xx" in factors or code[:5] + "x" in factors)
    return code if numbered or _DEVICE.fullmatch(code) else None


@dataclass
class FactorPlan:
    """One factor of a shape: where its values stand among the values of the packet.

    `extra`: names that have no column, and further values of a name that is given twice (`Avg#2`).
    """

    sent_code: str
    code: str | None
    values: dict[str, int] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)
    repairs: int = 0


@dataclass
class Shape:
    """How to read the packets of one shape; places count the values of a packet from 0.

    `extra`: body keys that belong to no factor, -1 for text without a value. `has_body` is false where CP=& is missing.
    """

    header: dict[str, int]
    has_body: bool
    time: int | None
    factors: list[FactorPlan]
    extra: dict[str, int]
    new_names: frozenset[str]
    repairs: int


def read_shape(skeleton: str, sources: frozenset[str], table: FactorTable) -> Shape:
    """The plan of one skeleton; `sources` are the names that the dataset declares."""
    pieces = _pieces(skeleton)
    begin = next((i for i, (key, place, _) in enumerate(pieces) if key == "CP" and place is not None), None)
    head = pieces if begin is None else pieces[:begin]
    header: dict[str, int] = {}
    for key, place, _ in head:
        if place is not None and key in HEADER:
            header.setdefault(key, place)
    if begin is None or "&" not in pieces[begin][2]:
        return Shape(header, False, None, [], {}, frozenset(), 0)
    return _with_body(header, pieces[begin][2], pieces[begin + 1 :], sources, table)


def _pieces(skeleton: str) -> list[tuple[str, int | None, str]]:
    """Key, place of its value (None where it has none) and the separators behind it."""
    pieces, place = [], 0
    for key, equals, after in _PIECE.findall(skeleton):
        if not (key or equals or after):
            continue
        pieces.append((key.strip(), place if equals else None, after))
        place += bool(equals)
    return pieces


def _with_body(
    header: dict[str, int],
    opening: str,
    body: list[tuple[str, int | None, str]],
    sources: frozenset[str],
    table: FactorTable,
) -> Shape:
    factors: dict[str, FactorPlan] = {}
    time: int | None = None
    extra: dict[str, int] = {}
    new_names: set[str] = set()
    for key, place, _ in body:
        code, dash, name = key.partition("-")
        if key == "DataTime" and place is not None and time is None:
            time = place
        elif place is not None and dash and code and name:
            plan = factors.get(code) or factors.setdefault(code, FactorPlan(code, translated(code, table)))
            _add(plan, name, place, sources, new_names)
        elif key or place is not None:
            extra[_free(extra, key)] = -1 if place is None else place
            new_names |= {key} if place is not None and key else set()
    for plan in factors.values():
        plan.repairs |= REPAIR["packet_2005"] * (plan.code is not None and plan.code != plan.sent_code)
    closing = body[-1][2] if body else opening
    repairs = REPAIR["single_ampersand"] * (opening.count("&") < 2 or closing.count("&") < 2)
    repairs |= REPAIR["trailing_semicolon"] * bool(body and closing.strip("&"))
    return Shape(header, True, time, list(factors.values()), extra, frozenset(new_names), repairs)


def _add(plan: FactorPlan, name: str, place: int, sources: frozenset[str], new_names: set[str]) -> None:
    if name in STANDARD or name in sources:
        if name not in plan.values:
            plan.values[name] = place
            return
        plan.repairs |= REPAIR["duplicate_key"]
    else:
        new_names.add(name)
    plan.extra[_free(plan.extra, name, name in plan.values)] = place


def _free(taken: dict[str, int], name: str, is_second: bool = False) -> str:
    """`name`, or `name#2`, `name#3` ... where it is taken."""
    label, number = name + "#2" * is_second, 2 + is_second
    while label in taken:
        label, number = f"{name}#{number}", number + 1
    return label
