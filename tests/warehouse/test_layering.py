"""Layers, grain and labels of the models, over the manifest."""

import csv
from typing import Any

import pytest

from tests.warehouse.candidate import rows_of
from tests.warehouse.conftest import Built
from tests.warehouse.layering import undocumented, violations
from warehouse.declared_sources import PROJECT


def _manifest(name: str, path: str, reads: str, description: str = "Grain: one row per x.") -> dict[str, Any]:
    """A model that reads another node: `source:<schema>.<table>` or `<folder>/<name>`."""
    node = {"resource_type": "model", "name": name, "path": path, "description": description, "columns": {}}
    found: dict[str, Any] = {"nodes": {"me": {**node, "depends_on": {"nodes": ["it"]}}}, "sources": {}}
    if reads.startswith("source:"):
        schema, identifier = reads.removeprefix("source:").split(".")
        found["sources"]["it"] = {"schema": schema, "identifier": identifier}
    else:
        kind = "seed" if reads.startswith("seed/") else "model"
        other = {**node, "name": reads.rsplit("/", 1)[1], "path": f"{reads}.sql", "resource_type": kind}
        found["nodes"]["it"] = {**other, "depends_on": {"nodes": []}}
    return found


@pytest.mark.parametrize(
    ("name", "path", "reads"),
    [
        ("mart_a", "marts/x/mart_a.sql", "marts/x/mart_b"),
        ("mart_a", "marts/x/mart_a.sql", "intermediate/x/int_b"),
        ("mart_a", "marts/x/mart_a.sql", "staging/x/stg_x__b"),
        ("mart_a", "marts/x/mart_a.sql", "seed/b"),
        ("mart_a", "marts/x/mart_a.sql", "source:raw.smart_zone__zone"),
        ("fct_a", "dimensional/facts/fct_a.sql", "marts/x/mart_b"),
        ("fct_a", "dimensional/facts/fct_a.sql", "source:raw.smart_zone__zone"),
        ("int_a", "intermediate/x/int_a.sql", "marts/x/mart_b"),
        ("stg_x__a", "staging/x/stg_x__a.sql", "dimensional/facts/fct_b"),
        ("zone_a", "dimensional/dimensions/zone_a.sql", "seed/b"),
        ("dim_a", "other/dim_a.sql", "seed/b"),
    ],
)
def test_the_lint_finds_a_wrong_reference(name: str, path: str, reads: str) -> None:
    """Each direction that is not allowed, a wrong name and a wrong folder."""
    assert len(violations(_manifest(name, path, reads))) == 1


@pytest.mark.parametrize(
    ("name", "path", "reads"),
    [
        ("mart_a", "marts/x/mart_a.sql", "dimensional/facts/x/fct_b"),
        ("mart_a", "marts/x/mart_a.sql", "source:raw.load_context"),
        ("bridge_a", "dimensional/facts/x/bridge_a.sql", "staging/x/stg_x__b"),
        ("int_a", "intermediate/x/int_a.sql", "dimensional/dimensions/dim_b"),
        ("stg_x__a", "staging/x/stg_x__a.sql", "source:raw.smart_zone__zone"),
    ],
)
def test_the_lint_lets_the_layers_pass(name: str, path: str, reads: str) -> None:
    """The way of the data, and the bookkeeping of the load."""
    assert violations(_manifest(name, path, reads)) == []


def test_a_fact_without_a_grain_is_found() -> None:
    """A reader must know what a row is."""
    found = violations(_manifest("fct_a", "dimensional/facts/fct_a.sql", "seed/b", "All platforms."))
    assert found == ["fct_a: its description does not begin with its grain"]


def test_every_model_keeps_to_its_layer(built: Built) -> None:
    """Marts read only dimensional models; nothing reads to its left."""
    assert violations(built.manifest) == []


def test_every_column_has_a_description_and_a_chinese_label(built: Built) -> None:
    """What dashboards and auditors see is named."""
    assert undocumented(built.manifest) == []


def test_the_lead_departments_of_an_item_are_those_of_its_targets() -> None:
    """The seed of work items and the seed of targets say the same, and every item of the plan is there."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for path in sorted((PROJECT / "seeds").glob("target_*.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                listed = wanted.setdefault((path.stem.removeprefix("target_"), row["work_item"]), [])
                listed += [name for name in row["lead_department"].split("、") if name not in listed]
    with (PROJECT / "seeds" / "work_item.csv").open(encoding="utf-8") as file:
        found = {
            (row["plan_year"], row["work_item"]): row["lead_department"].split("、") for row in csv.DictReader(file)
        }
    assert found == wanted
    assert [item for year, item in found if year == "2019"] == [str(number) for number in range(22)]


def test_every_plan_is_read(built: Built) -> None:
    """A seed of targets, a line of work_plan and the year in the macro belong together."""
    seeds = {path.stem.removeprefix("target_") for path in (PROJECT / "seeds").glob("target_*.csv")}
    with (PROJECT / "seeds" / "work_plan.csv").open(encoding="utf-8") as file:
        planned = {row["plan_year"] for row in csv.DictReader(file)}
    read = {str(year) for (year,) in rows_of(built.path, "select distinct plan_year from dim.dim_target")}
    assert seeds == planned == read
