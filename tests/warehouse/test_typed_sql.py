"""No model loses digits without a word: the lint of typed_sql.py over what dbt compiled."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.warehouse.conftest import Built
from tests.warehouse.typed_sql import type_faults

BAD = {
    "union": "select sum(yuan) as n from t union all select sum(mu) from t",
    "except": "select mu from t except select yuan from t",
    "branch of a union": "with a as (select sum(mu) as n from t), b as (select * from a union select yuan from t) select n from b",
    "case": "select case when is_land then sum(mu) else sum(yuan) end as n from t group by is_land",
    "case in an aggregate": "select sum(case when is_land then mu else yuan end) as n from t",
    "coalesce": "select coalesce(yuan, mu) as n from t",
    "greatest": "select n from (select greatest(yuan, mu) as n from t) as inner_t",
    "literal of another scale": "select coalesce(sum(yuan), 0.125) as n from t",
    "decimal and double": "select coalesce(yuan, share) as n from t",
    "round": "select round(share, 4) as n from t",
    "round of a quotient": "select round(cast(yuan as double) / 100000000, 4) as n from t",
    "sum": "select sum(share) as n from t",
    "filtered sum": "select sum(share) filter (where is_land) as n from t",
    "window": "select sum(share) over (partition by is_land) as n from t",
    "mean of amounts": "select avg(cast(yuan as double)) as n from t",
}
GOOD = [
    "select sum(yuan) as n from t union all select cast(sum(mu) as decimal(38, 2)) from t",
    "select case when is_land then cast(mu as decimal(24, 4)) when count_of > 1 then 0 else null end as n from t",
    "select case when is_land then 0.001 else 0.000001 end as n, least(share, 0.9) as m from t",
    "select coalesce(sum(yuan), 0) as n from t",
    "select round(cast(share as decimal(38, 12)), 4) as n, round(mu, 2) as m from t",
    "select sum(cast(share as decimal(38, 12))) as n, avg(cast(count_of as double)) as m from t group by is_land",
    "select is_land, count(*) filter (where coalesce(mu, 0) > 0) as n from t group by all order by n limit 1",
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as one:
        one.execute(
            """create table t (yuan decimal(24, 2), mu decimal(24, 4), share double, count_of bigint, is_land boolean)"""
        )
        yield one


@pytest.mark.parametrize("name", BAD)
def test_the_lint_finds_lost_digits(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    assert len(type_faults(connection, BAD[name])) == 1


@pytest.mark.parametrize("sql", GOOD)
def test_the_lint_lets_exact_sql_pass(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert type_faults(connection, sql) == []


def test_duckdb_still_takes_the_lower_scale(connection: duckdb.DuckDBPyConnection) -> None:
    """The reason for the lint: when this fails, DuckDB has mended it."""
    wide = "select cast(1.2345 as decimal(38, 4)) as n"
    assert str(connection.execute(f"select 1.23::decimal(38, 2) as n union all {wide}").fetchall()[1][0]) == "1.23"


def test_models_lose_no_digits(built: Built) -> None:
    """Every compiled model, against the tables that it was built on."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.path}' as candidate (read_only); use candidate")
        found = {name: type_faults(connection, sql) for name, sql in built.compiled().items()}
    assert {name: listed for name, listed in found.items() if listed} == {}
