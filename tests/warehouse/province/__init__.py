"""A small province in three nights: 29 and 30 June 2019, and the first of October with a backfill of June."""

from pathlib import Path

from ingestion.declaration import load_declarations
from tests.warehouse.candidate import add_batch
from tests.warehouse.province import (
    approval,
    cluster,
    connection,
    enterprises_and_credit,
    environment,
    innovation,
    land,
    pollution,
    projects_and_money,
    reform,
    trading,
    zones_and_revenue,
)

SUBJECTS = (
    zones_and_revenue,
    enterprises_and_credit,
    pollution,
    environment,
    projects_and_money,
    trading,
    cluster,
    innovation,
    land,
    reform,
    approval,
    connection,
)


def load_night(path: Path, number: int) -> None:
    """Append the batches of night 1, 2 or 3 to a candidate."""
    keys = {dataset.id: dataset.key for dataset in load_declarations().values()}
    for subject in SUBJECTS:
        for batch in subject.NIGHTS[number - 1]:
            add_batch(path, batch.dataset, batch.load_date, batch.rows, keys[batch.dataset], since=batch.since)
