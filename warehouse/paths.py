"""Where things lie under the state folder."""

from __future__ import annotations

from pathlib import Path

DATABASE = "warehouse.duckdb"


def candidate_file(home: Path) -> Path:
    """The one candidate warehouse that a night builds. Its name is the catalog name that models and readers see."""
    return home / "candidate" / DATABASE


def releases(home: Path) -> Path:
    """Folder of all releases, one folder each."""
    return home / "releases"


def release_file(home: Path, release_id: str) -> Path:
    """The read-only warehouse of one release."""
    return releases(home) / release_id / DATABASE


def current(home: Path) -> Path:
    """The link that readers follow."""
    return home / "current"
