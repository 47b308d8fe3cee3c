"""When figures are reported: a flash on the last day of the month, a restatement by some about the 15th of the next.

A few zones are late by up to six days; an enterprise that has ended by the end of a month does not report it.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from sandbox.province.calibration import LATE_SHARE, LATEST_DAYS, RESTATED_SHARE
from sandbox.province.randomness import chance, stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY

# Only zones are late; the platform closes its forms for enterprises on the last day.
_CAN_BE_LATE = "zone"


@dataclass(frozen=True)
class ReportEvent:
    """One wave of reports about one month; `first_day` and `last_day` bound its report times."""

    year: int
    month: int
    is_restated: bool
    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        return f"{self.year}-{self.month:02d}/{'restated' if self.is_restated else 'flash'}"

    @property
    def month_end(self) -> date:
        """The last day of the month that is reported."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def number(self) -> int:
        """A number of its own for each event."""
        return (self.year * 12 + self.month) * 2 + self.is_restated


@dataclass(frozen=True)
class Reports:
    """Who reports in one event (sorted by time), when (datetime64[s]) and by what factor the value is off."""

    member: np.ndarray
    reported_at: np.ndarray
    factor: np.ndarray


def report_events() -> list[ReportEvent]:
    """Every event within the span of the sandbox, in order of time."""
    events = []
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        for month in range(1, 13):
            end = date(year, month, monthrange(year, month)[1])
            latest = end + timedelta(days=LATEST_DAYS)
            events.append(ReportEvent(year, month, False, end, latest if latest <= LAST_DAY else end))
            later = date(year + month // 12, month % 12 + 1, 13)
            if later < LAST_DAY:
                events.append(ReportEvent(year, month, True, later, later.replace(day=17)))
    return events


def restates(seed: int, who: str, event: ReportEvent, count: int) -> np.ndarray:
    """Which members give this month a second value."""
    return chance(seed, f"restates/{who}/{event.year}-{event.month:02d}", np.arange(count)) < RESTATED_SHARE


def reports_of(
    seed: int,
    who: str,
    event: ReportEvent,
    present_from: np.ndarray,
    keys: np.ndarray,
    present_until: np.ndarray | None = None,
) -> Reports:
    """The reports of one event, by time and key; a member is there from `present_from` to `present_until` (datetime64[s])."""
    count = len(present_from)
    rng = stream(seed, "reports", who, event.label)
    again = restates(seed, who, event, count)
    first = np.datetime64(event.first_day, "s")
    if event.is_restated:
        offset = rng.integers(0, 5, count) * 86_400 + rng.integers(9 * 3600, 17 * 3600 + 1800, count)
        reporting = again
        factor = np.ones(count)
    else:
        offset = rng.integers(17 * 3600, 20 * 3600, count) + _delay(seed, who, event, count)
        reporting = np.ones(count, dtype=bool)
        factor = np.where(again, 1.0 + rng.uniform(-0.02, 0.015, count), 1.0)
    at = first + offset.astype("timedelta64[s]")
    month_end = np.datetime64(event.month_end, "s")
    reporting &= present_from <= month_end
    if present_until is not None:
        reporting &= present_until > month_end
    member = np.flatnonzero(reporting)
    member = member[np.lexsort((keys[member], at[member]))]
    return Reports(member, at[member], factor[member])


def _delay(seed: int, who: str, event: ReportEvent, count: int) -> np.ndarray:
    """Seconds by which each member is late with its first report: one to six whole days for a few zones."""
    if who != _CAN_BE_LATE or event.last_day == event.month_end:
        return np.zeros(count, dtype=np.int64)
    draw = chance(seed, f"late/{event.label}", np.arange(count))
    return np.where(draw < LATE_SHARE, 1 + np.floor(draw / LATE_SHARE * LATEST_DAYS), 0).astype(np.int64) * 86_400
