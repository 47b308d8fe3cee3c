"""The models mean the same on DuckDB and on Spark: the lint of portable_sql.py over what dbt compiled."""

import json
import shutil
from pathlib import Path

import pytest

from tests.warehouse.conftest import Built
from tests.warehouse.portable_sql import faults, handwritten

BAD = {
    "colons": "select a::date as b from t",
    "backslash": r"select a from t where a like '\d'",
    "identifier": 'select a as "数" from t',
    "window": "select row_number() over (partition by a order by amount_yuan desc, zone_id) as n from t",
    "window of a frame": "select sum(a) over (order by b rows between 1 preceding and current row) as n from t",
    "file": "select a from read_parquet('x.parquet')",
    "logarithm": "select log(a) as b from t",
    "list": "select array_agg(a) as b from t",
    "clock": "select current_date as b",
    "concat": "select concat('a', b) as c from t",
    "group": "select regexp_extract(a, '([0-9]+)') as b from t",
    "first match": "select regexp_replace(a, '-', '') as b from t",
    "try_cast to integer": "select try_cast(a as int) as b from t",
    "cast of a fraction": "select cast(a / b as bigint) as c from t",
    "cast of a literal": "select cast(2.7 as int) as c",
    "days": "select approved_date - signed_date as c from t",
    "days of a call": "select cast(a as date) - make_date(2019, 1, 1) as c from t",
    "division": "select profit_yuan / revenue_yuan as c from t",
    "average": "select avg(profit_yuan) as c from t",
    "truncation": "select date_trunc('month', a) as b from t",
    "open end": "select 1 as n from a join b on a.id = b.id and (b.valid_to is null or b.valid_to > a.day)",
    "star": "select * exclude (a) from t",
    "zone": "select cast(a as timestamptz) as b from t",
    "trim": "select trim(a) as b from t",
    "nonsense": "select from where",
}
GOOD = [
    "select cast(a as date) as b from t where a like '[0-9]%'",
    "select row_number() over (partition by a order by amount_yuan desc nulls last, zone_id) as n from t",
    "select lag(a) over (order by known_from, batch_id) as n from t",
    "select concat_ws('', 'a', b) as c from t",
    "select regexp_extract(a, '([0-9]+)', 1) as b, regexp_replace(a, '-', '', 'g') as c from t",
    "select cast(year(a) as int) as b, try_cast(a as decimal(10, 2)) as c from t",
    "select cast(approved_date - signed_date as bigint) as c from t",
    "select round(cast(profit_yuan as double) / nullif(cast(revenue_yuan as double), 0), 6) as c from t",
    "select cast(profit_yuan / revenue_yuan as decimal(24, 6)) as c from t",
    "select cast(date_trunc('month', a) as date) as b from t",
    "select max_by(a, b) as c, count(*) filter (where d) as e from t group by all",
]


@pytest.mark.parametrize("name", BAD)
def test_the_lint_finds_a_silent_difference(name: str) -> None:
    """Each rule refuses its example, and with one reason."""
    assert len(faults(BAD[name])) == 1


@pytest.mark.parametrize("sql", GOOD)
def test_the_lint_lets_portable_sql_pass(sql: str) -> None:
    """What is written as the notes say has no fault."""
    assert faults(sql) == []


@pytest.mark.parametrize(
    "raw",
    [
        "select a + interval 1 day as b from t",
        "select isodow(a) as b from t",
        "select unnest(generate_series(1, 3)) as b",
        "select strftime(a, '%Y') as b from t",
        "select format('{:,}', a) as b from t",
        "select known_from - 1, approved_date - signed_date as b from t",
    ],
)
def test_a_spelling_that_has_a_macro_is_refused(raw: str) -> None:
    """A model must not write by hand what portable.sql dispatches."""
    assert handwritten(raw)


def test_jinja_comments_and_text_are_no_sql() -> None:
    """A macro call or a label may hold any word."""
    assert handwritten("select {{ add_days('a', 'interval') }} as b, 'interval' as c from t -- interval") == []


def test_the_fixture_of_a_unit_test_is_not_taken_for_the_model(tmp_path: Path) -> None:
    """dbt compiles the rows that a unit test gives for fct_a as `<folder>/unit_tests.yml/fct_a.sql`."""
    node = {"resource_type": "model", "name": "fct_a", "original_file_path": "models/facts/fct_a.sql"}
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": {"model.fct_a": node}}), "utf-8")
    folder = tmp_path / "compiled" / "zonehouse" / "models" / "facts"
    for file, sql in ((folder / "fct_a.sql", "select 1"), (folder / "unit_tests.yml" / "fct_a.sql", "select 1::int")):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sql, "utf-8")
    for place in ("0", "zz"):
        shutil.copytree(folder / "unit_tests.yml", folder / place)
    assert Built(tmp_path / "none.duckdb", tmp_path).compiled() == {"fct_a": "select 1"}


def test_models_are_portable(built: Built) -> None:
    """No compiled model differs silently, and none is written around the macros."""
    compiled = built.compiled()
    models = [node for node in built.manifest["nodes"].values() if node["resource_type"] == "model"]
    assert set(compiled) == {node["name"] for node in models}
    found = {name: faults(sql) for name, sql in compiled.items()}
    by_hand = {node["name"]: handwritten(node["raw_code"]) for node in models}
    assert {name: listed for name, listed in found.items() if listed} == {}
    assert {name: listed for name, listed in by_hand.items() if listed} == {}


def test_incremental_models_have_one_text_key_and_no_model_is_python(built: Built) -> None:
    """A list of keys makes dbt-duckdb delete many to many; a Python model runs on one engine."""
    for node in built.manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        assert node["language"] == "sql", node["name"]
        if node["config"]["materialized"] == "incremental":
            key = node["config"]["unique_key"]
            assert isinstance(key, str), node["name"]
            assert node["columns"][key]["data_type"] == "varchar", node["name"]
