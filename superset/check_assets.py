"""Check the asset bundle against a release file, without Superset: `check_assets.py RELEASE.duckdb`. Prints each fault.

Every dataset's columns and types, every metric, filter and column that a chart uses, and every chart and filter column
that a dashboard uses must exist. Needs only duckdb and yaml, so both environments can run it.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import empty_release
import yaml

ASSETS = Path(__file__).resolve().parent / "assets"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "zonehouse.superset")
Asset = dict[str, Any]


def load(folder: Path = ASSETS) -> dict[str, dict[str, Asset]]:
    """The assets by kind (`datasets`, `charts`, `dashboards`) and slug, which is the file's name."""
    kinds: dict[str, dict[str, Asset]] = {"datasets": {}, "charts": {}, "dashboards": {}}
    for kind, found in kinds.items():
        for file in sorted((folder / kind).rglob("*.yaml")):
            found[file.stem] = yaml.safe_load(file.read_text("utf-8"))
    return kinds


def faults(release: Path, folder: Path = ASSETS) -> list[str]:
    """One sentence per fault of the bundle against the release; empty when all is well."""
    assets = load(folder)
    with duckdb.connect(str(release), read_only=True) as connection:
        return [
            *_identity_faults(assets),
            *_mart_faults(connection),
            *(
                fault
                for slug, dataset in assets["datasets"].items()
                for fault in _dataset_faults(connection, slug, dataset)
            ),
            *_chart_faults(connection, assets),
            *_dashboard_faults(assets),
        ]


def _identity_faults(assets: dict[str, dict[str, Asset]]) -> Iterator[str]:
    for kind, found in assets.items():
        for slug, asset in found.items():
            if asset["uuid"] != str(uuid.uuid5(NAMESPACE, f"{kind[:-1]}/{slug}")):
                yield f"{kind}/{slug}.yaml: the uuid is not the one of its file name; a renamed asset needs a new uuid."


def _mart_faults(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for table, columns in empty_release.marts().items():
        actual = _describe(connection, f'SELECT * FROM mart."{table}"')
        if isinstance(actual, str):
            yield f"marts.yaml: {actual}"
            continue
        for name, wanted in columns.items():
            if actual.get(name) != wanted:
                yield f"marts.yaml: {table}.{name} is {actual.get(name, 'missing')} in the release, not {wanted}."


def _source(dataset: Asset) -> str:
    return f"({dataset['sql']}\n)" if dataset.get("sql") else f'{dataset["schema"]}."{dataset["table_name"]}"'


def _describe(connection: duckdb.DuckDBPyConnection, select: str) -> dict[str, str] | str:
    """Column name -> type of a query, or the database's complaint."""
    try:
        return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {select}").fetchall()}
    except duckdb.Error as error:
        return str(error).splitlines()[0]


def _dataset_faults(connection: duckdb.DuckDBPyConnection, slug: str, dataset: Asset) -> Iterator[str]:
    where = f"datasets/{slug}.yaml"
    actual = _describe(connection, f"SELECT * FROM {_source(dataset)}")
    if isinstance(actual, str):
        yield f"{where}: {actual}"
        return
    for column in dataset["columns"]:
        name, wanted = column["column_name"], column["type"]
        if actual.get(name) != wanted:
            yield f"{where}: column {name} is {actual.get(name, 'missing')} in the release, not {wanted}."
    for metric in dataset["metrics"]:
        result = _describe(connection, f"SELECT {metric['expression']} FROM {_source(dataset)} AS t")
        if isinstance(result, str):
            yield f"{where}: metric {metric['metric_name']}: {result}"


def _chart_faults(connection: duckdb.DuckDBPyConnection, assets: dict[str, dict[str, Asset]]) -> Iterator[str]:
    datasets = {dataset["uuid"]: dataset for dataset in assets["datasets"].values()}
    for slug, chart in assets["charts"].items():
        where, dataset = f"charts/{slug}.yaml", datasets.get(chart["dataset_uuid"])
        if dataset is None:
            yield f"{where}: no dataset has the uuid {chart['dataset_uuid']}."
            continue
        named = {column["column_name"]: column.get("verbose_name") for column in dataset["columns"]}
        params = chart["params"]
        shown = params.get("all_columns", [])
        sorts = [item.split('"')[1] for item in params.get("order_by_cols", [])]
        axes = [params["x_axis"]] if "x_axis" in params else []
        for column in [*shown, *sorts, *axes, *params.get("groupby", []), *params.get("groupby_b", [])]:
            if column not in named:
                yield f"{where}: column {column} is not in its dataset."
        for column in shown:
            if column != "html" and not named.get(column):
                yield f"{where}: column {column} is shown but its dataset gives it no Chinese name."
        for expression in _expressions(params):
            result = _describe(connection, f"SELECT {expression} FROM {_source(dataset)} AS t")
            if isinstance(result, str):
                yield f"{where}: {expression}: {result}"


def _expressions(params: Asset) -> Iterator[str]:
    for key in ("metrics", "metrics_b", "adhoc_filters", "adhoc_filters_b"):
        yield from (item["sqlExpression"] for item in params.get(key, []) if isinstance(item, dict))
    for key in ("metric", "timeseries_limit_metric"):
        if isinstance(params.get(key), dict):
            yield params[key]["sqlExpression"]


def _dashboard_faults(assets: dict[str, dict[str, Asset]]) -> Iterator[str]:
    charts = {chart["uuid"] for chart in assets["charts"].values()}
    columns = {d["uuid"]: {c["column_name"] for c in d["columns"]} for d in assets["datasets"].values()}
    for slug, dashboard in assets["dashboards"].items():
        places = [
            item["meta"]
            for item in dashboard["position"].values()
            if isinstance(item, dict) and item["type"] == "CHART"
        ]
        for place in places:
            if place["uuid"] not in charts:
                yield f"dashboards/{slug}.yaml: no chart has the uuid {place['uuid']} ({place['sliceName']})."
        ids = {place["chartId"] for place in places}
        for native in dashboard["metadata"]["native_filter_configuration"]:
            target = native["targets"][0]
            if target["column"]["name"] not in columns.get(target["datasetUuid"], set()):
                yield f"dashboards/{slug}.yaml: filter {native['name']} names a column that its dataset does not have."
            if not set(native["chartsInScope"]) <= ids:
                yield f"dashboards/{slug}.yaml: filter {native['name']} covers a chart that is not on the page."


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: check_assets.py RELEASE.duckdb")
    found = faults(Path(sys.argv[1]))
    print("\n".join(found) if found else "all assets fit this release")
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
