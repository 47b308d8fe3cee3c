"""A real sandbox province on loopback, real nights over it, and ways to look at what they left."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from pydantic import SecretStr

from orchestration import jobs, sandbox_process
from orchestration.settings import Settings
from warehouse.paths import DATABASE

BACKFILL = (date(2019, 12, 20), date(2019, 12, 30))
NIGHT = date(2019, 12, 31)

# What may differ between two runs that load the same data: their names and the clock on the wall.
PER_RUN = {"release_id", "release_label", "built_at", "loaded_at", "code_version"}

# What differs between two ways to fetch the same days, and rightly: these tables, each with its reason, and everywhere
# the columns that name the load of a row and its place in there.
TELLS_OF_LOADS = {
    "audit.batch": "which loads there were",
    "audit.source_file": "which files and pages each of them brought",
    "audit.quarantine": "which load refused a row, and where in it",
    "audit.check_result": "what the gates said of each load",
    "mart.mart_data_quality": "counts of the loads",
    "mart.mart_release": "how many checks warned of them",
    "fact.fct_target_light": "what the release of each night showed",
}
LOAD_COLUMNS = {"batch_id", "record_number"}


@pytest.fixture(scope="session")
def province() -> Iterator[str]:
    """Value for ZONEHOUSE_SANDBOX_URL of a small province with the usual dirt."""
    with sandbox_process.running("small", 2019) as url:
        yield url


def once(name: str, factory: pytest.TempPathFactory, make: Callable[[Path], None]) -> Path:
    """A folder that one worker makes and all of them read."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = Path(f"{folder}.making")
            making.mkdir()
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def backfilled(province: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with one release, to be read or copied: history and the days before the night."""

    def make(home: Path) -> None:
        outcome = run(home, province, *BACKFILL)
        assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences

    return once("backfilled", tmp_path_factory, make)


@pytest.fixture(scope="session")
def undisturbed(province: str, backfilled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after one night that nothing disturbed, to be read or copied."""

    def make(home: Path) -> None:
        shutil.copytree(backfilled, home, symlinks=True, dirs_exist_ok=True)
        outcome = run(home, province, NIGHT, NIGHT)
        assert outcome.exit_code == jobs.ExitCode.PUBLISHED, outcome.sentences

    return once("undisturbed", tmp_path_factory, make)


@pytest.fixture
def home(backfilled: Path, tmp_path: Path) -> Path:
    """A fresh copy of the backfilled state."""
    return copy_of(backfilled, tmp_path / "home")


@pytest.fixture(scope="session")
def control(province: str) -> Iterator[httpx.Client]:
    """A client for the faults of the province."""
    with httpx.Client(base_url=province, timeout=None) as client:
        yield client


@pytest.fixture
def fault(control: httpx.Client) -> Iterator[Callable[..., None]]:
    """Make the province misbehave; all faults end with the test."""

    def plant(system: str, dataset: str, kind: str, **more: Any) -> None:
        fault = {"system": system, "dataset": dataset, "kind": kind, **more}
        control.post("/_control/faults", json=fault).raise_for_status()

    yield plant
    control.delete("/_control/faults").raise_for_status()


def copy_of(home: Path, target: Path) -> Path:
    shutil.copytree(home, target, symlinks=True)
    return target


def run(home: Path, province: str, first: date, last: date) -> jobs.Outcome:
    """One run in this process: the imports are paid once for all tests."""
    return jobs.run(Settings(home=home, sandbox_url=SecretStr(province), _env_file=None), first, last)


def command(home: Path, province: str, *arguments: str, dies_at: dict[str, Any] | None = None) -> subprocess.Popen:
    """The command line as a process of its own, for what must be killed (see dying.py) or is about exit codes."""
    environment = {**os.environ, "ZONEHOUSE_HOME": str(home), "ZONEHOUSE_SANDBOX_URL": province}
    program = [str(Path(sys.executable).parent / "zonehouse")]
    dying = [sys.executable, "-m", "tests.e2e.dying", json.dumps(dies_at)]
    return subprocess.Popen(
        [*(program if dies_at is None else dying), *arguments],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def content(home: Path, release_id: str | None = None, without: Collection[str] = ()) -> dict[str, list[tuple]]:
    """Every table of a release, `content_of` its file."""
    folder = home / "releases" / release_id if release_id else home / "current"
    return content_of(folder / DATABASE, without)


def content_of(file: Path, without: Collection[str] = ()) -> dict[str, list[tuple]]:
    """Every table of a warehouse with its rows in a fixed order, but for the columns that are a run's own."""
    tables = {}
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute(
            """select table_schema || '.' || table_name, list(column_name order by ordinal_position)
               from information_schema.columns where table_schema in ('dim', 'fact', 'mart', 'audit') group by all"""
        ).fetchall()
        for table, names in columns:
            # A check's observation may name the release that it looked at.
            spelled = {"observed": "regexp_replace(observed, 'r[0-9]{8}-[0-9]{2}', '', 'g')"}
            kept = [spelled.get(name, f'"{name}"') for name in names if name not in {*PER_RUN, *without}]
            tables[table] = con.execute(f"select {', '.join(kept)} from {table} order by all").fetchall()
    return tables


def differing(one: dict[str, list[tuple]], other: dict[str, list[tuple]]) -> list[str]:
    """Names of the tables whose rows are not the same."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
