"""Clusters, reforms, connections and the green transition as the smart-zone platform serves them, and their ingestion."""

import json
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset, RestJson
from sandbox.interfaces.tables import clusters, environment, reform
from sandbox.province.clusters import MAP_KINDS, MAPPED_INDUSTRIES
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import Province, build_province
from tests.contract.ingestion_setting import DECLARED, lake, quarantine
from tests.contract.sandbox_feed import Feed

DATASETS = (
    "service_platform", "themed_park", "cluster_plan", "industry_map", "reform_milestone", "green_park", "chemical_site",
    "treatment_facility", "connection",
)  # fmt: skip
# The days that follow one another in each dataset's rows.
IN_ORDER = {
    "service_platform": ("opened_date", "closed_date"),
    "themed_park": ("approved_date", "started_date", "operating_date"),
    "cluster_plan": ("drafted_date", "issued_date"),
    "industry_map": ("issued_date",),
    "reform_milestone": ("done_date",),
    "green_park": ("approved_date", "accepted_date"),
    "chemical_site": ("surveyed_date", "closed_date"),
    "treatment_facility": ("started_date", "built_date", "operating_date"),
}
Row = dict[str, object]


@pytest.fixture(scope="module")
def feed() -> Feed:
    return Feed("none")


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("small", 7)


@pytest.fixture(scope="module")
def served(feed: Feed) -> dict[str, list[Row]]:
    """Everything that a clean platform serves; of the connections one month."""
    spans = dict.fromkeys(DATASETS, ("2017-01-01", "2020-12-31")) | {"connection": ("2019-02-01", "2019-02-28")}
    return {dataset: feed.pages(_path(dataset), *span) for dataset, span in spans.items()}


def _declared(dataset: str) -> Dataset:
    return DECLARED[f"smart_zone/{dataset}"]


def _path(dataset: str) -> str:
    interface = _declared(dataset).interface
    assert isinstance(interface, RestJson)
    return interface.path


def _ingested(dataset: str, rows: list[Row], folder: Path) -> BatchRecord:
    path = folder / "page-00001.json"
    path.write_text(json.dumps({"data": {"rows": rows}}), "utf-8")
    return ingest_files(_declared(dataset), [path], folder / "home", date(2020, 12, 31))


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_served_row_is_loaded(dataset: str, served: dict[str, list[Row]], tmp_path: Path) -> None:
    rows, declared = served[dataset], _declared(dataset)
    record = _ingested(dataset, rows, tmp_path)
    assert record.received == len(rows) >= 10
    assert (record.loaded, record.quarantined, record.repeats) == (len(rows), 0, 0)
    assert set(rows[0]) == set(declared.sources) and not record.new_fields
    loaded = lake(tmp_path / "home", record)
    empty = {field.name for field in declared.lake_fields if loaded[field.name].null_count() == loaded.height}
    # So few platforms close and so few titles are withdrawn that eight zones may have none.
    assert empty <= {"closed_date", "revoked_date"} - ({"closed_date"} if dataset == "chemical_site" else set())
    versions = loaded.select([*declared.key, "reported_at"])
    assert versions.is_duplicated().sum() == 0


@pytest.mark.parametrize("dataset", IN_ORDER)
def test_days_are_in_order_and_nothing_is_recorded_before_it_happens(
    dataset: str, served: dict[str, list[Row]]
) -> None:
    for row in served[dataset]:
        days = [str(row[field]) for field in IN_ORDER[dataset] if row[field]]
        assert days == sorted(days)
        assert days[-1:] <= [str(row["updated_at"])[:10]]


@pytest.mark.parametrize("dataset", IN_ORDER)
def test_what_has_happened_stays_so(dataset: str, served: dict[str, list[Row]]) -> None:
    key = _declared(dataset).field(_declared(dataset).key[0]).source
    versions: dict[object, list[Row]] = defaultdict(list)
    for row in served[dataset]:
        versions[row[key]].append(row)
    assert max(len(one) for one in versions.values()) > 1
    for one in versions.values():
        for before, after in pairwise(one):
            assert str(before["updated_at"]) < str(after["updated_at"])
            assert all(before[field] in ("", after[field]) for field in IN_ORDER[dataset])


def test_zones_and_codes_are_those_of_the_province(served: dict[str, list[Row]], province: Province) -> None:
    zones, codes = {zone.zone_id for zone in province.zones}, set(province.enterprises.credit_code)
    for dataset, rows in served.items():
        assert {row["park_id"] for row in rows if "park_id" in row} <= zones, dataset
        told = {str(row["credit_code"]) for row in rows if row.get("credit_code")}
        assert told <= codes and all(map(is_valid_credit_code, told)), dataset
    scopes = {(row["scope_type"], row["scope_code"]) for row in served["reform_milestone"]}
    assert {code for kind, code in scopes if kind == "zone"} == zones
    assert {code for kind, code in scopes if kind == "county"} <= {zone.county_code for zone in province.zones}
    assert {code for kind, code in scopes if kind == "province"} == {"360000"}


def test_there_are_four_maps_of_each_of_five_industries(served: dict[str, list[Row]]) -> None:
    assert {(row["industry"], row["map_kind"]) for row in served["industry_map"]} == {
        (industry, kind) for industry in MAPPED_INDUSTRIES for kind in MAP_KINDS
    }


