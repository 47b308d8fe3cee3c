"""Releases: list, publish by one rename, roll back.

A release is a folder `releases/<id>` with a read-only `warehouse.duckdb` and a `manifest.json`. It exists from the
moment that `releases/journal.jsonl` names it; readers see it from the moment that the link `current` points to it. A
folder that the journal does not name is the leftover of a killed run. The id of a release is never reused, because
readers' caches are keyed by it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingestion.landing import flush
from warehouse.paths import DATABASE, current, releases


class ReleaseError(Exception):
    """A release cannot be found or published; the message says what to do."""


@dataclass(frozen=True)
class Release:
    """One published release and whether readers see it now."""

    release_id: str
    as_of_date: date
    published_at: str
    is_current: bool
    size_bytes: int
    batch_count: int
    row_count: int


def current_id(home: Path) -> str | None:
    """Id of the release that readers see, or None before the first."""
    link = current(home)
    return Path(os.readlink(link)).name if link.is_symlink() else None


def manifest(home: Path, release_id: str) -> dict[str, Any]:
    """The manifest of a release. Raises ReleaseError when there is no such release."""
    path = releases(home) / release_id / "manifest.json"
    if release_id not in _journalled(home) or not path.is_file():
        known = ", ".join(sorted(_journalled(home))[-3:]) or "none"
        raise ReleaseError(f"There is no release {release_id}; the latest are: {known}. See `zonehouse release list`.")
    return dict(json.loads(path.read_text("utf-8")))


def watermarks(home: Path) -> dict[str, date]:
    """The first day of each dataset ("system/dataset") that the release that readers see does not cover.

    What a failed night has fetched moves no watermark, because only a published release is asked. Empty before the
    first release; a dataset of which nothing was ever fetched is not in it.
    """
    current = current_id(home)
    content = manifest(home, current) if current else {"batches": []}
    # Manifests that were written before they named watermarks hold the batches that make them.
    cursors = content.get("watermarks") or latest_cursors(content["batches"])
    return {dataset: datetime.fromisoformat(cursor).date() for dataset, cursor in cursors.items()}


def latest_cursors(batches: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The latest `cursor_after` of each dataset; what was delivered by hand has none, because it covers no day."""
    latest: dict[str, str] = {}
    for batch in batches:
        if cursor := batch.get("cursor_after"):
            latest[batch["dataset"]] = max(cursor, latest.get(batch["dataset"], ""))
    return latest


def list_releases(home: Path) -> list[Release]:
    """All published releases, oldest first."""
    now_current = current_id(home)
    found = []
    for release_id, published_at in sorted(_journalled(home).items()):
        if not (releases(home) / release_id / "manifest.json").is_file():
            continue
        content = manifest(home, release_id)
        found.append(
            Release(
                release_id=release_id,
                as_of_date=date.fromisoformat(content["as_of_date"]),
                published_at=published_at,
                is_current=release_id == now_current,
                size_bytes=(releases(home) / release_id / DATABASE).stat().st_size,
                batch_count=len(content["batches"]),
                row_count=sum(content["tables"].values()),
            )
        )
    return found


def next_id(home: Path, as_of: date) -> str:
    """The next free id of a day: r20191231-01, r20191231-02, ... Leftovers of killed runs keep their numbers."""
    prefix = f"r{as_of:%Y%m%d}-"
    names = {path.name.lstrip(".") for path in releases(home).glob(f"*{prefix}*")} | set(_journalled(home))
    numbers = [int(name.removeprefix(prefix)[:2]) for name in names if name.startswith(prefix)]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def publish(home: Path, release_id: str, database: Path, content: dict[str, Any]) -> Path:
    """Make a checked candidate file the release that readers see.

    Everything is made durable under a temporary name first, so that a kill at any moment leaves either the old release
    or the new one in place. Returns the folder of the release.
    """
    folder = releases(home)
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f".{release_id}"
    building.mkdir()
    shutil.move(database, building / DATABASE)
    (building / "manifest.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    for path in building.iterdir():
        path.chmod(0o444)
        flush(path)
    flush(building)
    target = folder / release_id
    building.rename(target)
    flush(folder)
    _journal(home, "publish", release_id)
    _point_current_to(home, release_id)
    return target


def rollback(home: Path, release_id: str) -> None:
    """Point readers to an earlier release. Raises ReleaseError when there is no such release."""
    manifest(home, release_id)
    if release_id == current_id(home):
        raise ReleaseError(f"Release {release_id} is already the one that readers see; nothing was changed.")
    _journal(home, "rollback", release_id)
    _point_current_to(home, release_id)


def remove_leftovers(home: Path) -> list[str]:
    """Delete what killed runs left under `releases/`: folders that the journal does not name."""
    known = _journalled(home)
    left = [path for path in releases(home).glob("*") if path.is_dir() and path.name not in known]
    for path in left:
        shutil.rmtree(path)
    return [path.name for path in left]


def _point_current_to(home: Path, release_id: str) -> None:
    link = current(home)
    new_link = link.with_name("current.new")
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(Path("releases") / release_id)
    os.replace(new_link, link)
    flush(home)


def _journal(home: Path, action: str, release_id: str) -> None:
    line = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "action": action, "release_id": release_id}
    with (releases(home) / "journal.jsonl").open("a", encoding="utf-8") as journal:
        # The leading line end closes a line that a power failure cut short.
        journal.write("\n" + json.dumps(line) + "\n")
        journal.flush()
        os.fsync(journal.fileno())


def _journalled(home: Path) -> dict[str, str]:
    """Release id -> when it was published. A line cut short by a power failure is passed over."""
    path = releases(home) / "journal.jsonl"
    if not path.is_file():
        return {}
    published = {}
    for line in path.read_text("utf-8").splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            entry = json.loads(line)
            if entry["action"] == "publish":
                published[entry["release_id"]] = entry["at"]
    return published
