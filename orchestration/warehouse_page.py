"""The bus matrix (facts x dimensions) of docs/warehouse.md, from the manifest: `python -m orchestration.warehouse_page`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from orchestration import dbt_manifest
from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "warehouse.md"
START = "<!-- bus matrix: written by `python -m orchestration.warehouse_page` -->"
END = "<!-- end of the bus matrix -->"

# A fact has a dimension when it has one of these columns, also with a role before it (seller_uscc).
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "date": ("business_date", "business_month", "as_of_date"),
    "region": ("region_code", "city_code", "county_code", "scope_code"),
    "zone": ("zone_id", "scope_code"),
    "enterprise": ("enterprise_id", "uscc"),
    "industry": ("industry_code", "industry_division_code"),
    "indicator": ("indicator_code",),
    "outlet": ("outlet_id",),
    "pollutant": ("pollutant_code",),
    "department": ("department", "department_code", "lead_department", "owner"),
    "target": ("target_id",),
}


def matrix(manifest: Mapping[str, Any]) -> str:
    """A table with one line per fact or bridge: its subject, its grain in short, and an x for each dimension."""
    facts = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith(("fct_", "bridge_"))
    }
    head = ["fact", "one row per", *DIMENSIONS]
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---'] * 2 + [':-:'] * len(DIMENSIONS))}|"]
    for name, node in sorted(facts.items(), key=lambda item: (_subject(item[1]), item[0])):
        marks = ["x" if _has(node["columns"], keys) else "" for keys in DIMENSIONS.values()]
        lines.append(f"| `{name}` | {_grain(node['description'])} | {' | '.join(marks)} |")
    return "\n".join(lines)


def _subject(node: Mapping[str, Any]) -> str:
    folders = str(node["path"]).split("/")
    return folders[2] if len(folders) > 3 else ""


def _has(columns: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    return any(column == key or column.endswith(f"_{key}") for column in columns for key in keys)


def _grain(description: str) -> str:
    """The first clause of "Grain: one row per zone, month and version; ..."."""
    text = " ".join(description.split()).removeprefix("Grain: one row per ")
    text = re.sub(r" \([^)]*\)", "", text)
    ends = [place for mark in (";", ".", ":", ", where", " that ") if (place := text.find(mark)) > 0]
    return text[: min(ends)] if ends else text


def with_matrix(page: str, table: str) -> str:
    """The page with the table between its marks."""
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{table}\n{END}{after}"


def main() -> None:
    """Write the table into the page."""
    manifest = json.loads(dbt_manifest.current().read_text("utf-8"))
    PAGE.write_text(with_matrix(PAGE.read_text("utf-8"), matrix(manifest)), encoding="utf-8")


if __name__ == "__main__":
    main()
