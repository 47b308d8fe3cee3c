"""The days on which offices work: Monday to Friday, less the holidays of the State Council, with the days that make up.

The schedule is that of the package `chinesecalendar`; years that it does not know have their weekends only.
"""

from datetime import date, timedelta

import numpy as np
from chinese_calendar import holidays, workdays

# The vectorised calendar knows these years, which hold every day of a life within and around the span.
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST, _END = date(2010, 1, 1), date(2035, 1, 1)


def is_workday(day: date) -> bool:
    """Whether offices work on a day."""
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def is_holiday(day: date) -> bool:
    """Whether a day is part of a holiday, weekends within it included."""
    return day in holidays


def last_workday(day: date) -> date:
    """The day itself, or the last one before it on which offices work."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def next_workday(day: date) -> date:
    """The day itself, or the first one after it on which offices work."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def _calendar() -> np.busdaycalendar:
    days = (_FIRST + timedelta(days=n) for n in range((_END - _FIRST).days))
    return np.busdaycalendar("1111111", [day for day in days if not is_workday(day)])


OFFICE_CALENDAR = _calendar()
"""For numpy's business-day functions. The week has seven working days and every day off is a holiday: numpy has no
weekend days that are worked."""


def workdays_after(day: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """The working day `count` working days after each day (datetime64[D]); a day off counts as the next working day."""
    return np.busday_offset(day, count, roll="forward", busdaycal=OFFICE_CALENDAR)


def are_workdays(days: np.ndarray) -> np.ndarray:
    """Whether offices work on each day (datetime64[D])."""
    return np.is_busday(days, busdaycal=OFFICE_CALENDAR)


def ordinals_on_workdays(days: np.ndarray) -> np.ndarray:
    """Each day (proleptic ordinals), or the first one after it on which offices work."""
    return workdays_after((days - _EPOCH).astype("datetime64[D]"), 0).astype(np.int64) + _EPOCH


def workdays_before(day: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """The working day `count` working days before each day; a day off counts as the last working day before it."""
    return np.busday_offset(day, -np.asarray(count), roll="backward", busdaycal=OFFICE_CALENDAR)
