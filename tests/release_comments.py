"""What a release says of its own tables and columns."""

import re
from pathlib import Path

import duckdb

COMMENT = re.compile(r"[^：]*[\u4e00-\u9fff][^：]*：.+", re.DOTALL)
"""A Chinese label, the mark that ends it, a description."""

_COMMENTS = """
    select schema_name, table_name, null as column_name, comment from duckdb_tables() where not internal
    union all select schema_name, view_name, null, comment from duckdb_views() where not internal
    union all select schema_name, table_name, column_name, comment from duckdb_columns() where not internal"""


def unexplained(path: Path) -> list[str]:
    """Tables and columns of a release's schemas without a Chinese label and a description as their comment."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            f"select * from ({_COMMENTS}) where schema_name in ('dim', 'fact', 'mart', 'audit')"
        ).fetchall()
    assert len(rows) > 2000
    return [".".join(filter(None, row[:3])) for row in rows if not COMMENT.fullmatch(row[3] or "")]
