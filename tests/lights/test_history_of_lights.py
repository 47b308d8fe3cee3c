"""fact.fct_target_light keeps what each night showed, whichever code built the releases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from ingestion.declaration import load_declarations
from tests.lights import year
from tests.lights.conftest import Built
from warehouse import candidate, release
from warehouse.paths import DATABASE
from warehouse.raw_tables import TARGET_LIGHT

FIRST, SECOND, THIRD = date(2019, 11, 30), date(2019, 12, 31), date(2020, 1, 31)


def _publish(home: Path, light: year.Model, shown: pl.DataFrame, day: date, code_version: str) -> bool:
    """A night that shows the rows, from the last release on; returns whether it was built upon it."""
    chosen = candidate.prepare(home, load_declarations(), [], day, code_version)
    with candidate.connect(chosen.path) as con:
        con.execute("create schema if not exists fact")
        con.execute("create or replace table fact.fct_target_attainment as from shown")
        con.execute(f"create or replace table {light.relation} as {light.sql}")
    content = candidate.manifest_of(chosen, code_version, [], candidate.finish(chosen, []))
    release.publish(home, chosen.release_id, chosen.path, content)
    return chosen.is_incremental


def _lights(home: Path) -> pl.DataFrame:
    with duckdb.connect(str(home / "current" / DATABASE), read_only=True) as con:
        return con.sql("from fact.fct_target_light").pl().select(*TARGET_LIGHT).sort(*TARGET_LIGHT)


def test_every_night_keeps_the_lights_of_all_before(built: Built, attainment: pl.DataFrame, tmp_path: Path) -> None:
    """Two nights, the second of them run again with other lights, and a third that other code builds from nothing."""
    light = next(model for model in year.models_of_a_day(built.artefacts) if "fct_target_light" in model.relation)
    first, second, third = (attainment.filter(pl.col("as_of_date") == day) for day in (FIRST, SECOND, THIRD))
    mistaken = second.with_columns(status=pl.lit("behind"))
    assert not mistaken.equals(second)
    nights = [
        (first, FIRST, "one", False, [first]),
        (mistaken, SECOND, "one", True, [first, mistaken]),
        (second, SECOND, "one", True, [first, second]),
        (third, THIRD, "other", False, [first, second, third]),
    ]
    for shown, day, code_version, is_upon_the_last, expected in nights:
        assert _publish(tmp_path, light, shown, day, code_version) == is_upon_the_last
        kept = pl.concat(expected).filter(pl.col("scope_type").is_in(["province", "city"]))
        assert _lights(tmp_path).equals(kept.select(*TARGET_LIGHT).sort(*TARGET_LIGHT)), f"{day}, {code_version}"
