"""docs/add_a_feed.md, done: its files are put into a copy of the project, and its rows are found in a candidate."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from starlette.requests import Request
from starlette.responses import Response

from expectations.suites import batch
from ingestion.batch import BatchRecord, Window, ingest
from ingestion.connectors.source import Source
from ingestion.declaration import DATASETS, Dataset, load_declarations
from tests.contract.local_platform import running_platform
from tests.warehouse.candidate import rows_of, run_dbt
from warehouse import candidate, declared_sources

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add_a_feed.md"
FEED = "smart_zone/water_use"
DAY = date(2019, 12, 31)

# A path in backquotes, a colon, and the content of the file as a fenced block.
_FILE = re.compile(r"`([\w/.]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the declarations and the dbt project with the files of the page put in."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copytree(DATASETS, copy / "ingestion" / "datasets")
    shutil.copytree(
        declared_sources.PROJECT, copy / "dbt_project", ignore=shutil.ignore_patterns("target", "logs", "sqlfluff")
    )
    for name, content in _FILE.findall(PAGE.read_text("utf-8")):
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(content)
    return copy


@pytest.fixture(scope="module")
def datasets(project: Path) -> dict[str, Dataset]:
    return load_declarations(project / "ingestion" / "datasets")


@pytest.fixture(scope="module")
def landed(project: Path, datasets: dict[str, Dataset], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    """The batch of the day, fetched over HTTP from a platform that answers with the fixture; (home, record)."""
    page = (project / "tests" / "fixtures" / "ingestion" / "water_use.json").read_bytes()

    async def token(request: Request) -> Response:
        return Response('{"access_token": "t", "token_type": "Bearer", "expires_in": 7200}')

    async def rows(request: Request) -> Response:
        return Response(page)

    home = tmp_path_factory.mktemp("home")
    with running_platform() as platform:
        platform.answers = {"/oauth/token": token, "/api/v1/water_uses": rows}
        source = Source("smart_zone", platform.url, "user", "secret")
        yield home, ingest(datasets[FEED], source, home, Window(DAY, DAY))


def test_the_declaration_alone_fetches_types_and_judges(landed: tuple[Path, BatchRecord]) -> None:
    home, record = landed
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (4, 2, 1, 1)
    bad = pl.read_parquet(home / str(record.quarantine_file)).row(0, named=True)
    assert (bad["record_number"], bad["field"], bad["owner"]) == (3, "water_use_m3", "省水利厅")
    assert "张某" not in str(bad)


def test_the_gate_checks_it(datasets: dict[str, Dataset]) -> None:
    names = {check.name for check in batch.checks(datasets) if check.target == FEED}
    assert names >= {"key_values", "required_values", "value_ranges", "row_counts_add_up", "expected_volume"}


def test_its_rows_stand_in_the_candidate(
    project: Path, datasets: dict[str, Dataset], landed: tuple[Path, BatchRecord], tmp_path: Path
) -> None:
    home, record = landed
    declared_sources.write(datasets.values(), project / "dbt_project")
    chosen = candidate.prepare(home, datasets, [record], DAY, "code")
    chain = ["--select", "stg_smart_zone__water_use", "+mart_data_quality", "--exclude-resource-type", "unit_test"]
    states = run_dbt(chosen.path, tmp_path, "build", *chain, project=project / "dbt_project")
    assert set(states.values()) <= {"success", "pass"}, states
    assert rows_of(
        chosen.path, "select zone_id, business_month, water_use_m3 from staging.stg_smart_zone__water_use"
    ) == [
        ("1251", date(2019, 11, 1), Decimal(1205000)),
        ("1252", date(2019, 11, 1), None),
    ]
    quality = "select dataset_title, received_row_count, quarantined_row_count from mart.mart_data_quality"
    assert rows_of(chosen.path, f"{quality} where dataset = 'water_use'") == [("园区工业用水量", 4, 1)]
