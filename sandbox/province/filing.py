"""How offices file what happens: some days later, on a working day, in office hours."""

from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

import numpy as np

from sandbox.province.scale import LAST_DAY

_OPENED = date(2017, 12, 1)


class _Filed(Protocol):
    @property
    def recorded_at(self) -> datetime: ...


_Version = TypeVar("_Version", bound=_Filed)


def filed(day: date, draw: int) -> datetime:
    """When the platform records what happened on `day`: one to seven days later, never on a weekend.

    What happened before the platform opened is recorded in December 2017, before the first day that it tells of.
    """
    at = day + timedelta(days=1 + draw % 7)
    if at < _OPENED:
        at = _OPENED + timedelta(days=draw % 28)
    at += timedelta(days=7 - at.weekday() if at.weekday() > 4 else 0)
    return datetime(at.year, at.month, at.day, 9 + draw // 7 % 8, draw // 61 % 60, draw // 3_607 % 60)


def history(versions: list[_Version]) -> list[_Version]:
    """One entity's versions in order of events; of those that are filed together only the last one is a record."""
    kept: list[_Version] = []
    for version in versions:
        while kept and kept[-1].recorded_at >= version.recorded_at:
            kept.pop()
        kept.append(version)
    return kept


def served(versions: list[_Version]) -> list[_Version]:
    """The versions recorded before the end of the span that the sandbox tells of, in order of their records."""
    return sorted((v for v in versions if v.recorded_at.date() <= LAST_DAY), key=lambda v: v.recorded_at)


def draws(rng: np.random.Generator, count: int) -> list[int]:
    """Whole numbers from 0 to 999,999, enough for the small choices of one entity."""
    return rng.integers(0, 1_000_000, count).tolist()


def day_between(first: date, last: date, draw: int) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=draw % ((last - first).days + 1))
