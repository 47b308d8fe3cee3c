"""The warehouse that is shown before the first release: the marts that the dashboards expect, without rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

MARTS = Path(__file__).resolve().parent / "marts.yaml"


def marts() -> dict[str, dict[str, str]]:
    """Table of the schema mart -> column -> DuckDB type, as the dashboards expect them of every release."""
    return dict(yaml.safe_load(MARTS.read_text("utf-8")))


def write(file: Path) -> None:
    """Write an empty warehouse, in place of an older one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    build = file.with_suffix(".build")
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        for schema in ("mart", "dim", "fact", "audit"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table, columns in marts().items():
            fields = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f'CREATE TABLE mart."{table}" ({fields})')
    build.chmod(0o444)
    build.replace(file)
