"""What the tables and columns of a release are: read from the comments in its file, so any release explains itself."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from warehouse import console

# The end of a column's name says its unit; the first that fits counts.
UNITS: tuple[tuple[str, str], ...] = (
    ("_wan_per_mu", "万元/亩"),
    ("_per_mu_yuan", "元/亩"),
    ("_per_kwh_yuan", "元/千瓦时"),
    ("_m3_per_day", "立方米/日"),
    ("_t_per_year", "吨/年"),
    ("_mg_per_l", "毫克/升"),
    ("_yuan", "元"),
    ("_yi", "亿元"),
    ("_mu", "亩"),
    ("_kwh", "千瓦时"),
    ("_kg", "千克"),
    ("_m2", "平方米"),
    ("_m3", "立方米"),
    ("_day_count", "天"),
    ("_day_mean", "天"),
    ("_hours", "小时"),
    ("_hours_mean", "小时"),
    ("_multiple", "倍"),
    ("_ratio", "比值（1 即 100%）"),
    ("_share", "比值（1 即 100%）"),
    ("_count", "个"),
    ("longitude", "度"),
    ("latitude", "度"),
)


@dataclass(frozen=True)
class TableNote:
    """A published table in one line; rows is its number of rows."""

    schema: str
    table: str
    label: str
    rows: int


@dataclass(frozen=True)
class ColumnNote:
    """A column of a published table; unit is empty where the name says none (dates, texts, generic values)."""

    column: str
    type: str
    label: str
    unit: str
    description: str


def unit_of(column: str) -> str:
    """The unit that the end of the name says, in Chinese; empty without one."""
    return next((unit for ending, unit in UNITS if f"_{column}".endswith(ending)), "")


def tables(path: Path) -> list[TableNote]:
    """Every table of a release's file, by schema and name."""
    listed = console.query_file(path, _LISTED).rows
    if not listed:
        return []
    counts = " union all ".join(f"""select count(*) as n, '{s}.{t}' as name from "{s}"."{t}\"""" for s, t, _ in listed)
    rows = {name: int(count) for count, name in console.query_file(path, counts).rows}
    return [
        TableNote(schema, table, _parts(comment)[0], rows[f"{schema}.{table}"]) for schema, table, comment in listed
    ]


def columns(path: Path, name: str) -> tuple[str, str, list[ColumnNote]]:
    """The table's full name, its comment and its columns in order; `name` with or without schema, in any case.

    Raises QueryError when the release has no such table.
    """
    listed = {f"{schema}.{table}": comment for schema, table, comment in console.query_file(path, _LISTED).rows}
    wanted = name.lower().removeprefix("warehouse.")
    found = [full for full in listed if wanted in (full, full.split(".")[1])]
    if len(found) != 1:
        near = found or difflib.get_close_matches(wanted.split(".")[-1], [full.split(".")[1] for full in listed])
        hint = f"did you mean {' or '.join(near)}?" if near else "`zonehouse describe` lists them."
        raise console.QueryError(f"{'Several tables are' if found else 'No table is'} called {name}; {hint}")
    rows = console.query_file(path, f"describe {found[0]}").rows
    return found[0], listed[found[0]] or "", [_note(*row) for row in rows]


def _note(column: str, kind: str, comment: str | None) -> ColumnNote:
    label, description = _parts(comment)
    return ColumnNote(column, kind, label, unit_of(column), description)


def _parts(comment: str | None) -> tuple[str, str]:
    """Label and description of a comment; a release that was built before there were comments has neither."""
    label, _, description = (comment or "").partition("：")
    return label, " ".join(description.split())


_LISTED = """select schema_name, table_name, comment from duckdb_tables() where not internal
    union all select schema_name, view_name, comment from duckdb_views() where not internal
    order by all"""
