"""The dbt manifest that Dagster reads: built ahead by `make env`, rebuilt only when a model is newer."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.settings import PROJECT_ROOT
from warehouse.paths import DATABASE

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
MANIFEST = DBT_PROJECT / "target" / "manifest.json"
# The same manifest as dbt itself keeps it; reading it takes a hundredth of parsing the project.
PARSED = DBT_PROJECT / "target" / "partial_parse.msgpack"


class ManifestError(Exception):
    """The dbt project does not parse; the message carries dbt's own words."""


def is_stale() -> bool:
    """Whether the manifest is missing or older than a file that it was made from."""
    if not (MANIFEST.is_file() and PARSED.is_file()):
        return True
    made = MANIFEST.stat().st_mtime
    files = (path for path in DBT_PROJECT.rglob("*") if path.suffix in {".sql", ".yml", ".csv"})
    sources = (path for path in files if "target" not in path.relative_to(DBT_PROJECT).parts)
    return any(path.stat().st_mtime > made for path in sources)


def current() -> Path:
    """Path of a manifest that matches the project as it stands. Raises ManifestError when it does not parse."""
    if is_stale():
        MANIFEST.parent.mkdir(exist_ok=True)
        with (MANIFEST.parent / "parsing.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if is_stale():
                build()
    return MANIFEST


def build() -> None:
    """Parse the project beside what is there, then put both files in place: others may be reading them.

    Needs no database: the candidate's path is only read when a model runs.
    """
    from dbt.cli.main import dbtRunner

    # The file's name becomes the database of every relation in the manifest.
    os.environ.setdefault("ZONEHOUSE_CANDIDATE", DATABASE)
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    MANIFEST.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="parsing-", dir=MANIFEST.parent) as made:
        folders += ["--target-path", made, "--log-path", made]
        result = dbtRunner().invoke(["--quiet", "parse", "--no-partial-parse", *folders])
        if not result.success:
            raise ManifestError(f"dbt could not parse {DBT_PROJECT.name}: {result.exception}")
        for file in (PARSED, MANIFEST):
            os.replace(Path(made) / file.name, file)


if __name__ == "__main__":
    build()
