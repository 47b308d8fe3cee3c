"""How offices work: on working days, in office hours, and some days after the event that they record."""

from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.workdays import next_workday, ordinals_on_workdays

OPENED = date(2017, 12, 1)
"""The platform opened in this month, before the first day that it tells of: what is older is recorded in it."""

# One record of a life in 25 is filed weeks late.
_LATE_SHARE = 0.04


def office_time(day: date, draw: int) -> datetime:
    """A time of the office hours of a day."""
    return _in_office(day, draw, draw // 7, draw // 11)


def filed(day: date, draw: int) -> datetime:
    """When the platform records what happened on `day`: one to seven days later, or when offices open again."""
    at = day + timedelta(days=1 + draw % 7)
    if at < OPENED:
        at = OPENED + timedelta(days=draw % 28)
    return _in_office(next_workday(at), draw // 7, draw // 61, draw // 3_607)


def noticed(day: date, firm: int) -> datetime:
    """When the platform notices what became of an enterprise: two to eight days later, or when offices open again."""
    return _in_office(next_workday(day + timedelta(days=2 + firm % 7)), firm, firm * 7, firm * 11)


def filed_days(days: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """The working day on which each event is recorded (ordinals): 1 to 7 days later, for a few 20 to 45.

    One draw from [0, 1) for each event; with the same draw the delay is the same, so that a life keeps its order.
    """
    lag = np.where(draw < _LATE_SHARE, 20 + draw / _LATE_SHARE * 26, 1 + draw * 7).astype(np.int64)
    return ordinals_on_workdays(days + lag)


def _in_office(day: date, hour: int, minute: int, second: int) -> datetime:
    return datetime(day.year, day.month, day.day, 9 + hour % 8, minute % 60, second % 60)
