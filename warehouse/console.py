"""A locked, read-only look at a release for auditors: nothing can be written, no file or network be reached."""

from __future__ import annotations

import csv
import io
import json
import threading
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
    chosen = release_id or release.current_id(home)
    if chosen is None:
        raise release.ReleaseError("There is no release yet; run `zonehouse nightly --date D` first.")
    release.manifest(home, chosen)
    return query_file(release_file(home, chosen), sql, timeout_seconds)


def query_file(path: Path, sql: str, timeout_seconds: float = 60.0) -> Answer:
    """Run one statement on a warehouse file, locked as a release is.

    Raises QueryError when DuckDB refuses the statement or the file is no warehouse.
    """
    try:
        con = duckdb.connect(str(path), config=dict(LOCKED))
    except duckdb.Error as error:
        raise QueryError(f"{path} cannot be read as a warehouse: {str(error).strip()}") from error
    with con:
        timer = threading.Timer(timeout_seconds, con.interrupt)
        timer.start()
        try:
            result = con.execute(sql)
            columns = [column[0] for column in result.description or []]
            return Answer(columns, result.fetchall())
        except duckdb.InterruptException as error:
            raise QueryError(f"The query was stopped after {timeout_seconds:g} seconds; ask for less of it.") from error
        except duckdb.Error as error:
            raise QueryError(str(error).strip()) from error
        finally:
            timer.cancel()


def as_csv(answer: Answer) -> str:
    """CSV with a header; text only, the caller encodes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return out.getvalue()


def as_json(answer: Answer) -> str:
    """A JSON array with one object a row; dates and decimals as text."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(rows, ensure_ascii=False, default=str)
