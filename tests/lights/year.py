"""What the release of any day of a year said of the targets: all models asked again, as of one day after the other.

Which rows were known on a day is decided in the staging models, so a candidate that knows more than a day says of it what
its night said (`tests/e2e/test_as_of.py`). Everything between raw.load_context and fct_target_light is made again, for a
table that was left out would know the future; seeds and the tables that rest on them alone stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from warehouse.paths import DATABASE

FIRST, LAST = date(2019, 1, 1), date(2020, 1, 31)
"""The year of the plan and the month in which it waits for late reports."""
DAYS = tuple(FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
MONTH_ENDS = tuple(day for day in DAYS if (day + timedelta(days=1)).day == 1)
FEW = tuple(sorted({*DAYS[::14], *MONTH_ENDS, date(2020, 1, 1)}))
CONTEXT = "source.zonehouse.raw.load_context"
NAME = Path(DATABASE).stem
"""What dbt calls the database in the compiled models."""

ATTAINMENT = """
select
    fact.* exclude (business_date, source_system, source_record_id, batch_id, loaded_at),
    target.deadline,
    target.zone_class,
    pace.last_year_ratio,
    case
        when fact.plan_year <> fact.defining_year then 'track'
        when fact.is_share_of_zones then 'ge'
        else target.comparison
    end as comparison,
    (
        select list(distinct zone.zone_level)
        from dim.dim_zone as zone
        where
            zone.valid_from <= least(fact.as_of_date, make_date(fact.plan_year, 12, 31))
            and zone.valid_to > least(fact.as_of_date, make_date(fact.plan_year, 12, 31))
    ) as zone_levels
from fact.fct_target_attainment as fact
inner join dim.dim_target as target on fact.defining_year = target.plan_year and fact.target_id = target.target_id
left join intermediate.int_cohort_pace as pace on fact.plan_year = pace.plan_year and fact.target_id = pace.target_id
"""
"""The published rows with what the plan asks: nothing in a year without one, all zones of a share; and, of a cohort, what
last year's had reached at its end, which changes with what is known of last year alone."""


class Model(NamedTuple):
    """A model as dbt compiled it."""

    relation: str
    sql: str
    is_view: bool


def models_of_a_day(artefacts: Path) -> list[Model]:
    """What depends on the as-of date, in the order in which dbt made it: each after what it reads."""
    manifest = json.loads((artefacts / "manifest.json").read_text("utf-8"))
    results = json.loads((artefacts / "run_results.json").read_text("utf-8"))["results"]
    dependent = _downstream(manifest["child_map"], CONTEXT)
    nodes = manifest["nodes"]
    return [
        Model(done["relation_name"], done["compiled_code"], nodes[node]["config"]["materialized"] == "view")
        for done in results
        if (node := done["unique_id"]) in dependent
    ]


def _downstream(children: Mapping[str, Sequence[str]], source: str) -> set[str]:
    found: set[str] = set()
    new = {source}
    while new:
        new = {child for node in new for child in children.get(node, ())} - found
        found |= new
    return found


def attainment(candidate: Path, artefacts: Path, days: Iterable[date]) -> pl.DataFrame:
    """fact.fct_target_attainment as of each of the days, with the columns of ATTAINMENT."""
    models = models_of_a_day(artefacts)
    # In memory and on one thread: what a day costs is the planning of fifty small queries.
    with duckdb.connect(config={"threads": 1}) as con:
        _copy(con, candidate)
        for model in models:
            if model.is_view:
                con.execute(f"create or replace view {model.relation} as {model.sql}")
        tables = [model for model in models if not model.is_view]
        return pl.concat([_as_of(con, tables, day) for day in days])


def _copy(con: duckdb.DuckDBPyConnection, candidate: Path) -> None:
    """Take over the tables, and the rows of the lake that the views of the raw layer show."""
    con.execute(f"attach ':memory:' as {NAME}; attach '{candidate}' as built (read_only); use built")
    relations = con.execute(
        """select schema_name, table_name from duckdb_tables() where database_name = 'built'
        union all
        select schema_name, view_name from duckdb_views() where database_name = 'built' and schema_name = 'raw'"""
    ).fetchall()
    con.execute(f"create schema if not exists {NAME}.staging")
    for schema, name in relations:
        con.execute(f'create schema if not exists {NAME}."{schema}"')
        con.execute(f'create table {NAME}."{schema}"."{name}" as from built."{schema}"."{name}"')
    con.execute(f"use {NAME}; detach built")


def _as_of(con: duckdb.DuckDBPyConnection, tables: Sequence[Model], day: date) -> pl.DataFrame:
    con.execute("update raw.load_context set as_of_date = ?", [day])
    for table in tables:
        con.execute(f"create or replace table {table.relation} as {table.sql}")
    return con.sql(ATTAINMENT).pl()
