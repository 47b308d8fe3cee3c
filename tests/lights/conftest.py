"""One candidate of the small province over a year, and the lights of its days."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from pydantic import SecretStr

from ingestion.batch import BatchRecord, ingest, windows
from ingestion.declaration import load_declarations
from orchestration import sandbox_process
from orchestration.settings import Settings
from tests.lights import year
from tests.oracle import nights
from tests.warehouse.candidate import run_dbt
from warehouse import candidate

SEED = 282
BUILD = ("build", "--select", "+fct_target_light", "--exclude-resource-type", "unit_test", "test")


class Built(NamedTuple):
    """A candidate as of the last day, and the folder in which dbt left what it compiled."""

    candidate: Path
    artefacts: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("lights")
    with sandbox_process.running("small", SEED) as province:
        records = nights.land(home, province, None, year.LAST)
        records += _devices(home, province)
    chosen = candidate.prepare(home, load_declarations(), records, year.LAST, "lights")
    statuses = run_dbt(chosen.path, home / "dbt", *BUILD)
    assert set(statuses.values()) == {"success"}, statuses
    return Built(chosen.path, home / "dbt")


def _devices(home: Path, province: str) -> list[BatchRecord]:
    """Of the packets of devices the last day of each month is enough, as in `nights`."""
    settings = Settings(sandbox_url=SecretStr(province), _env_file=None)
    return [
        ingest(dataset, settings.source(dataset.system), home, window, hash_key=nights.HASH_KEY)
        for dataset in load_declarations().values()
        if dataset.system == "monitoring"
        for day in year.MONTH_ENDS[:-1]
        for window in windows(dataset, day, day)
    ]


@pytest.fixture(scope="session")
def attainment(request: pytest.FixtureRequest, built: Built) -> pl.DataFrame:
    """Every day in the long form of the proof, else each fourteenth and the ends of months."""
    return year.attainment(*built, year.DAYS if request.config.getoption("--prove") else year.FEW)
