"""What every interface serves rows from: clean records, and which of their fields dirt may strike.

A dataset of a platform is declared as a `TableSpec`, `CreditTable`, `TradingTable` or `LinesTable`: functions that give its
clean rows and its `Roles`. How rows become bytes, and how they get dirty on the way, is the interface's business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from sandbox.province.trading import Message
from sandbox.province.versions import Recorded

Columns = dict[str, list[object]]
Moment = np.datetime64 | None


@dataclass(frozen=True)
class Records:
    """Clean rows of one dataset in order of their time of record.

    `columns` hold text, int, float or None per source field, as a clean platform states them; `recorded_at` is
    datetime64[s], ascending; `keys` (int64) gives every row a stable number of its own within the dataset.
    """

    columns: Columns
    recorded_at: np.ndarray
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.recorded_at)


@dataclass(frozen=True)
class Roles:
    """Which source fields which dirt can strike; a field may stand in several.

    A field in `numbers` or `capitals` that is required must stand in `required` too, so that nobody takes it away in silence.
    """

    key: tuple[str, ...]
    # May be emptied: the row must be quarantined.
    required: tuple[str, ...] = ()
    # Credit codes of type `uscc`: lower case, full width (repaired), wrong check character (quarantined).
    codes: tuple[str, ...] = ()
    # Codes that the lake keeps as text: lower case is loaded as served.
    loose_codes: tuple[str, ...] = ()
    # Numbers: a text instead, HTML or separators in them, the spellings of "missing".
    numbers: tuple[str, ...] = ()
    # Numbers whose last word must stay: where dirt withholds one, the value follows a little later.
    vital: tuple[str, ...] = ()
    # Amounts off by 10,000, only where a declared rule catches it.
    amounts: tuple[str, ...] = ()
    # Amounts since January of the year that `month` names (YYYY-MM): the month's own amount instead.
    cumulative: tuple[str, ...] = ()
    month: str = "stat_month"
    # Registered capital in 10,000 yuan, type `capital_text`: spelled with its unit.
    capitals: tuple[str, ...] = ()
    # Optional end dates: 2099-12-31 or 9999-12-31 where nothing has ended (repaired to null).
    open_dates: tuple[str, ...] = ()
    # Other dates: 20190601, 2019/6/1, 2019年6月1日 (repaired).
    dates: tuple[str, ...] = ()
    # Points of time: without their year (quarantined).
    times: tuple[str, ...] = ()
    # Fields of type `name`: other brackets and blanks (repaired), cut short or garbled (quarantined).
    names: tuple[str, ...] = ()
    # Numbers of standards, type `standard_no` (repaired).
    standards: tuple[str, ...] = ()
    # Region codes: retired ones and pseudo-codes of platforms (kept).
    regions: tuple[str, ...] = ()
    # Names of regions that stand beside their code: another region's name (kept).
    region_names: tuple[str, ...] = ()
    # The field that holds the row's time of record; None is the interface's usual one.
    recorded: str | None = None


@dataclass(frozen=True)
class TableSpec:
    """One table of the smart-zone platform; `sources` are its parts in order of time.

    `spans` may bound the record times of each part, [first, end) in datetime64[s], so that parts outside a window are never
    built. `kept` parts stay in memory.
    """

    dataset: str
    path: str
    sources: list[Callable[[], Records]]
    roles: Roles
    kept: int = 1
    spans: Sequence[tuple[Moment, Moment]] | None = None


@dataclass(frozen=True)
class CreditTable:
    """One CSV member of the credit register's nightly ZIP.

    `records(first, end, is_full)` gives the versions recorded on the days first <= day < end, or with `is_full` the latest
    version of everything recorded before `end` (in any order). Empty values are "".
    """

    dataset: str
    records: Callable[[date, date, bool], Records]
    roles: Roles


@dataclass(frozen=True)
class TradingTable:
    """One folder of the trading exchange: `messages(day)` by time, `data_no` and both titles as the TITLE element states them."""

    dataset: str
    data_no: str
    chinese: str
    english: str
    messages: Callable[[date], list[Message]]
    roles: Roles


@dataclass(frozen=True)
class LinesTable:
    """One folder of daily JSON-lines files; `records(first, end)` gives the rows recorded on the days first <= day < end.

    The columns hold row_guid, cd_operation, cd_time, cd_batch and data_source beside the dataset's own.
    """

    dataset: str
    records: Callable[[date, date], Records]
    roles: Roles


def seconds(values: Sequence[datetime]) -> np.ndarray:
    """Points of time as datetime64[s]."""
    return np.array(values, dtype="datetime64[s]")


def stated(datetimes: np.ndarray | Sequence[datetime]) -> list[object]:
    """Points of time as platforms spell them, `2019-06-30 17:05:09`; None and NaT stay None."""
    times = datetimes if isinstance(datetimes, np.ndarray) else np.array(datetimes, dtype="datetime64[s]")
    texts = np.datetime_as_string(times.astype("datetime64[s]"), unit="s").tolist()
    return [None if text == "NaT" else text.replace("T", " ") for text in texts]


def stated_day(day: date | None) -> str:
    """A day as platforms spell it; what has not happened is empty."""
    return day.isoformat() if day else ""


def in_order(columns: Columns, recorded_at: np.ndarray, keys: np.ndarray) -> Records:
    """The rows sorted by time of record, then key."""
    order = np.lexsort((keys, recorded_at))
    return Records(rows_of(columns, order), recorded_at[order], keys[order])


def versions_in_order(columns: Columns, versions: Sequence[Recorded]) -> Records:
    """The rows of dated versions with `updated_at`, by time of record; a row's key is its place in the province's own list."""
    times = seconds([version.recorded_at for version in versions])
    return in_order({**columns, "updated_at": stated(times)}, times, np.arange(len(times), dtype=np.int64))


def rows_of(columns: Columns, places: np.ndarray) -> Columns:
    """The rows at these places, in their order."""
    positions = places.tolist()
    return {name: list(map(values.__getitem__, positions)) for name, values in columns.items()}
