"""Planted names, telephones and identity numbers reach landing and nothing else."""

from __future__ import annotations

import io
import logging
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl
import pytest

from ingestion.batch import Window, ingest_files
from ingestion.declaration import Dataset, load_declarations
from ingestion.errors import BadFile
from orchestration import jobs, night
from orchestration.settings import Settings
from tests.security.planted import MARKS, headless_csv, planted_file
from warehouse import candidate

DAY = date(2019, 12, 31)
# The first delivery is judged by the declared row rules too; of the second the good rows are loaded whatever these say.
WINDOWS = [Window(day, day) for day in (date(2019, 12, 30), DAY)]
PERSONAL = {id: dataset for id, dataset in load_declarations().items() if any(f.sensitivity for f in dataset.fields)}


def marks_in(text: str | bytes) -> list[str]:
    """The planted marks that occur in a text or in bytes of any encoding that keeps ASCII."""
    return [mark for mark in MARKS if (mark in text if isinstance(text, str) else mark.encode() in text)]


def delivered(dataset: Dataset, folder: Path) -> Path:
    """The planted file of a dataset, packed where its feed is."""
    name, content = planted_file(dataset)
    path = folder / dataset.id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    member = getattr(dataset.format, "member", None)
    if member:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, content)
        path, content = path.with_suffix(".zip"), packed.getvalue()
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A night up to the first gate over planted deliveries: its state folder, its steps and all that was logged."""
    folder = tmp_path_factory.mktemp("privacy")
    settings = Settings(home=folder / "home", sandbox_url="http://u:s@127.0.0.1:9", _env_file=None)
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger().addHandler(handler)

    def ingest(dataset: Dataset, source: object, home: Path, window: Window, hash_key: bytes | None = None) -> Any:
        judged = dataset if window.until < DAY else dataset.model_copy(update={"rules": ()})
        return ingest_files(judged, [delivered(dataset, folder)], home, window.until, hash_key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(night, "ingest", ingest)
        patch.setattr(night, "windows_to_fetch", lambda _, dataset, *__: WINDOWS if dataset.id in PERSONAL else [])
        patch.setenv("DAGSTER_HOME", str(jobs.dagster_home(settings.home_path)))
        tonight = night.Night(settings)
        with dg.DagsterInstance.get() as instance:
            run(tonight, instance)
        if tonight.candidate:
            candidate.finish(tonight.candidate, tonight.checks)
    for dataset in PERSONAL.values():
        if dataset.format.kind == "csv_rows":
            path = folder / "headless.csv"
            path.write_bytes(headless_csv(dataset))
            with pytest.raises(BadFile) as error:
                ingest_files(dataset, [path], settings.home_path, DAY, settings.key_of_hashes())
            logged.write(str(error.value))
    logging.getLogger().removeHandler(handler)
    return tonight, logged.getvalue()


def run(tonight: night.Night, instance: dg.DagsterInstance) -> None:
    """The nightly assets up to the first gate, without models and release."""
    from orchestration.assets.gates import batch_gate
    from orchestration.assets.landing import landing_assets
    from orchestration.assets.models import candidate as candidate_asset

    dg.materialize(
        [*landing_assets, candidate_asset, batch_gate],
        instance=instance,
        resources={"night": tonight},
        run_config=jobs.QUIET,
        partition_key=str(DAY),
        raise_on_error=False,
    )


def test_every_personal_field_was_planted_and_landed(seen: Any) -> None:
    """Else the tests below could not fail."""
    tonight, logged = seen
    assert tonight.candidate is not None, tonight.errors
    assert {f"{r.system}/{r.dataset}" for r in tonight.records} == {
        id for id, dataset in PERSONAL.items() if dataset.interface.kind != "by_hand"
    }
    for record in tonight.records:
        assert record.loaded >= 4 or record.load_date < DAY, record
        assert record.quarantined > 0 and record.repeats > 0, record
    landed = b"".join(path.read_bytes() for path in (tonight.home / "landing").rglob("*.json"))
    assert marks_in(landed) == list(MARKS)
    assert tonight.checks, "the first gate ran"
    assert "credit/registration" in logged


def test_lake_and_quarantine_hold_no_planted_value(seen: Any) -> None:
    tonight, _ = seen
    files = [path for area in ("lake", "quarantine") for path in (tonight.home / area).rglob("*.parquet")]
    assert len(files) > len(PERSONAL)
    for path in files:
        assert marks_in(pl.read_parquet(path).write_json()) == [], path


def test_a_hashed_field_holds_hashes(seen: Any) -> None:
    tonight, _ = seen
    for record in (r for r in tonight.records if r.load_date == DAY):
        dataset = PERSONAL[f"{record.system}/{record.dataset}"]
        for field in dataset.hashed_fields:
            values = pl.read_parquet(tonight.home / record.lake_file)[field.name].drop_nulls()
            assert len(values) and values.str.contains("^[0-9a-f]{32}$").all(), f"{dataset.id} {field.name}"


def test_the_warehouse_holds_no_planted_value(seen: Any) -> None:
    tonight, _ = seen
    with duckdb.connect(str(tonight.candidate.path), read_only=True) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        assert ("audit", "quarantine") in tables
        for schema, table in tables:
            assert marks_in(str(con.execute(f'from "{schema}"."{table}"').fetchall())) == [], table


def test_no_other_file_holds_a_planted_value(seen: Any) -> None:
    """Records of batches, Dagster's events and metadata, data docs, the warehouse's bytes, locks and keys."""
    tonight, _ = seen
    others = [p for p in tonight.home.rglob("*") if p.is_file() and p.relative_to(tonight.home).parts[0] != "landing"]
    assert {p.relative_to(tonight.home).parts[0] for p in others} >= {"batches", "dagster", "candidate", "data_docs"}
    assert [(p, found) for p in others if (found := marks_in(p.read_bytes()))] == []


def test_no_log_line_and_no_sentence_holds_a_planted_value(seen: Any) -> None:
    tonight, logged = seen
    assert marks_in(logged) == []
    assert marks_in(" ".join([*tonight.errors, *tonight.gate_failures, *map(str, tonight.checks)])) == []


def test_landing_is_for_the_service_user_only(seen: Any) -> None:
    """Raw bytes, also of refused files, the raw text of quarantine and the key of the hashes."""
    tonight, _ = seen
    home: Path = tonight.home
    private = [home, home / "landing", home / "hash.key", *(home / "landing").rglob("*")]
    private += list((home / "quarantine").rglob("*.parquet"))
    assert [path for path in private if path.stat().st_mode & 0o077] == []
