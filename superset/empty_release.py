"""The warehouse that is shown before the first release: the tables that the datasets name, without rows."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml


def write(contents: dict[str, str], file: Path) -> None:
    """Write an empty warehouse for the datasets of the asset bundle, in place of an older one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    build = file.with_suffix(".build")
    build.unlink(missing_ok=True)
    with duckdb.connect(str(build)) as connection:
        for schema in ("mart", "dim", "fact", "audit"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for name, text in contents.items():
            dataset = yaml.safe_load(text) if name.startswith("datasets/") else {"sql": "not a table"}
            if not dataset.get("sql"):
                columns = ", ".join(f'"{column["column_name"]}" {column["type"]}' for column in dataset["columns"])
                connection.execute(f'CREATE TABLE {dataset["schema"]}."{dataset["table_name"]}" ({columns})')
    build.chmod(0o444)
    build.replace(file)
