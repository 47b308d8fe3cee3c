"""The zones' connections to the systems of the province, day by day: heartbeats, rows handed over, enterprises connected.

A system goes live on one day and the zones link up over the months after it, the last of them about 13 months later. From
its link on a zone states every evening how its line has been; about one line-day in eighty is out for some hours.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.life import Life
from sandbox.province.randomness import chance
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.workdays import are_workdays
from sandbox.province.zones import Zone, ZoneVersion

# system -> (day on which it goes live, longest wait of a zone in days, rows a day of a zone of middle rank)
SYSTEMS = {
    "smart_zone": (date(2017, 3, 1), 0, 60.0),
    "credit": (date(2018, 5, 7), 300, 25.0),
    "monitoring": (date(2018, 7, 2), 330, 400.0),
    "trading": (date(2018, 10, 15), 310, 6.0),
    "gov_service": (date(2019, 1, 14), 400, 35.0),
}
# One beat every five minutes in the 24 hours to 23:00, when the day is stated.
BEATS_PER_DAY = 288
_OUTAGE_SHARE = 0.0125


@dataclass(frozen=True)
class Statements:
    """Parallel columns, one entry per zone, system and day, by time of record (datetime64[s])."""

    zone: np.ndarray
    system: np.ndarray
    day: np.ndarray
    beats: np.ndarray
    last_beat: np.ndarray
    rows: np.ndarray
    connected: np.ndarray
    settled: np.ndarray
    recorded_at: np.ndarray
    keys: np.ndarray


@dataclass(frozen=True)
class Connections:
    """All lines between zones and systems."""

    seed: int
    zones: list[Zone]
    zone_versions: list[ZoneVersion]
    enterprises: Enterprises
    life: Life

    @cached_property
    def linked_from(self) -> np.ndarray:
        """First day (datetime64[D]) on which each zone (row) is linked to each system (column)."""
        ids = np.array([int(zone.zone_id) for zone in self.zones])
        joined = {version.zone.zone_id: version.connected_at.date() for version in self.zone_versions}
        own = np.array([joined[zone.zone_id] for zone in self.zones], dtype="datetime64[D]")
        columns = []
        for number, (live, longest, _) in enumerate(SYSTEMS.values()):
            # Most zones link up soon, some take their time.
            wait = np.floor(longest * chance(self.seed, "linked", ids * 10 + number) ** 1.6).astype("timedelta64[D]")
            columns.append(np.maximum(own, np.datetime64(live, "D") + wait))
        return np.column_stack(columns)

    @cached_property
    def _enterprises_by_day(self) -> tuple[np.ndarray, np.ndarray]:
        """(connected, settled): zones x days of the span; how many enterprises are connected or settled by the evening."""
        firms, life = self.enterprises, self.life
        moves, ends = np.flatnonzero(~np.isnat(life.moved_on)), np.flatnonzero(~np.isnat(life.ended_on))

        def by_day(since: np.ndarray) -> np.ndarray:
            change = np.zeros((len(self.zones), (LAST_DAY - FIRST_DAY).days + 2), dtype=np.int64)
            np.add.at(change, (life.home, _offset(since)), 1)
            joined, moved, ended = _offset(since), _offset(life.moved_on), _offset(life.ended_on)
            for gone, day in ((moves, moved), (ends, ended)):
                np.add.at(change, (life.home[gone], np.maximum(day, joined)[gone]), -1)
            np.add.at(change, (life.moved_to[moves], np.maximum(moved, joined)[moves]), 1)
            return change.cumsum(axis=1)

        # What joins after 23:00 would count for the next day; the platform is only used in office hours.
        return by_day(firms.connected_at), by_day(np.array(firms.established, "datetime64[D]"))

    def statements(self, first: date, end: date) -> Statements:
        """Everything stated on the days first <= day < end; each day is stated on its own evening."""
        first, end = max(first, FIRST_DAY), min(end, date.fromordinal(LAST_DAY.toordinal() + 1))
        span = np.arange(np.datetime64(first, "D"), np.datetime64(end, "D"))
        at = np.nonzero(span[:, None, None] >= self.linked_from[None, :, :])
        day, zone, system = span[at[0]], at[1], at[2]
        number = (day - np.datetime64(FIRST_DAY, "D")).astype(np.int64)
        ids = np.array([int(one.zone_id) for one in self.zones])[zone]
        keys = (number * 100_000 + ids) * 10 + system
        out = chance(self.seed, "line/outage", keys)
        # An outage takes from some minutes to the whole of the day.
        share = np.where(out < _OUTAGE_SHARE, chance(self.seed, "line/left", keys) * 0.98, 1.0)
        beats = np.floor(BEATS_PER_DAY * share - (chance(self.seed, "line/lost", keys) < 0.05)).astype(np.int64)
        beats = np.maximum(beats, 0)
        second = 23 * 3600 + np.floor(chance(self.seed, "line/stated", keys) * 1_500).astype(np.int64)
        midnight = day.astype("datetime64[s]")
        last = midnight + (23 * 3600 - 40 - (BEATS_PER_DAY - beats) * 300).astype("timedelta64[s]")
        connected, settled = self._enterprises_by_day
        order = np.lexsort((keys, midnight + second.astype("timedelta64[s]")))
        return Statements(
            zone=zone[order],
            system=system[order],
            day=day[order],
            beats=beats[order],
            last_beat=np.where(beats > 0, last, np.datetime64("NaT", "s"))[order],
            rows=self._rows(zone, system, day, keys, beats)[order],
            connected=connected[zone, number][order],
            settled=settled[zone, number][order],
            recorded_at=(midnight + second.astype("timedelta64[s]"))[order],
            keys=keys[order],
        )

    def _rows(
        self, zone: np.ndarray, system: np.ndarray, day: np.ndarray, keys: np.ndarray, beats: np.ndarray
    ) -> np.ndarray:
        """Rows that the zone handed over or took from the system: busier zones more, little on days off."""
        size = np.array([60.0 / (one.revenue_rank + 20.0) for one in self.zones])[zone]
        usual = np.array([rows for _, _, rows in SYSTEMS.values()])[system]
        # Devices measure on Sundays too.
        quiet = np.where(~are_workdays(day) & (system != list(SYSTEMS).index("monitoring")), 0.06, 1.0)
        spread = 0.7 + 0.6 * chance(self.seed, "line/rows", keys)
        return np.round(size * usual * quiet * spread * beats / BEATS_PER_DAY).astype(np.int64)


def _offset(times: np.ndarray) -> np.ndarray:
    """Days since the first day of the span; what happened before it is 0, what never happens lies behind its end."""
    last = (LAST_DAY - FIRST_DAY).days + 1
    days = (times.astype("datetime64[D]") - np.datetime64(FIRST_DAY, "D")).astype(np.int64)
    return np.where(np.isnat(times), last, np.clip(days, 0, last))


def months() -> list[tuple[date, date]]:
    """[first, end) of every calendar month of the span."""
    starts = [date(y, m, 1) for y in range(FIRST_DAY.year, LAST_DAY.year + 1) for m in range(1, 13)]
    return [*zip(starts, [*starts[1:], date(LAST_DAY.year + 1, 1, 1)], strict=True)]
