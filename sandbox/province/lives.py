"""Things that live through dated events, and the versions that a platform records of them.

A life is one row of a matrix of days (proleptic ordinals), one column per kind of event in the order in which they
can happen; `NEVER` where an event does not happen. Each event makes a version, recorded some days later.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from sandbox.province.filing import OPENED, filed_days
from sandbox.province.randomness import chance
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.workdays import ordinals_on_workdays

NEVER = 9_999_999
_EPOCH = date(1970, 1, 1).toordinal()
_MOST_VERSIONS = 64


@dataclass(frozen=True)
class LifeVersions:
    """Parallel arrays by time of record: whose version, what day it tells of, when it was recorded, its number.

    `keys` is one stable number per version; it does not depend on the size of the province.
    """

    member: np.ndarray
    day: np.ndarray
    recorded_at: np.ndarray
    number: np.ndarray
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.member)


def versions_of_lives(
    seed: int, table: str, keys: np.ndarray, days: np.ndarray, more: tuple[np.ndarray, np.ndarray] | None = None
) -> LifeVersions:
    """The versions of all lives within the span of the sandbox.

    `keys` are the numbers of the members; `more` adds versions without an event as (member, day). What was recorded
    before the span is one version, filed in December 2017, in the state of that time.
    """
    member, event = np.nonzero(days < NEVER)
    day = days[member, event].astype(np.int64)
    if more is not None:
        member, day = np.concatenate([member, more[0]]), np.concatenate([day, more[1].astype(np.int64)])
    order = np.lexsort((day, member))
    member, day = member[order], day[order]
    first = np.r_[True, member[1:] != member[:-1]] if len(member) else np.zeros(0, dtype=bool)
    starts = np.flatnonzero(first)
    number = np.arange(len(member)) - np.repeat(starts, np.diff(np.r_[starts, len(member)])) + 1
    filed = filed_days(day, chance(seed, f"{table}/lag", keys)[member])
    second = 9 * 3600 + (chance(seed, f"{table}/clock", keys)[member] * 22_000).astype(np.int64) + 97 * number
    early = filed < FIRST_DAY.toordinal()
    last_early = early & ~np.r_[early[1:] & ~first[1:], False] if len(member) else early
    opened = ordinals_on_workdays(OPENED.toordinal() + keys[member] % 28)
    filed = np.where(early, np.maximum(opened, filed), filed)
    kept = (last_early | ~early) & (filed <= LAST_DAY.toordinal())
    at = ((filed - _EPOCH) * 86_400 + second).astype("datetime64[s]")
    order = np.flatnonzero(kept)
    order = order[np.lexsort((keys[member[order]], at[order]))]
    return LifeVersions(
        member[order], day[order], at[order], number[order], keys[member[order]] * _MOST_VERSIONS + number[order]
    )


def latest_event(days: np.ndarray, versions: LifeVersions) -> np.ndarray:
    """The column of the last event up to each version's day."""
    known = np.where(days[versions.member] <= versions.day[:, None], days[versions.member], -1)
    # The last of equal days wins: events of one day happen in the order of their columns.
    return days.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)


def known_day(days: np.ndarray, versions: LifeVersions, event: int) -> np.ndarray:
    """The day of one event as each version knows it, NEVER if it still lies ahead."""
    day = days[versions.member, event]
    return np.where(day <= versions.day, day, NEVER)


def day_texts(days: np.ndarray) -> list[object]:
    """ISO dates; an empty text for NEVER."""
    never = days >= NEVER
    stated = np.datetime_as_string((np.where(never, _EPOCH, days) - _EPOCH).astype("datetime64[D]"))
    return np.where(never, "", stated).tolist()


def ordinal(year: int, month: int = 1, day: int = 1) -> int:
    """The proleptic ordinal of a date."""
    return date(year, month, day).toordinal()
