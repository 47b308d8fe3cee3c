"""Releases of a real sandbox province on chosen days: real ingestion, candidate, models and publish.

All days between two releases are landed, but for the packets of the devices: of those the last days before each release
are enough, and a year of them would take an hour.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr

from ingestion.batch import BatchRecord, ingest, windows
from ingestion.declaration import Dataset, load_declarations
from orchestration.settings import Settings
from tests.warehouse.candidate import run_dbt
from warehouse import candidate, release
from warehouse.paths import DATABASE

DAYS = (
    date(2019, 1, 31),
    date(2019, 3, 31),
    date(2019, 6, 30),
    date(2019, 11, 14),
    date(2019, 12, 31),
    date(2020, 1, 1),
    date(2020, 1, 20),
    date(2020, 2, 29),
    date(2020, 6, 30),
)
FEW = (date(2019, 6, 30), date(2019, 12, 31), date(2020, 1, 20))
MONITORED = timedelta(days=2)
SILENT, LAST_HEARD, SILENT_ON = "smart_zone/connection", date(2020, 1, 5), date(2020, 1, 20)
"""A feed that has been dead for a fortnight on one of the days."""
HASH_KEY = b"a key for tests only" * 3
CODE_VERSION = "oracle"
BUILD = ("build", "--select", "+fct_target_attainment", "--exclude-resource-type", "unit_test", "test")


def land(home: Path, province: str, since: date | None, day: date) -> list[BatchRecord]:
    """Fetch every dataset from the day after the last release (`since`), or with its history, to the day."""
    settings = Settings(sandbox_url=SecretStr(province), _env_file=None)
    return [
        ingest(dataset, settings.source(dataset.system), home, window, hash_key=HASH_KEY)
        for dataset in load_declarations().values()
        for window in windows(dataset, _first(dataset, since, day), _last(dataset, day))
    ]


def _first(dataset: Dataset, since: date | None, day: date) -> date | None:
    if dataset.system != "monitoring":
        return since
    first = day - MONITORED + timedelta(days=1)
    return max(first, since) if since else first


def _last(dataset: Dataset, day: date) -> date:
    return LAST_HEARD if dataset.id == SILENT and day == SILENT_ON else day


def publish(home: Path, records: list[BatchRecord], day: date) -> Path:
    """Build all that the attainment of targets rests on, upon the last release, and publish it; returns its file."""
    chosen = candidate.prepare(home, load_declarations(), records, day, CODE_VERSION)
    statuses = run_dbt(chosen.path, home / "dbt", *BUILD)
    assert set(statuses.values()) <= {"success", "pass"}, statuses
    content = candidate.manifest_of(chosen, CODE_VERSION, [], candidate.finish(chosen, []))
    release.publish(home, chosen.release_id, chosen.path, content)
    return home / "releases" / chosen.release_id / DATABASE
