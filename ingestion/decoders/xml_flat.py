"""Messages written flatly, taken apart a block at a time without building a tree.

Nearly every block of the exchange is a row of `<DES>` elements whose CONTEXT and TITLE hold fields of plain text. Such a
block is recognised completely: every tag must stand where it may stand, every reference must be one of the five of XML,
no byte may be one that XML forbids. Anything else (attributes, comments, CDATA, nested fields, an error) is not flat and
goes to a real parser, which alone decides whether it is well-formed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

ENVELOPE = ("CA_KEY", "DATA_CN", "DATA_EN", "DATA_KEY", "DATA_NO", "DATA_TYPE", "ROUTE_WAY")
"""Fields that count in the TITLE only."""

_TAG = re.compile(r"<(/?)([A-Za-z_][A-Za-z0-9_.-]*)\s*(/?)>", re.ASCII)
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&apos;": "'"}
_MOST_TAGS = 2_000
_FRAME = ("<DES>", "<CONTEXT>", "</CONTEXT>", "<TITLE>", "</TITLE>", "</DES>")
_FOLLOWS = np.zeros((6, 6), dtype=bool)
_FOLLOWS[[0, 0, 1, 2, 3, 4, 5], [1, 3, 2, 3, 4, 5, 0]] = True
"""Which tag of a message (by its place in `_FRAME`) may come after which: the CONTEXT may be absent, the TITLE not."""
DELETE = "3"


@dataclass(frozen=True)
class Messages:
    """Some messages as a table: one String column per field that occurs, null where absent or empty.

    A field that occurs again within its message stands in a column `NAME#2`, and so on. `carried` are the fields that
    messages other than deletes have, be it empty; `changes` is the number of those messages.
    """

    table: pl.DataFrame
    carried: frozenset[str]
    changes: int


def flat_messages(block: bytes) -> Messages | None:
    """The messages of a block of whole `<DES>` elements; None where it is not flat."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    cut = _cut(block)
    if cut is None:
        return None
    texts, tags = cut
    known = _known_tags(tags)
    if known is None:
        return None
    names, name, kind = known
    closed = (kind[:-1] == 1) & (kind[1:] == -1) & (name[:-1] == name[1:])
    is_field = np.append(closed, False) | (kind == 0)
    framing = ~(is_field | np.insert(closed, 0, False))
    places = _places(names, name, kind, framing)
    fields = np.flatnonzero(is_field)
    if places is None or (places.message[fields] < 0).any() or (places.names_frame[name[fields]]).any():
        return None
    return _table(texts, names, fields, name, places, b"&" in block)


def _cut(block: bytes) -> tuple[pl.Series, pl.Series] | None:
    """The texts after each tag with an empty one at the end, and the tags; None where a real parser is needed."""
    content = np.frombuffer(block, dtype=np.uint8)
    left, right = np.flatnonzero(content == ord("<")), np.flatnonzero(content == ord(">"))
    if not len(left) or len(left) != len(right) or not ((left < right).all() and (right[:-1] < left[1:]).all()):
        return None
    low = content[np.flatnonzero(content < 0x20)]
    if not ((low == 0x0A) | (low == 0x09)).all() or _has_noncharacter(content):
        return None
    if b"&" in block and block.count(b"&") != sum(block.count(entity.encode()) for entity in _ENTITIES):
        return None
    try:
        pl.Series([block], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return None
    bounds = np.empty(2 * len(left) + 4, dtype=np.int64)
    bounds[0], bounds[-3:] = 0, len(block)
    bounds[1:-3:2], bounds[2:-3:2] = left, right + 1
    pieces = pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(block))
    series = pl.Series("", pieces)
    return series.gather_every(2, 2), series.gather_every(2, 1).head(len(left))


def _has_noncharacter(content: np.ndarray) -> bool:
    """Whether U+FFFE or U+FFFF, which no XML may hold, occurs."""
    leads = np.flatnonzero(content[:-2] == 0xEF)
    return bool(((content[leads + 1] == 0xBF) & (content[leads + 2] >= 0xBE)).any())


