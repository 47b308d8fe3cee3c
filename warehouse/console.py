"""A locked, read-only look at a release for auditors: nothing can be written, no file or network be reached."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse import release
from warehouse.paths import release_file

LOCKED: dict[str, str | int | float | list[str]] = {
    "access_mode": "READ_ONLY",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "python_enable_replacements": False,
    "memory_limit": "2GB",
    "threads": 2,
    "temp_directory": "",
    "lock_configuration": True,
}
# Excel takes a file without it for the Windows code page.
BYTE_ORDER_MARK = "\ufeff"

_DESCRIBED = """select described.column_name, described.column_type, columns.comment
    from (describe {path}) as described
    left join duckdb_columns() as columns
        on columns.database_name = current_database() and lower(columns.schema_name) = lower('{schema}')
        and lower(columns.table_name) = lower('{table}') and columns.column_name = described.column_name
    order by columns.column_index"""


class QueryError(Exception):
    """A query failed or ran too long; the message says why in one sentence."""


@dataclass(frozen=True)
class Answer:
    """Column names and rows of one query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def query(home: Path, sql: str, release_id: str | None = None, timeout_seconds: float = 60.0) -> Answer:
    """Run one statement on a release (the current one by default).

    Raises ReleaseError when there is no such release and QueryError when DuckDB refuses the statement.
    """
    return query_file(file_of(home, release_id), sql, timeout_seconds)


def file_of(home: Path, release_id: str | None = None) -> Path:
    """The file of a release (the current one by default). Raises ReleaseError when there is no such release."""
    chosen = release_id or release.current_id(home)
    if chosen is None:
        raise release.ReleaseError("There is no release yet; run `zonehouse nightly --date D` first.")
    release.manifest(home, chosen)
    return release_file(home, chosen)


def query_file(path: Path, sql: str, timeout_seconds: float = 60.0) -> Answer:
    """Run one statement on a warehouse file, locked as a release is. DESCRIBE of a table also shows its comments.

    Raises QueryError when `sql` is not one statement, DuckDB refuses it or the file is no warehouse.
    """
    try:
        con = duckdb.connect(str(path), config=dict(LOCKED))
    except duckdb.Error as error:
        raise QueryError(f"{path} cannot be read as a warehouse: {str(error).strip()}") from error
    with con, _time_limit(con, timeout_seconds):
        _require_one_statement(con, sql)
        result = con.execute(_described(con, sql) or sql)
        columns = [column[0] for column in result.description or []]
        return Answer(columns, result.fetchall())


@contextmanager
def _time_limit(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, con.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryError(f"The query was stopped after {seconds:g} seconds; ask for less of it.") from error
    except duckdb.Error as error:
        raise QueryError(str(error).strip()) from error
    finally:
        timer.cancel()


def _require_one_statement(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = con.extract_statements(sql)
    if not statements:
        raise QueryError('The text holds no statement; write one, e.g. "select * from mart.mart_work_items".')
    if len(statements) > 1:
        raise QueryError(f"The text holds {len(statements)} statements; ask one at a time.")


def _described(con: duckdb.DuckDBPyConnection, statement: str) -> str | None:
    """For DESCRIBE or SHOW of a table, the query that answers it with the comments; DuckDB's own leaves them out."""
    row = con.execute("select json_serialize_sql(?::varchar)", [statement]).fetchone()
    tree = json.loads(row[0]) if row else {}
    if tree.get("error", True):
        return None
    shown = tree["statements"][0]["node"].get("from_table") or {}
    table = (shown.get("query") or {}).get("from_table") or {}
    is_described = shown.get("type") == "SHOW_REF" and shown.get("show_type") in ("DESCRIBE", "SHOW")
    if not is_described or table.get("type") != "BASE_TABLE" or not _takes_all(shown["query"]):
        return None
    parts = [str(part) for part in table["qualified_name"]["path"]]
    path = ".".join('"' + part.replace('"', '""') + '"' for part in parts)
    schema, name = (part.replace("'", "''") for part in ("", *parts)[-2:])
    return _DESCRIBED.format(path=path, schema=schema, table=name)


def _takes_all(query: dict[str, Any]) -> bool:
    (first, *others) = query["select_list"]
    changed = any(first.get(key) for key in ("exclude_list", "replace_list", "rename_list", "columns"))
    return first["class"] == "STAR" and not others and not changed


def as_csv(answer: Answer) -> str:
    """CSV (RFC 4180) with a header; text only, the caller encodes. Null is an empty field, an empty text is "\"\""."""
    lines = [answer.columns, *answer.rows]
    return "".join(",".join(map(_csv_field, line)) + "\n" for line in lines)


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    if text and not any(mark in text for mark in ',"\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


def as_json(answer: Answer) -> str:
    """A JSON array with one object a row; dates and decimals as text, NaN and infinities as null: JSON has none."""
    rows = [dict(zip(answer.columns, map(_json_value, row), strict=True)) for row in answer.rows]
    return json.dumps(rows, ensure_ascii=False, default=str, allow_nan=False)


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    return value
