"""The dbt project and the declarations say the same."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.declaration import load_declarations
from warehouse.declared_sources import DATASET_SEED, PROJECT, SOURCES_FILE, dataset_seed, sources


def test_sources_equal_the_declarations() -> None:
    """Tables, columns, types and asset keys; `python -m warehouse.declared_sources` rewrites them."""
    written = yaml.safe_load((PROJECT / SOURCES_FILE).read_text(encoding="utf-8"))
    assert written == sources(load_declarations().values())


def test_dataset_seed_equals_the_declarations() -> None:
    """Every declared dataset is shown in the data-quality mart with its title and owner."""
    assert (PROJECT / DATASET_SEED).read_text(encoding="utf-8") == dataset_seed(load_declarations().values())


def _property_files() -> list[Path]:
    return sorted((PROJECT / "models").rglob("*.yml"))


def _models() -> list[dict[str, Any]]:
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in _property_files()]
    return [model for content in found for model in content.get("models", [])]


def test_every_model_states_its_grain() -> None:
    """Each SQL model has a property entry whose description starts with its grain."""
    described = {model["name"]: model["description"] for model in _models()}
    assert set(described) == {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert [name for name, text in described.items() if not text.startswith("Grain: one row")] == []


@pytest.mark.parametrize("model", [m for m in _models() if m["name"].startswith("mart_")], ids=lambda m: str(m["name"]))
def test_every_column_of_a_mart_has_a_chinese_label(model: dict[str, Any]) -> None:
    """Leaders see the label; the description is for those who build."""
    for column in model["columns"]:
        label = column["config"]["meta"]["label_zh"]
        assert any("一" <= character <= "鿿" for character in label), column["name"]
        assert column["description"].isascii() or len(column["description"]) > 5, json.dumps(column)


def test_marts_read_no_raw_staging_or_intermediate_model() -> None:
    """Marts stand on the dimensional layer, the audit tables and each other."""
    for path in (PROJECT / "models" / "marts").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert "ref('stg_" not in text and "ref('int_" not in text and "source('raw'" not in text, path.name