def _known_tags(tags: pl.Series) -> tuple[list[str], np.ndarray, np.ndarray] | None:
    """The field and element names, and for each tag the number of its name and its kind: 1 opens, -1 closes, 0 both."""
    distinct = tags.unique(maintain_order=True)
    if len(distinct) > _MOST_TAGS:
        return None
    hashes = distinct.hash().to_numpy()
    order = np.argsort(hashes)
    if (np.diff(hashes[order]) == 0).any():
        return None
    found = [_TAG.fullmatch(tag) for tag in distinct.to_list()]
    if not all(found):
        return None
    parts = [match.groups() for match in found if match]
    if any(closing and empty for closing, _, empty in parts):
        return None
    names = list(dict.fromkeys(name for _, name, _ in parts))
    number = np.array([names.index(name) for _, name, _ in parts], dtype=np.int16)
    kind = np.array([-1 if closing else 0 if empty else 1 for closing, _, empty in parts], dtype=np.int8)
    places = order[np.searchsorted(hashes[order], tags.hash().to_numpy())]
    return names, number[places], kind[places]


class _Places(NamedTuple):
    """For each tag the number of its message, -1 outside of CONTEXT and TITLE, and whether it stands in the TITLE; for
    each name whether it is one of those that make up a message."""

    message: np.ndarray
    in_title: np.ndarray
    names_frame: np.ndarray


def _places(names: list[str], name: np.ndarray, kind: np.ndarray, framing: np.ndarray) -> _Places | None:
    """Where each tag stands; None where the tags that are no fields (`framing`) are not those of whole messages."""
    roles = np.full((3, len(names)), -1, dtype=np.int8)
    for role, tag in enumerate(_FRAME):
        if tag.strip("</>") in names:
            roles[-1 if tag.startswith("</") else 1, names.index(tag.strip("</>"))] = role
    framed = np.flatnonzero(framing)
    role = roles[kind[framed], name[framed]]
    if not len(role) or role[0] != 0 or role[-1] != 5 or (role < 0).any() or not _FOLLOWS[role[:-1], role[1:]].all():
        return None
    latest = role[np.cumsum(framing) - 1]
    started = np.zeros(len(name), dtype=np.int64)
    started[framed[role == 0]] = 1
    in_title = latest == _FRAME.index("<TITLE>")
    inside = in_title | (latest == _FRAME.index("<CONTEXT>"))
    message = np.where(inside, np.cumsum(started) - 1, -1)
    return _Places(message, in_title, np.logical_or.reduce(roles >= 0))


def _table(
    texts: pl.Series, names: list[str], fields: np.ndarray, name: np.ndarray, places: _Places, has_references: bool
) -> Messages:
    """The table of all messages from the places of their fields."""
    in_envelope = np.array([n in ENVELOPE for n in names])
    fields = fields[places.in_title[fields] | ~in_envelope[name[fields]]]
    fields = fields[np.argsort(name[fields], kind="stable")]
    bounds = np.searchsorted(name[fields], np.arange(len(names) + 1))
    count = int(places.message.max()) + 1
    columns: list[pl.Series] = []
    owners: dict[str, np.ndarray] = {}
    for label, (first, end) in zip(names, pairwise(bounds.tolist()), strict=True):
        place, copy = fields[first:end], 1
        while len(place):
            owner = places.message[place]
            again = np.concatenate([[False], owner[1:] == owner[:-1]])
            column = label if copy == 1 else f"{label}#{copy}"
            owners[column] = owner[~again]
            chosen = np.full(count, len(texts) - 1)
            chosen[owner[~again]] = place[~again]
            columns.append(texts.gather(chosen).alias(column))
            place, copy = place[again], copy + 1
    table = pl.DataFrame(columns)
    if has_references:
        table = table.with_columns(pl.all().str.replace_many(_ENTITIES))
    table = table.select(pl.when(pl.all() != "").then(pl.all()))
    is_change = np.ones(count, dtype=bool)
    if "DATA_TYPE" in table.columns:
        is_change = (table["DATA_TYPE"] != DELETE).fill_null(True).to_numpy()
    carried = frozenset(column for column, owner in owners.items() if is_change[owner].any())
    return Messages(table, carried, int(is_change.sum()))
