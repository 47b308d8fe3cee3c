"""A night without models and gates, light enough to be killed fifty times: real ingestion, candidate and publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import SecretStr

from ingestion.batch import ingest, windows
from ingestion.connectors.source import Source
from ingestion.declaration import Dataset, load_declarations
from orchestration.settings import Settings
from warehouse import candidate, release

# Each kind of interface, and two datasets that share an archive.
DATASETS = (
    "smart_zone/zone_indicator",
    "monitoring/daily_report",
    "credit/registration",
    "credit/abnormal_list",
    "trading/project",
    "gov_service/accepted_case",
)
CODE_VERSION = "light"
HASH_KEY = b"a key for tests only" * 3


def given_by(province: str) -> tuple[dict[str, Dataset], dict[str, Source]]:
    """The declarations of DATASETS, and where a province serves their systems."""
    settings = Settings(sandbox_url=SecretStr(province), _env_file=None)
    datasets = {key: found for key, found in load_declarations().items() if key in DATASETS}
    return datasets, {dataset.system: settings.source(dataset.system) for dataset in datasets.values()}


def run(
    home: Path, datasets: dict[str, Dataset], sources: dict[str, Source], day: date, last: date | None = None
) -> None:
    """Land one day of every dataset, or the days to `last`, build a copy of each raw view in place of the models, and publish.

    The declarations come with the call: reading them takes as long as the night, and starts threads, which a process
    that is to be forked must not have.
    """
    records = [
        ingest(dataset, sources[dataset.system], home, window, hash_key=HASH_KEY)
        for dataset in datasets.values()
        for window in windows(dataset, day, last or day)
    ]
    chosen = candidate.prepare(home, datasets, records, last or day, CODE_VERSION)
    with candidate.connect(chosen.path) as con:
        con.execute("create schema if not exists fact")
        for dataset in datasets.values():
            con.execute(
                f'create or replace table fact."{dataset.dataset}" as select * from raw."{dataset.system}__{dataset.dataset}"'
            )
    rows = candidate.finish(chosen, [])
    content = candidate.manifest_of(chosen, CODE_VERSION, [], rows)
    release.publish(home, chosen.release_id, chosen.path, content)
