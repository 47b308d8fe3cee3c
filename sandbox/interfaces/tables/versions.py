"""What the tables of dated versions share: spelled days, and rows in the order of their records."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import numpy as np

from sandbox.interfaces.records import Columns, Records, in_order, seconds, stated


class Recorded(Protocol):
    """A version of something with the time of its record."""

    @property
    def recorded_at(self) -> datetime: ...


def day_texts(days: Sequence[date | None]) -> list[object]:
    """Days as the platform spells them; what has not happened is empty."""
    return [day.isoformat() if day else "" for day in days]


def versions_in_order(columns: Columns, versions: Sequence[Recorded]) -> Records:
    """The rows with `updated_at`, by time of record; a row's key is its place in the province's own list."""
    times = seconds([version.recorded_at for version in versions])
    return in_order({**columns, "updated_at": stated(times)}, times, np.arange(len(times), dtype=np.int64))
