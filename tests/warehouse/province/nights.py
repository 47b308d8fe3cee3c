"""When the golden nights were, and what a night brings: batches of rows with the window that they were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.warehouse.candidate import Row

DAY_1, DAY_2 = date(2019, 6, 29), date(2019, 6, 30)
# On this day 上饶县 (361121) became 广信区 (361104).
DAY_3 = date(2019, 10, 1)
# Days before the first night that the third night loads for the first time.
BACKFILLED = (date(2019, 6, 17), date(2019, 6, 20))


@dataclass(frozen=True)
class Batch:
    """Rows of "system/dataset" that one load brought; without `since` it was a first load, which has no window."""

    dataset: str
    rows: Sequence[Row]
    load_date: date
    since: date | None = None


def first(dataset: str, *rows: Row) -> Batch:
    """The first load, with all history."""
    return Batch(dataset, rows, DAY_1)


def second(dataset: str, *rows: Row) -> Batch:
    """The changes of the second day; what was reported before it is late."""
    return Batch(dataset, rows, DAY_2, DAY_2)


def third(dataset: str, *rows: Row) -> Batch:
    """The changes from July to the first of October."""
    return Batch(dataset, rows, DAY_3, date(2019, 7, 1))


def backfill(dataset: str, *rows: Row) -> Batch:
    """Days before the first night that were loaded after all, on the third night."""
    return Batch(dataset, rows, BACKFILLED[1], BACKFILLED[0])
