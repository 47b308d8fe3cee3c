"""Versions of records in order of time, and which of them an extract of changes or a full extract holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

import numpy as np


class Recorded(Protocol):
    """A version that knows when it was recorded and whose it is."""

    @property
    def recorded_at(self) -> datetime: ...

    @property
    def identity(self) -> object: ...


_Version = TypeVar("_Version", bound=Recorded)


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


def versions_of(listed: Sequence[Recorded]) -> Versions:
    """The versions of a list that is in order of time; entities are numbered as they appear."""
    numbers: dict[object, int] = {}
    entity = [numbers.setdefault(version.identity, len(numbers)) for version in listed]
    times = np.array([version.recorded_at for version in listed], dtype="datetime64[s]")
    return Versions(times, np.array(entity, dtype=np.int64))


def in_time(versions: list[_Version]) -> list[_Version]:
    """The versions by time of record, then identity."""
    return sorted(versions, key=lambda version: (version.recorded_at, str(version.identity)))


def office_time(day: date, draw: int) -> datetime:
    """A time of the working hours of a day."""
    return datetime(day.year, day.month, day.day, 9 + draw % 8, draw // 7 % 60, draw // 11 % 60)
