"""Each of the 38 targets has hand-computed unit tests: where its subject delivers it and on fct_target_attainment."""

import csv
from collections.abc import Iterator
from typing import Any

import yaml

from tests.warehouse.candidate import rows_of
from tests.warehouse.conftest import Built
from warehouse.declared_sources import PROJECT

Row = dict[str, Any]


def _targets() -> dict[str, Row]:
    with (PROJECT / "seeds" / "target_2019.csv").open(encoding="utf-8") as file:
        return {row["target_id"]: row for row in csv.DictReader(file)}


def _unit_tests() -> Iterator[Row]:
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        yield from (yaml.safe_load(path.read_text("utf-8")) or {}).get("unit_tests", [])


def _expected(test: Row) -> set[str]:
    rows = test["expect"].get("rows", [])
    return {row["target_id"] for row in rows if isinstance(row, dict) and row.get("target_id")}


def test_every_target_is_tested_where_it_is_delivered() -> None:
    """An int_attainment model of a subject has a unit test that expects a row of the target."""
    tested: set[str] = set()
    for test in _unit_tests():
        if test["model"].startswith("int_attainment_"):
            tested |= _expected(test)
    assert set(_targets()) - tested == set()


def test_every_target_is_tested_on_the_fact() -> None:
    """One unit test per target, under the rules that the seed has for it."""
    targets = _targets()
    tests = {test["name"]: test for test in _unit_tests() if test["model"] == "fct_target_attainment"}
    assert {f"attainment_of_{target.lower()}" for target in targets} <= set(tests)
    for target_id, target in targets.items():
        given = tests[f"attainment_of_{target_id.lower()}"]["given"]
        (row,) = next(entry["rows"] for entry in given if entry["input"] == "ref('int_plan_target')")
        seed = {key: target[key] for key in ("comparison", "roll_up", "unit")} | {"target_grain": target["grain"]}
        assert {key: row[key] for key in seed} == seed, target_id
        for key in ("target_value", "target_upper"):
            wanted = float(target[key]) if target[key] else None
            assert row[key] == wanted, target_id


def test_every_target_has_a_row_for_the_province(built: Built) -> None:
    """With or without data."""
    found = rows_of(
        built.path, "select target_id from fact.fct_target_attainment where scope_type = 'province' and is_shown"
    )
    assert sorted(str(target) for (target,) in found) == sorted(_targets())


def test_the_marts_read_like_the_plan(built: Built) -> None:
    """22 lines in the order of the plan, no empty label, every light known."""
    rows = rows_of(built.path, "select * from mart.mart_work_items")
    assert [row[0] for row in rows] == list(range(22))
    assert all(value not in (None, "") for row in rows for value in row)
    lights = {row[6] for row in rows}
    assert lights <= {"已完成", "达进度", "有风险", "滞后", "未完成", "推进中", "暂无数据", "不适用"}
