"""Each of the 38 targets says 暂无数据 when its source is taken away: a whole candidate of the sandbox's province."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingestion.declaration import load_declarations
from orchestration import dbt_build, dbt_manifest
from tests.e2e.conftest import NIGHT
from warehouse import as_of, candidate
from warehouse.paths import DATABASE

# Without the dataset these targets have no data, by the sense of the plan. No target hangs on the last five: they only
# tell more about an enterprise or a device.
NEEDED_BY = {
    "smart_zone/zone_indicator": "T00 T19a",
    "smart_zone/project": "T01a T01b T02a T02b T03a T03b T03c",
    "smart_zone/project_problem": "T03d",
    "smart_zone/fund_investment": "T04",
    "smart_zone/industry_map": "T05",
    "smart_zone/cluster_plan": "T06 T09a T09b",
    "smart_zone/service_platform": "T07",
    "smart_zone/themed_park": "T08a T08b",
    "smart_zone/high_tech_certificate": "T10",
    "smart_zone/innovation_platform": "T11a",
    "smart_zone/technology_contract": "T11b",
    "smart_zone/reform_milestone": "T12a T12b T13 T14 T15 T16 T17",
    "smart_zone/fund_allocation": "T18a",
    "trading/farmland_balance_deal": "T18b",
    "smart_zone/land_parcel": "T19a",
    "smart_zone/zombie_case": "T19b",
    "smart_zone/connection": "T20a T20b T20c",
    "monitoring/hourly_report": "T21a T21b",
    # The limits and the list of the devices that have to be heard.
    "smart_zone/outlet": "T21a T21b",
    "smart_zone/green_park": "T21c",
    "smart_zone/chemical_site": "T21d",
    # What is asked of every zone has no answer while nobody knows the zones.
    "smart_zone/zone": "T01a T01b T02a T02b T03a T03b T03c T03d T06 T07 T08a T08b T09a T09b T12a T12b T14 T15 T16 T19a "
    "T20a T20b T20c",
    "smart_zone/enterprise": "",
    "credit/registration": "",
    "credit/registration_extract": "",
    "monitoring/daily_report": "",
    "monitoring/device_status": "",
}
MARTS = ("mart_target_status", "mart_work_items")
BOOKKEEPING = {"batch", "load_context"}
NOTHING, UNBOUND = "暂无数据", "不适用"
CLASSES = {"T01a", "T01b", "T08a", "T08b", "T09a", "T09b", "T15", "T16"}
"""Targets that bind a class of zones: without any zone there is none of it."""

Row = tuple[Any, ...]


class Shown(NamedTuple):
    """Rows by target of the fact (all scopes, all columns) and of the status page, and the rows of the work items."""

    facts: dict[str, list[Row]]
    targets: dict[str, dict[str, Any]]
    items: dict[int, dict[str, Any]]


@dataclass
class Whole:
    """A candidate in which every target has data, and what becomes of it without one dataset."""

    con: duckdb.DuckDBPyConnection
    # Relation and compiled SQL of each table by dbt's identifier, parents first.
    tables: dict[str, tuple[str, str]]
    found: dict[str, Shown] = field(default_factory=dict)

    def without(self, dataset: str = "") -> Shown:
        """The targets as if the dataset had never been delivered; the candidate itself stays as it is."""
        if dataset not in self.found:
            self.con.begin()
            try:
                if dataset:
                    self._take_away(*dataset.split("/"))
                self.found[dataset] = self._shown()
            finally:
                self.con.rollback()
        return self.found[dataset]

    def _take_away(self, system: str, name: str) -> None:
        relation = f'raw."{system}__{name}"'
        self.con.execute(f"create table raw.nothing as from {relation} limit 0")
        self.con.execute(f"create or replace view {relation} as from raw.nothing")
        self.con.execute("delete from raw.batch where system = ? and dataset = ?", [system, name])
        downstream = dbt_lineage("child_map", f"source.zonehouse.raw.{system}__{name}")
        for unique_id, (table, sql) in self.tables.items():
            if unique_id in downstream:
                self.con.execute(f"create or replace table {table} as {sql}")

    def _shown(self) -> Shown:
        facts: dict[str, list[Row]] = {}
        for row in self.con.execute("from fact.fct_target_attainment order by all").fetchall():
            facts.setdefault(row[1], []).append(row)
        targets = self._records("from mart.mart_target_status")
        items = self._records("from mart.mart_work_items")
        return Shown(facts, {row["target_id"]: row for row in targets}, {row["work_item"]: row for row in items})

    def _records(self, sql: str) -> list[dict[str, Any]]:
        answer = self.con.execute(sql)
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def dbt_lineage(direction: str, *starts: str) -> set[str]:
    """Identifiers that can be reached over `parent_map` or `child_map` of the manifest, the starts left out."""
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        new = set(dbt_build.manifest()[direction].get(waiting.pop(), ())) - reached
        reached |= new
        waiting += new
    return reached


def _register(home: Path, path: Path) -> None:
    """The batches of the release. The small province has no key provincial zone, so T08b nothing to say: one is made such."""
    as_of.prepare(home, load_declarations(), NIGHT, path, "test")
    with candidate.connect(path) as con:
        con.execute(
            """create table raw.zone as from raw.smart_zone__zone;
               update raw.zone set park_kind = '2'
               where zone_id = (select min(zone_id) from raw.zone where park_kind = '0');
               create or replace view raw.smart_zone__zone as from raw.zone"""
        )


def _build(path: Path, target: Path) -> dict[str, tuple[str, str]]:
    """Build the marts of the targets and all that is before them; returns the SQL of each table, parents first."""
    dbt_manifest.current()
    places = [f"--project-dir={dbt_manifest.DBT_PROJECT}", f"--profiles-dir={dbt_manifest.DBT_PROJECT}"]
    places += [f"--target-path={target}", f"--log-path={target}", "--log-level=none", "--no-write-json"]
    wanted = ["--select", *(f"+{mart}" for mart in MARTS)]
    without = [f"--exclude-resource-type={kind}" for kind in ("unit_test", "test")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZONEHOUSE_CANDIDATE", str(path))
        runner = dbtRunner(manifest=Manifest.from_msgpack(dbt_manifest.PARSED.read_bytes()))
        answer: Any = runner.invoke(["build", *wanted, *without, *places])
        DuckDBConnectionManager.close_all_connections()
    assert answer.success, answer.exception or [one.message for one in answer.result if one.status != "success"]
    built = [one.node for one in answer.result if one.node.resource_type == "model"]
    tables = [node for node in built if node.config.materialized != "view"]
    return {node.unique_id: (node.relation_name, node.compiled_code) for node in tables}


@pytest.fixture(scope="module")
def whole(undisturbed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """One build, in whose file each removal is a transaction that is rolled back."""
    home = tmp_path_factory.mktemp("without_source")
    _register(undisturbed, home / DATABASE)
    tables = _build(home / DATABASE, home / "target")
    with candidate.connect(home / DATABASE) as con:
        yield Whole(con, tables)


def plan() -> dict[str, int]:
    """Work item by target, as the plan has them."""
    with (dbt_manifest.DBT_PROJECT / "seeds" / "target_2019.csv").open(encoding="utf-8") as file:
        return {row["target_id"]: int(row["work_item"]) for row in csv.DictReader(file)}


PAIRS = [(target, dataset) for target in plan() for dataset, targets in NEEDED_BY.items() if target in targets.split()]


def test_the_table_names_every_target_and_every_dataset_behind_them() -> None:
    """A new target or a new feed has to be placed; none is placed where the lineage does not lead to."""
    assert {target for target, _ in PAIRS} == set(plan()) and len(plan()) == 38
    behind = dbt_lineage("parent_map", "model.zonehouse.fct_target_attainment")
    raw = {name.split(".")[-1] for name in behind if name.startswith("source.zonehouse.raw.")}
    assert {name.replace("__", "/") for name in raw - BOOKKEEPING} == set(NEEDED_BY)


@pytest.mark.parametrize(("target", "dataset"), PAIRS)
def test_without_its_source_a_target_says_no_data(whole: Whole, target: str, dataset: str) -> None:
    before, after = whole.without(), whole.without(dataset)
    had = before.targets[target]
    assert had["actual_value"] is not None and had["status"] != "no_data", f"{target} has no data with all its sources"
    assert had["actual_label"] != NOTHING and had["status_label"] != NOTHING
    shown = after.targets[target]
    labels = ("status_label", "actual_label", "gap_label", "pace_label", "forecast_label")
    is_unbound = dataset == "smart_zone/zone" and target in CLASSES
    said = (
        ("not_applicable", dict.fromkeys(labels, UNBOUND))
        if is_unbound
        else ("no_data", dict.fromkeys(labels, NOTHING))
    )
    assert (shown["status"], {name: shown[name] for name in labels}) == said, (
        f"{target} still shows {shown['actual_label']} without {dataset}"
    )
    numbers = ("actual_value", "gap_value", "pace_ratio", "forecast_value")
    assert [shown[name] for name in numbers] == [None] * 4 and shown["evidence_count"] == 0
    assert len(after.facts[target]) == 1, f"without {dataset} there are still zones or cities with a row of {target}"


def _comparable(target: dict[str, Any], dataset: str) -> dict[str, Any]:
    """What is shown; how many zones there are to cover nobody knows without them."""
    return {**target, "coverage_label": None} if dataset == "smart_zone/zone" else target


@pytest.mark.parametrize("dataset", NEEDED_BY)
def test_the_other_targets_stay_as_they_were(whole: Whole, dataset: str) -> None:
    """What does not need the dataset shows the same; a work item is without data when all its targets are."""
    before, after = whole.without(), whole.without(dataset)
    lost = set(NEEDED_BY[dataset].split())
    # Without zones nobody knows which cities and counties there are.
    scopes = slice(0) if dataset == "smart_zone/zone" else slice(None)
    changed = [
        target
        for target in plan()
        if target not in lost
        and (_comparable(after.targets[target], dataset), after.facts[target][scopes])
        != (_comparable(before.targets[target], dataset), before.facts[target][scopes])
    ]
    assert changed == [], f"without {dataset} {', '.join(changed)} show something else"
    for item, shown in after.items.items():
        own = {target for target, work_item in plan().items() if work_item == item}
        unbound = CLASSES if dataset == "smart_zone/zone" else set()
        assert shown["no_data_target_count"] == len(own & lost - unbound), f"work item {item} without {dataset}"
        assert (shown["status_label"] in (NOTHING, UNBOUND)) == (own <= lost), f"work item {item} without {dataset}"
        if not own & lost:
            # Its place in the order of pressing is a matter of the others.
            had = {**before.items[item], "press_order": shown["press_order"]}
            assert shown == had, f"work item {item} without {dataset}"
