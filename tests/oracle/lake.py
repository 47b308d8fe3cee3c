"""What the lake says on a day: the typed rows of ingestion, as they were loaded by then."""

from __future__ import annotations

import json
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
        return pl.read_parquet(files).sort(_ARRIVAL) if files else pl.DataFrame()

    def versions(self, dataset: str, *key: str) -> pl.DataFrame:
        """The versions of each record by known_from, the day on which it was known.

        That is the day of the report; of one that had been reported before the window of its batch, the day it was
        loaded. A report that comes after a younger one was known is no version.
        """
        rows = self.rows(dataset)
        if not rows.height:
            return rows
        reported = pl.col("reported_at").dt.date()
        is_late = (reported < pl.col("window_since")).fill_null(False)
        known = rows.join(self._windows(dataset), on="batch_id", how="left", maintain_order="left").with_columns(
            known_from=pl.when(is_late).then("load_date").otherwise(reported)
        )
        ordered = known.sort("known_from", "reported_at", maintain_order=True)
        return ordered.filter(pl.col("reported_at") >= pl.col("reported_at").cum_max().over(key))

    def latest(self, dataset: str, *key: str) -> pl.DataFrame:
        """The last known version of each record."""
        found = self.versions(dataset, *key)
        return found.unique(key, keep="last", maintain_order=True) if found.height else found

    def stood_on(self, day: date, dataset: str, *key: str) -> pl.DataFrame:
        """The version of each record that had been reported by an earlier day, also where we knew it later."""
        found = self.versions(dataset, *key).filter(pl.col("reported_at").dt.date() <= day)
        return found.unique(key, keep="last", maintain_order=True)

    def messages(self, dataset: str, key: str) -> pl.DataFrame:
        """The last messages of the trading exchange: what the last one deletes (3) is gone."""
        return self.latest(dataset, key).filter(pl.col("operation") != "3")

    def days_with_rows(self, system: str) -> list[date]:
        """The days on which a batch of a system brought rows."""
        days = [day for day in (self.home / "lake" / system).glob("*/load_date=*") if _day(day) <= self.as_of]
        return [_day(day) for day in days if _has_rows(sorted(day.glob("*.parquet")))]

    def _windows(self, dataset: str) -> pl.DataFrame:
        """First day of the window of each batch; a first load has none."""
        records = [json.loads(file.read_text("utf-8")) for file in (self.home / "batches" / dataset).rglob("*.json")]
        rows = [{"batch_id": one["batch_id"], "window_since": one["window_since"]} for one in records]
        schema = {"batch_id": pl.String, "window_since": pl.String}
        return pl.DataFrame(rows, schema).with_columns(pl.col("window_since").str.to_date())


def _day(folder: Path) -> date:
    return date.fromisoformat(folder.name.removeprefix("load_date="))


def _has_rows(files: Sequence[Path]) -> bool:
    return bool(files) and bool(pl.scan_parquet(files).select(pl.len()).collect().item())
