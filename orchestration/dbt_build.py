"""Run dbt in this process: a subprocess would pay its imports again."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration import dbt_manifest

GOOD = {"success", "pass", "warn"}


@dataclass(frozen=True)
class NodeResult:
    """How one dbt node ended."""

    unique_id: str
    name: str
    status: str
    message: str
    seconds: float


@cache
def manifest() -> dict[str, Any]:
    """The parsed manifest as plain data."""
    return dict(json.loads(dbt_manifest.current().read_text("utf-8")))


def expected_nodes() -> set[str]:
    """Every node that a full build must bring to success: seeds, models and data tests."""
    kinds = {"model", "seed", "test", "snapshot"}
    return {
        unique_id
        for unique_id, node in manifest()["nodes"].items()
        if node["resource_type"] in kinds
        and node["config"].get("enabled", True)
        and node["config"].get("materialized") != "ephemeral"
    }


def build(candidate: Path, target: Path) -> list[NodeResult]:
    """Build seeds, models and data tests on the candidate file; dbt unit tests belong to the project's tests.

    target: folder for dbt's artefacts and log. Leaves the DuckDB file closed.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    os.environ["ZONEHOUSE_CANDIDATE"] = str(candidate)
    os.environ["DO_NOT_TRACK"] = "1"
    arguments = [
        "build",
        "--exclude-resource-type=unit_test",
        f"--project-dir={dbt_manifest.DBT_PROJECT}",
        f"--profiles-dir={dbt_manifest.DBT_PROJECT}",
        f"--target-path={target}",
        f"--log-path={target}",
        "--log-level=none",
        "--log-level-file=info",
        "--no-write-json",
    ]
    dbt_manifest.current()
    parsed = Manifest.from_msgpack(dbt_manifest.PARSED.read_bytes())
    try:
        result = dbtRunner(manifest=parsed).invoke(arguments)
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.exception and not result.result:
        return [NodeResult("dbt", "dbt", "error", str(result.exception), 0.0)]
    # An exposure is named in the results and nothing is done for it.
    return [_plain(node) for node in result.result if str(node.status) != "no-op"]  # type: ignore[union-attr]


def _plain(result: Any) -> NodeResult:
    message = " ".join(str(result.message or "").split())
    return NodeResult(result.node.unique_id, result.node.name, str(result.status), message, result.execution_time)
