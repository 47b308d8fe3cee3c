"""The page on the warehouse and the exposures say what the project is."""

import re
from pathlib import Path
from typing import Any

import yaml

from orchestration import targets_page
from orchestration.warehouse_page import END, PAGE, START, matrix
from tests.warehouse.candidate import rows_of
from tests.warehouse.conftest import Built
from warehouse.declared_sources import PROJECT

ASSETS = Path(__file__).resolve().parents[2] / "superset" / "assets"


def test_the_bus_matrix_is_fresh(built: Built) -> None:
    """`python -m orchestration.warehouse_page` rewrites it."""
    written = PAGE.read_text("utf-8").split(START)[1].split(END)[0].strip()
    assert written == matrix(built.manifest)


def test_the_page_of_targets_is_fresh(built: Built) -> None:
    """`python -m orchestration.targets_page` rewrites it; a target that no model defines is a KeyError."""
    assert targets_page.PAGE.read_text("utf-8") == targets_page.page(built.manifest)


def test_every_definition_is_whole(built: Built) -> None:
    """Numerator, period, source, evidence and pace of each, nothing unknown, and nothing of a target that no plan has."""
    found = targets_page.definitions(built.manifest)
    planned = {str(target) for (target,) in rows_of(built.path, "select distinct target_id from dim.dim_target")}
    assert set(found) == planned
    needed = set(targets_page.FIELDS) - {"denominator", "reading"}
    for target, (_, definition) in found.items():
        assert needed <= set(definition) <= set(targets_page.FIELDS), target
        assert all(text.strip() for text in definition.values()), target


def test_a_fact_shows_its_dimensions() -> None:
    """Keys with a role before them count; the grain is cut where it begins to explain."""
    node = {
        "resource_type": "model",
        "name": "fct_sale",
        "path": "dimensional/facts/trade/fct_sale.sql",
        "description": "Grain: one row per sale (of land) and day; withdrawn ones stay.",
        "columns": {"business_date": {}, "seller_uscc": {}, "amount_yuan": {}},
    }
    line = matrix({"nodes": {"a": node}}).splitlines()[2]
    assert line == "| `fct_sale` | sale and day | x |  |  | x |  |  |  |  |  |  |"


def _assets(kind: str) -> dict[str, dict[str, Any]]:
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in sorted((ASSETS / kind).rglob("*.yaml"))}


def test_every_dashboard_is_an_exposure_of_the_marts_it_reads() -> None:
    """Title, address and marts follow from the assets of Superset."""
    exposures = yaml.safe_load((PROJECT / "models" / "exposures.yml").read_text("utf-8"))["exposures"]
    written = {e["name"]: (e["label"], e["url"], sorted(e["depends_on"])) for e in exposures}
    datasets = {dataset["uuid"]: dataset for dataset in _assets("datasets").values()}
    charts = {chart["uuid"]: datasets[chart["dataset_uuid"]] for chart in _assets("charts").values()}
    wanted = {}
    for slug, page in _assets("dashboards").items():
        places = [item for item in page["position"].values() if isinstance(item, dict) and item["type"] == "CHART"]
        marts: set[str] = set()
        for place in places:
            dataset = charts[place["meta"]["uuid"]]
            marts |= set(re.findall(r"mart\.(mart_\w+)", dataset.get("sql") or "")) or {dataset["table_name"]}
        name = f"dashboard_{slug.replace('-', '_')}"
        url = f"/superset/dashboard/{page['slug']}/"
        wanted[name] = (page["dashboard_title"], url, [f"ref('{mart}')" for mart in sorted(marts)])
    assert written == wanted
