"""One warehouse for the tests that only read it: the second golden night, built from nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.candidate import create_candidate, run_dbt
from tests.warehouse.province import DAY_2, load_day_1, load_day_2


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
        """Compiled SQL by name of the model."""
        models = self.target / "compiled" / "zonehouse" / "models"
        names = {node["name"] for node in self.manifest["nodes"].values() if node["resource_type"] == "model"}
        return {file.stem: file.read_text("utf-8") for file in models.rglob("*.sql") if file.stem in names}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build it once per process; the tests that use it run in one group (tests/conftest.py)."""
    home = tmp_path_factory.mktemp("built")
    warehouse = Built(home / "candidate.duckdb", home / "target")
    create_candidate(warehouse.path, "r20190630-01", DAY_2)
    load_day_1(warehouse.path)
    load_day_2(warehouse.path)
    statuses = run_dbt(warehouse.path, warehouse.target, "build", "--exclude-resource-type", "unit_test")
    assert set(statuses.values()) <= {"success", "pass"}, statuses
    return warehouse
