"""Auditors read the columns: a built warehouse explains itself, also after a night upon a night."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.release_comments import unexplained
from tests.warehouse.conftest import Built, Nights
from warehouse.describe import UNITS, columns, tables, unit_of


@pytest.mark.parametrize("night", ["first", "third", "rebuilt"])
def test_every_table_and_column_is_explained(nights: Nights, night: str) -> None:
    """The third night stands on copies of the two before, as a release on the last one."""
    assert unexplained(getattr(nights, night)) == []


def test_a_column_without_a_comment_is_found(nights: Nights, tmp_path: Path) -> None:
    """The test above can fail."""
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(nights.first.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("comment on column dim.dim_zone.zone_id is null")
        connection.execute("comment on view mart.mart_release is 'Grain: one row'")
    assert sorted(unexplained(copy)) == ["dim.dim_zone.zone_id", "mart.mart_release"]


def test_describe_reads_what_the_models_say(built: Built) -> None:
    """Label, unit, description and number of rows."""
    listed = {f"{note.schema}.{note.table}": note for note in tables(built.path)}
    assert (listed["dim.dim_zone"].label, listed["mart.mart_release"].rows) == ("开发区", 1)
    for name in ("fct_land_deal", "Fact.FCT_LAND_DEAL", "warehouse.fact.fct_land_deal"):
        full, comment, found = columns(built.path, name)
        assert full == "fact.fct_land_deal" and comment.startswith("土地交易：Grain: one row per land deal")
        price = next(note for note in found if note.column == "deal_price_yuan")
        assert (price.type, price.unit) == ("DECIMAL(24,2)", "元") and price.label and price.description


def _published(manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    nodes = [node for node in manifest["nodes"].values() if node["schema"] in ("dim", "fact", "mart")]
    return [
        (f"{node['name']}.{name}", name, column["meta"]["label_zh"])
        for node in nodes
        for name, column in node["columns"].items()
    ]


def test_a_label_and_the_name_of_its_column_say_the_same_unit(built: Built) -> None:
    """Where the label ends with a unit, the column's name ends with it too."""
    units = {unit for _, unit in UNITS}
    stated = [
        (full, unit_of(name), label.rpartition("（")[2].rstrip("）"))
        for full, name, label in _published(built.manifest)
    ]
    assert [found for found in stated if found[2] in units and found[1] != found[2]] == []
    assert sum(label in units for _, _, label in stated) > 100
