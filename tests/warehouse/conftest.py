"""Three golden nights, built once for all tests that read them: one upon the other, and the last one from nothing."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.candidate import create_candidate, run_dbt
from tests.warehouse.province import load_night
from tests.warehouse.province.nights import DAY_1, DAY_2, DAY_3

_BUILD = ("build", "--exclude-resource-type", "unit_test")
# A day before all nights that no new batch touches; its rows are replaced by a mark before the second night.
UNTOUCHED = "2019-06-27"


@dataclass(frozen=True)
class Nights:
    """The files of each night upon the one before, and of the third built from nothing; `target` is dbt's folder."""

    first: Path
    second: Path
    third: Path
    rebuilt: Path
    target: Path


@dataclass
class Built:
    """A candidate with everything built, and dbt's own account of it."""

    path: Path
    target: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest that dbt wrote beside its compiled SQL."""
        return dict(json.loads((self.target / "manifest.json").read_text("utf-8")))

    def compiled(self) -> dict[str, str]:
        """Compiled SQL by name of the model.

        Each from the model's own place: dbt writes the fixtures of unit tests beside it, under the names of models.
        """
        project = self.target / "compiled" / "zonehouse"
        models = (node for node in self.manifest["nodes"].values() if node["resource_type"] == "model")
        return {node["name"]: (project / node["original_file_path"]).read_text("utf-8") for node in models}


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Build the four candidates once per process; the tests that read them run in one group (tests/conftest.py).

    All stand at one path while they are built: dbt parses the project again when that changes.
    """
    home = tmp_path_factory.mktemp("nights")
    candidate, target = home / "candidate.duckdb", home / "target"
    files = {name: home / f"{name}.duckdb" for name in ("first", "second", "third", "rebuilt")}
    _open_night(candidate, DAY_1)
    load_night(candidate, 1)
    _build(candidate, target)
    shutil.copyfile(candidate, files["first"])
    _mark_untouched(candidate)
    _open_night(candidate, DAY_2)
    load_night(candidate, 2)
    _build(candidate, target)
    shutil.copyfile(candidate, files["second"])
    _open_night(candidate, DAY_3)
    load_night(candidate, 3)
    _build(candidate, target, with_tests=True)
    shutil.move(candidate, files["third"])
    _open_night(candidate, DAY_3)
    for number in (1, 2, 3):
        load_night(candidate, number)
    _build(candidate, target)
    shutil.move(candidate, files["rebuilt"])
    return Nights(**files, target=target)


@pytest.fixture(scope="session")
def built(nights: Nights) -> Built:
    """The second night; dbt's account is that of the last build, which was from nothing."""
    return Built(nights.second, nights.target)


def _open_night(path: Path, day: date) -> None:
    """An empty candidate, or what a release keeps: no batch is new, no layer but those of the release stands."""
    if path.exists():
        with duckdb.connect(str(path)) as connection:
            connection.execute("update raw.batch set is_new = false")
            for schema in ("staging", "intermediate", "seed"):
                connection.execute(f"drop schema {schema} cascade")
            connection.execute("delete from audit.release")
    create_candidate(path, f"r{day:%Y%m%d}-01", day)


def _mark_untouched(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"update fact.fct_pollution_day set standard_no = 'marked' where business_day = '{UNTOUCHED}'"
        )


def _build(path: Path, target: Path, with_tests: bool = False) -> None:
    statuses = run_dbt(path, target, *_BUILD, *(() if with_tests else ("test",)))
    assert set(statuses.values()) <= {"success", "pass"}, statuses
    assert len(statuses) > (300 if with_tests else 200)
