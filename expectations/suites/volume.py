"""What a batch should hold by the history of its own dataset, in SQL over raw.batch.

A platform can answer with success and a tenth of its rows. What is usual depends on the calendar: offices rest at
weekends and on public holidays, forms are filled in at the end of a month, registers are extracted whole on the first.
So a day is compared with days of its own kind, and where there are none yet it is not judged.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ingestion.declaration import ExpectedVolume

HOLIDAY_SCHEDULE = Path(__file__).parents[2] / "dbt_project" / "seeds" / "holiday_schedule.csv"
"""The seed behind dim.dim_date, which is not built yet when the first batches are judged. A year that is not listed has
its weekends only."""

LIKE_DAYS = 6
"""How many earlier days of the same weekday, or of the same place in the month, make the usual volume."""

RECENT = 14
"""How many earlier days of the same part of the week stand in for a weekday that has not been seen twice."""

LEAST_MONTHS = 3
"""A place in the month has a rhythm from this many earlier months on."""

WAVE = 3
"""How many times the mean day a day must bring to be a wave of reports."""

NOISE = 4
"""Rare events scatter by the root of their number (Poisson): a volume within so many roots of the usual is chance."""


class VolumeSql(NamedTuple):
    """`tables`: common table expressions after `recent` (batches of one dataset), the last of which, `volume`, has
    batch_id, load_date, received_count and usual_count (null: nothing to compare with) of each new batch that has a
    volume."""

    tables: str
    usual: str


def volume_sql(volume: ExpectedVolume) -> VolumeSql:
    """The SQL for one way of comparing."""
    if volume.basis == "per_month_day":
        return VolumeSql(_by_day(_PLACE_IN_MONTH), "in the same place of earlier months")
    by_weekday = _by_day(_WEEKDAY)
    if volume.basis == "per_day":
        return VolumeSql(by_weekday, "on earlier days of the same kind")
    return VolumeSql(
        by_weekday.replace("volume as (", "changes_volume as (") + _FULL, "in earlier deliveries of the same kind"
    )


def is_suspect(volume: ExpectedVolume) -> str:
    """The predicate over `volume` that is true for a batch that is far below the usual."""
    return (
        f"(received_count < {volume.min_ratio} * usual_count"
        f" and received_count < usual_count - {NOISE} * sqrt(usual_count))"
    )


# The expected volume of a day: of the same weekday, else of days of the same part of the week; a working day without
# either is compared with the daily mean of batches of any length, which is no measure for a weekend. Listed days are
# no history, and nobody knows whether a platform keeps them: they are expected to bring the least of both ways.
_WEEKDAY = f"""
    case when is_listed then least(same_median, weekend_median)
         when same_count >= 2 then same_median
         when alike_count >= 2 then alike_median
         when not is_weekend and pace_count >= 2 then daily_mean end as usual_count
    from (
        select *, median(ordinary_count) over like_days as same_median, count(ordinary_count) over like_days as same_count,
               median(ordinary_count) over alike as alike_median, count(ordinary_count) over alike as alike_count,
               median(ordinary_count) filter (where is_weekend) over
                   (order by load_date, batch_id, day rows between {2 * RECENT} preceding and 1 preceding)
                   as weekend_median
        from kinds
        window like_days as (partition by isodow(day) order by load_date, batch_id, day
                             rows between {LIKE_DAYS} preceding and 1 preceding),
               alike as (partition by is_weekend order by load_date, batch_id, day
                         rows between {RECENT} preceding and 1 preceding)
    )"""

# The least that came in the same place of the month, counted from its start or its end: a wave that moved in one of
# the earlier months has no fixed place, and its absence proves nothing. The trickle between the waves is not judged.
_PLACE_IN_MONTH = f"""
    case when usual >= {WAVE} * usual_day then usual end as usual_count
    from (
        select *, avg(received_count) over
                   (order by load_date, batch_id, day rows between 92 preceding and 1 preceding) as usual_day,
               greatest(case when count(received_count) over from_start >= {LEAST_MONTHS}
                             then min(received_count) over from_start end,
                        case when count(received_count) over from_end >= {LEAST_MONTHS}
                             then min(received_count) over from_end end) as usual
        from kinds
        window from_start as (partition by day_of_month, is_off order by load_date, batch_id, day
                              rows between {LIKE_DAYS} preceding and 1 preceding),
               from_end as (partition by days_to_end, is_off order by load_date, batch_id, day
                            rows between {LIKE_DAYS} preceding and 1 preceding)
    )"""


def _by_day(usual: str) -> str:
    """Changes, day by day: a batch over several days is expected to hold at least what those of its days bring together
    of which the usual is known."""
    return f"""
), exceptional as (
    from (values {_exceptional_days()}) as listed (day, off)
), paced as (
    select *, window_until - window_since + 1 as day_count,
           median(received_count / (window_until - window_since + 1)) over before as daily_mean,
           count(*) over before as pace_count
    from recent where kind = 'changes' and window_since is not null
    window before as (order by load_date, batch_id rows between {RECENT} preceding and 1 preceding)
), days as (
    select batch_id, load_date, is_new, daily_mean, pace_count, if(day_count = 1, received_count, null) as received_count,
           cast(unnest(generate_series(window_since, window_until, interval 1 day)) as date) as day
    from paced where is_new or day_count = 1
), kinds as (
    select days.*, isodow(days.day) > 5 as is_weekend, coalesce(exceptional.off, is_weekend) as is_off,
           exceptional.off is not null as is_listed, if(is_listed, null, received_count) as ordinary_count,
           day(days.day) as day_of_month, last_day(days.day) - days.day as days_to_end
    from days left join exceptional on exceptional.day = days.day
), judged_days as (
    select batch_id, is_new, {usual}
), volume as (
    select paced.batch_id, paced.load_date, paced.received_count, summed.usual_count
    from paced join (
        select batch_id, sum(usual_count) as usual_count from judged_days where is_new group by batch_id
    ) as summed on summed.batch_id = paced.batch_id"""


# Full extracts are made on the first of a month: as many as months begin in the window. Changes are judged by day.
_FULL = """
), extracts as (
    select *, nullif(date_diff('month', window_since - interval 1 day, window_until), 0) as extract_count
    from recent where kind = 'full' and window_since is not null
), full_volume as (
    select *, extract_count * lag(received_count / extract_count) over (order by load_date, batch_id) as usual_count
    from extracts
), volume as (
    select batch_id, load_date, received_count, usual_count from full_volume where is_new
    union all by name
    select * from changes_volume"""


@functools.cache
def exceptional_days() -> Mapping[date, bool]:
    """Working days that are holidays (true) and weekend days that are worked instead (false)."""
    with HOLIDAY_SCHEDULE.open(encoding="utf-8", newline="") as lines:
        listed = {date.fromisoformat(row["date_day"]): row["is_workday"] == "false" for row in csv.DictReader(lines)}
    return {day: is_off for day, is_off in listed.items() if is_off == (day.isoweekday() <= 5)}


def _exceptional_days() -> str:
    return ", ".join(f"(date '{day}', {str(is_off).lower()})" for day, is_off in exceptional_days().items())
