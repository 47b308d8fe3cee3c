"""Quarantine as its readers see it: the rows that wait for a correction, and what became of those taken up again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from ingestion.errors import IngestionError
from ingestion.lake import QUARANTINE_SCHEMA
from ingestion.records import BatchRecord, read_records

REPLAYED_IN = "replayed_in"
"""Batch that took the row up again, null while it waits."""

_ROW_SCHEMA = dict.fromkeys([*QUARANTINE_SCHEMA, REPLAYED_IN], pl.String()) | {
    "load_date": pl.Date(),
    "record_number": pl.Int64(),
}


@dataclass(frozen=True)
class Selection:
    """Which rows are meant; None means all."""

    owner: str | None = None
    dataset: str | None = None
    rule: str | None = None
    since: date | None = None
    until: date | None = None
    row_ids: Sequence[str] | None = None

    def condition(self) -> pl.Expr:
        """The selection as a condition on quarantine rows."""
        wanted: list[pl.Expr] = [pl.lit(True)]
        if self.owner is not None:
            wanted.append(pl.col("owner") == self.owner)
        if self.dataset is not None:
            wanted.append(pl.format("{}/{}", "system", "dataset") == self.dataset)
        if self.rule is not None:
            wanted.append(pl.col("rule") == self.rule)
        if self.since is not None:
            wanted.append(pl.col("load_date") >= self.since)
        if self.until is not None:
            wanted.append(pl.col("load_date") <= self.until)
        if self.row_ids is not None:
            wanted.append(pl.col("row_id").is_in(list(self.row_ids)))
        return pl.all_horizontal(wanted)


def taken_up(records: Iterable[BatchRecord]) -> dict[str, str]:
    """Row id -> the latest batch that took the row up again."""
    return {row_id: record.batch_id for record in records for row_id in record.replayed}


def quarantined_rows(home: Path, selection: Selection, records: Sequence[BatchRecord] | None = None) -> pl.DataFrame:
    """The selected rows of every finished batch with REPLAYED_IN, by load date, dataset and place."""
    records = read_records(home) if records is None else records
    files = [home / r.quarantine_file for r in records if r.quarantine_file]
    if not files:
        return pl.DataFrame(schema=_ROW_SCHEMA)
    replayed = taken_up(records)
    known = pl.DataFrame(
        {"row_id": list(replayed), REPLAYED_IN: list(replayed.values())},
        schema={"row_id": pl.String(), REPLAYED_IN: pl.String()},
    )
    rows = pl.scan_parquet(files, hive_partitioning=False).filter(selection.condition()).collect()
    return (
        rows.join(known, on="row_id", how="left")
        .select(*_ROW_SCHEMA)
        .sort("load_date", "system", "dataset", "batch_id", "source_file", "record_number", "row_id")
    )


def waiting(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that no later batch has taken up."""
    return rows.filter(pl.col(REPLAYED_IN).is_null())


def summary(rows: pl.DataFrame) -> pl.DataFrame:
    """One line per owner, dataset and rule: rows waiting and taken up, and the days they came on."""
    return (
        rows.group_by("owner", pl.format("{}/{}", "system", "dataset").alias("dataset"), "rule")
        .agg(
            pl.col(REPLAYED_IN).is_null().sum().alias("waiting"),
            pl.col(REPLAYED_IN).is_not_null().sum().alias("taken_up"),
            pl.col("load_date").min().alias("first_day"),
            pl.col("load_date").max().alias("last_day"),
        )
        .sort("owner", "dataset", "waiting", "rule", descending=[False, False, True, False])
    )


def row_history(home: Path, row_id: str) -> list[dict[str, object]]:
    """A row, then the row that its replay put into quarantine again, and so on; each with its `outcome` in words.

    Raises IngestionError when no row has this id.
    """
    records = read_records(home)
    by_batch = {record.batch_id: record for record in records}
    chain: list[dict[str, object]] = []
    wanted = Selection(row_ids=[row_id])
    while found := quarantined_rows(home, wanted, records).to_dicts():
        row = found[0]
        batch = by_batch.get(str(row[REPLAYED_IN]))
        if batch is None:
            return [*chain, row | {"outcome": "waits for a correction"}]
        again = _refused_again(home, batch, batch.replayed[str(row["row_id"])])
        what = "refused again" if again else "loaded"
        chain.append(row | {"outcome": f"taken up on {batch.load_date} by batch {batch.batch_id}: {what}"})
        if again is None:
            return chain
        wanted = Selection(row_ids=[again])
    raise IngestionError(f"No quarantined row has the id {row_id}; `zonehouse quarantine show` lists them.")


def _refused_again(home: Path, batch: BatchRecord, record_number: int) -> str | None:
    if batch.quarantine_file is None:
        return None
    rows = pl.read_parquet(home / batch.quarantine_file, hive_partitioning=False)
    ids = rows.filter(pl.col("record_number") == record_number)["row_id"].to_list()
    return str(ids[0]) if ids else None
