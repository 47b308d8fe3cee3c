"""A lint for arithmetic in a dashboard: ratios, sums, growth and labels come from marts, so that a number has one place.

A dataset may name columns, filter, join and set texts of marts into HTML (|| and string_agg). A chart that Superset will not
draw without an aggregate has MAX(column), over one row for each point of its axis; anything else is computed.
"""

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp

Asset = dict[str, Any]

# What forms texts and conditions. All other functions and operators compute.
FORMING = (exp.Coalesce, exp.Cast, exp.Case, exp.If, exp.And, exp.Or, exp.GroupConcat, exp.DPipe)
COMPUTING = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Window)
# Settings of a chart with which Superset itself computes what it draws.
COMPUTING_SETTINGS = {
    "comparison_type",
    "contribution",
    "contributionMode",
    "percent_metrics",
    "resample_method",
    "rolling_type",
    "show_totals",
    "time_compare",
}
SINGLE_VALUE = re.compile(r"MAX\(\w+\)")


def dataset_faults(dataset: Asset) -> Iterator[str]:
    """One sentence for each number that a dataset computes."""
    if dataset.get("sql"):
        yield from _computed(dataset["sql"])
    for column in dataset["columns"]:
        if column.get("expression"):
            yield f"computes the column {column['column_name']}: {column['expression']}"
    for metric in dataset["metrics"]:
        if not SINGLE_VALUE.fullmatch(metric["expression"]):
            yield f"computes the metric {metric['metric_name']}: {metric['expression']}"


def chart_faults(chart: Asset) -> Iterator[str]:
    """One sentence for each number that a chart computes."""
    params = chart["params"]
    for setting in sorted(COMPUTING_SETTINGS & params.keys()):
        if params[setting] not in (None, False, "", [], "None"):
            yield f"computes by the setting {setting}"
    for part in _parts(params):
        text = part.get("sqlExpression")
        if part.get("aggregate") not in (None, "MAX"):
            yield f"computes {part['aggregate']} of a column"
        elif text and not SINGLE_VALUE.fullmatch(text):
            yield from _computed(f"SELECT {text}")


def points_query(dataset: Asset, chart: Asset) -> str | None:
    """SQL that gives the points of a chart's axis with more than one row, of which MAX would hide one."""
    params = chart["params"]
    if not params.get("metrics"):
        return None
    axes = ", ".join([params["x_axis"], *params.get("groupby", [])])
    source = f"({dataset['sql']}\n)" if dataset.get("sql") else f"{dataset['schema']}.{dataset['table_name']}"
    return f"SELECT {axes}, count(*) FROM {source} AS shown GROUP BY {axes} HAVING count(*) > 1"


def _parts(value: Any) -> Iterator[Asset]:
    """All parts of a chart's parameters, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


def _computed(sql: str) -> Iterator[str]:
    for node in sqlglot.parse_one(sql, read="duckdb").walk():
        if _computes(node):
            yield f"computes {node.sql('duckdb')[:80]}"


def _computes(node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this not in exp.DataType.TEXT_TYPES
    return isinstance(node, COMPUTING) or (isinstance(node, exp.Func) and not isinstance(node, FORMING))
