"""What the lake says on a day: the typed rows of ingestion, as they were loaded by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

# Which of two rows with equal times came later: they stand in this order in the batches, files and pages.
_ARRIVAL = ("load_date", "loaded_at", "source_file", "record_number")


@dataclass(frozen=True)
class Lake:
    """The lake of a state folder with what had been loaded by a day."""

    home: Path
    as_of: date

    def rows(self, dataset: str) -> pl.DataFrame:
        """All rows of "system/dataset" in the order of their arrival; an empty frame without columns if none came."""
        folder = self.home / "lake" / dataset
        days = [day for day in sorted(folder.glob("load_date=*")) if _day(day) <= self.as_of]
        files = [file for day in days for file in sorted(day.glob("*.parquet"))]
        if not files:
            return pl.DataFrame()
        return pl.read_parquet(files).sort(_ARRIVAL)

    def latest(self, dataset: str, *key: str) -> pl.DataFrame:
        """The last known version of each record: that of the youngest report, whenever it was delivered."""
        rows = self.rows(dataset)
        return rows.sort("reported_at", maintain_order=True).unique(key, keep="last") if rows.height else rows

    def messages(self, dataset: str, key: str) -> pl.DataFrame:
        """The same for messages of the trading exchange: what its last message deletes (3) is gone."""
        return self.latest(dataset, key).filter(pl.col("operation") != "3")

    def last_loads(self, systems: Sequence[str]) -> dict[str, list[date]]:
        """For each system the days whose batches brought rows."""
        found: dict[str, list[date]] = {}
        for system in systems:
            days = sorted((self.home / "lake" / system).glob("*/load_date=*"))
            found[system] = [_day(day) for day in days if _day(day) <= self.as_of and _has_rows(day)]
        return found


def _day(folder: Path) -> date:
    return date.fromisoformat(folder.name.removeprefix("load_date="))


def _has_rows(folder: Path) -> bool:
    return any(pl.scan_parquet(file).select(pl.len()).collect().item() for file in folder.glob("*.parquet"))
