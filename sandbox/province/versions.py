"""Versions of records: their order, and which of them an extract of changes or a full extract holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

import numpy as np

from sandbox.province.scale import LAST_DAY


class Recorded(Protocol):
    """A version that knows when it was recorded."""

    @property
    def recorded_at(self) -> datetime: ...


class Identified(Recorded, Protocol):
    """One that also knows whose it is."""

    @property
    def identity(self) -> object: ...


_Version = TypeVar("_Version", bound=Recorded)
_Own = TypeVar("_Own", bound=Identified)


@dataclass(frozen=True)
class Versions:
    """`recorded_at` (datetime64[s]) ascending, `entity` (int64) the number of the record that each version is of."""

    recorded_at: np.ndarray
    entity: np.ndarray

    def rows(self, first: date, end: date, is_full: bool) -> np.ndarray:
        """Positions of the versions recorded on first <= day < end; with `is_full` of the latest of everything before `end`.

        A full extract is in order of the entities.
        """
        since, before = np.datetime64(first, "s"), np.datetime64(end, "s")
        start = 0 if is_full else int(np.searchsorted(self.recorded_at, since, "left"))
        rows = np.arange(start, int(np.searchsorted(self.recorded_at, before, "left")))
        if not is_full:
            return rows
        _, last = np.unique(self.entity[rows][::-1], return_index=True)
        return rows[len(rows) - 1 - last]


def versions_of(listed: Sequence[Identified]) -> Versions:
    """The versions of a list that is in order of time; entities are numbered as they appear."""
    numbers: dict[object, int] = {}
    entity = [numbers.setdefault(version.identity, len(numbers)) for version in listed]
    times = np.array([version.recorded_at for version in listed], dtype="datetime64[s]")
    return Versions(times, np.array(entity, dtype=np.int64))


def in_time(versions: list[_Own]) -> list[_Own]:
    """The versions by time of record, then identity."""
    return sorted(versions, key=lambda version: (version.recorded_at, str(version.identity)))


def history(versions: list[_Version]) -> list[_Version]:
    """One entity's versions in order of events; of those that are filed together only the last one is a record."""
    kept: list[_Version] = []
    for version in versions:
        while kept and kept[-1].recorded_at >= version.recorded_at:
            kept.pop()
        kept.append(version)
    return kept


def within_span(versions: list[_Version]) -> list[_Version]:
    """The versions recorded before the end of the span that the sandbox tells of, in order of their records."""
    return sorted((v for v in versions if v.recorded_at.date() <= LAST_DAY), key=lambda v: v.recorded_at)
