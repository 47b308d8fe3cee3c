"""Which release a request reads. One request is pinned to one release, so all its queries agree with each other.

`$ZONEHOUSE_HOME/current` is a link to `releases/<id>`, moved atomically by the publisher. Before the first release
there is an empty warehouse (same tables, no rows) in Superset's own folder: a dashboard then says 暂无数据, no error.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import g, has_app_context

HOME = Path(os.environ.get("ZONEHOUSE_HOME", "data")).resolve()
CURRENT = HOME / "current"
EMPTY = HOME / "superset" / "releases" / "none"
FILE_NAME = "warehouse.duckdb"
# What the database asset names; `pin` puts the release's own path in its place.
ASSET_PATH = "/current/warehouse.duckdb"


def resolve() -> Path:
    """The folder of the release that is current now; its name is the release id."""
    folder = Path(os.path.realpath(CURRENT))
    return folder if (folder / FILE_NAME).exists() else EMPTY


def pinned() -> Path:
    """The release folder of this request (outside of a request: the current one)."""
    if not has_app_context():
        return resolve()
    if g.get("zonehouse_release") is None:
        g.zonehouse_release = resolve()
    return g.zonehouse_release


def pin(database: str | None) -> str | None:
    """The file to open for a DuckDB address: the pinned release's for ours, unchanged for any other."""
    return str(pinned() / FILE_NAME) if database == ASSET_PATH else database