def test_a_milestone_is_done_with_its_document(served: dict[str, list[Row]]) -> None:
    rows = served["reform_milestone"]
    assert all(bool(row["done_date"]) == bool(row["document_no"]) for row in rows)
    assert all((row["area"] is not None) == (row["milestone_code"] == "block_merged") for row in rows)
    assert {row["scope_type"] for row in rows if row["milestone_code"] == "block_merged"} == {"county"}


def test_each_zone_states_each_line_once_a_day(served: dict[str, list[Row]], province: Province) -> None:
    rows = served["connection"]
    lines = [(row["park_id"], row["system_code"], row["stat_date"]) for row in rows]
    assert len(set(lines)) == len(lines)
    own = [row for row in rows if row["system_code"] == "smart_zone"]
    assert len(own) == 28 * len(province.zones)
    for row in rows:
        assert str(row["updated_at"])[:10] == row["stat_date"]
        assert (row["company_count"] is not None) == (row["system_code"] == "smart_zone")
        assert (row["heartbeat_count"] == 0) == (row["last_heartbeat_at"] is None)
        assert row["last_heartbeat_at"] is None or str(row["last_heartbeat_at"]) < f"{row['stat_date']} 23:00:00"
    assert all(0 < int(str(row["connected_company_count"])) <= int(str(row["company_count"])) for row in own)
    assert 0.001 < sum(int(str(row["heartbeat_count"])) < 280 for row in rows) / len(rows) < 0.05


def test_months_of_connections_are_built_alone(province: Province) -> None:
    spec = next(table for table in reform.tables(province) if table.dataset == "connection")
    assert spec.spans is not None and len(spec.spans) == len(spec.sources) == 36
    for (first, end), part in list(zip(spec.spans, spec.sources, strict=True))[10:14]:
        records = part()
        assert first <= records.recorded_at.min() and records.recorded_at.max() < end
        assert (records.recorded_at[1:] >= records.recorded_at[:-1]).all()


def test_keys_are_stable_and_unique(province: Province) -> None:
    again = build_province("small", 7)
    for subject in (clusters, environment, reform):
        for one, other in zip(subject.tables(province), subject.tables(again), strict=True):
            first, second = one.sources[-1](), other.sources[-1]()
            assert first.columns == second.columns and (first.keys == second.keys).all()
            assert len(set(first.keys.tolist())) == len(first)
            assert set(one.roles.key) <= set(first.columns)


BROKEN: dict[str, list[tuple[Row, str]]] = {
    "service_platform": [({"investment": 5e7}, "investment_unit"), ({"closed_date": "2001-01-01"}, "dates_in_order")],
    "themed_park": [
        ({"planned_area": 60.0, "investment": 225_000.0 * 10_000}, "investment_unit"),
        ({"planned_area": 60.0, "investment": 22.5}, "investment_unit"),
        ({"started_date": "2001-01-01"}, "dates_in_order"),
    ],
    "cluster_plan": [
        ({"planned_revenue": 1_200.0 * 10_000}, "planned_revenue_unit"),
        ({"planned_revenue": 0.12}, "planned_revenue_unit"),
        ({"last_year": 2001}, "years_in_order"),
        ({"issued_date": "2001-01-01"}, "dates_in_order"),
        ({"plan_kind": "总体规划"}, "allowed_value"),
    ],
    "industry_map": [
        ({"issued_date": "2035-01-01"}, "issued_when_recorded"),
        ({"map_kind": "地形图"}, "allowed_value"),
    ],
    "reform_milestone": [
        ({"done_date": "2035-01-01", "document_no": "1号"}, "done_when_recorded"),
        ({"done_date": "2018-01-05", "document_no": ""}, "done_with_evidence"),
        ({"work_item": 22}, "above_max"),
    ],
    "green_park": [({"accepted_date": "2001-01-01"}, "dates_in_order")],
    "chemical_site": [
        ({"closed_date": "2001-01-01"}, "dates_in_order"),
        ({"is_in_protected_area": "1", "planned_closure_date": ""}, "closure_of_protected_sites"),
    ],
    "treatment_facility": [
        ({"sewage_capacity": 20_000}, "sewage_capacity_unit"),
        ({"sewage_capacity": 0.0002}, "sewage_capacity_unit"),
        ({"solid_waste_capacity": 9e7}, "waste_capacity_unit"),
        ({"built_date": "2001-01-01"}, "dates_in_order"),
    ],
    "connection": [
        ({"heartbeat_count": 289}, "above_max"),
        ({"system_code": "telegraph"}, "system_known"),
        ({"connected_company_count": 9, "company_count": 8}, "connected_within_all"),
        ({"stat_date": "2020-12-31"}, "stated_on_its_day"),
    ],
}


@pytest.mark.parametrize(("dataset", "change", "rule"), [(d, c, r) for d, rows in BROKEN.items() for c, r in rows])
def test_rows_that_cannot_be_true_are_refused(
    dataset: str, change: Row, rule: str, served: dict[str, list[Row]], tmp_path: Path
) -> None:
    good = served[dataset][:4]
    record = _ingested(dataset, [*good, good[0] | change], tmp_path)
    assert (record.loaded, record.quarantined) == (4, 1)
    assert quarantine(tmp_path / "home", record)["rule"].to_list() == [rule]
