"""What may be thrown away: old releases between the month ends, and received bytes older than a province wants to keep.

The lake, quarantine and batch records stay: releases are built from them. What is removed is written down first in
`retention.jsonl`, so that a missing file can be told from a lost one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from warehouse import release
from warehouse.release import Release

KEPT_RELEASES = 30
LOG = "retention.jsonl"


@dataclass(frozen=True)
class Removal:
    """A folder below the state folder that is to go."""

    folder: Path
    what: str
    size_bytes: int


def releases_to_remove(releases: Sequence[Release], keep_last: int = KEPT_RELEASES) -> list[Release]:
    """All but the current one, the last `keep_last`, and the last release of each month (and so of each year)."""
    ordered = sorted(releases, key=lambda r: r.release_id)
    month_ends = {f"{r.as_of_date:%Y-%m}": r.release_id for r in sorted(ordered, key=lambda r: r.as_of_date)}
    kept = {r.release_id for r in ordered[max(0, len(ordered) - keep_last) :]} | set(month_ends.values())
    return [r for r in ordered if r.release_id not in kept and not r.is_current]


def plan(home: Path, keep_last: int = KEPT_RELEASES, landing_before: date | None = None) -> list[Removal]:
    """What `apply` would remove: releases by `releases_to_remove`, and landing of load dates before `landing_before`."""
    removals = [
        Removal(home / "releases" / r.release_id, f"release {r.release_id}", r.size_bytes)
        for r in releases_to_remove(release.list_releases(home), keep_last)
    ]
    for left in sorted((home / "landing").glob("*/.removed-*")):
        removals.append(Removal(left, f"what a killed removal left of {left.parent.name}", _size(left)))
    if landing_before is not None:
        for day in sorted((home / "landing").glob("*/????-??-??")):
            if date.fromisoformat(day.name) < landing_before:
                removals.append(Removal(day, f"received bytes of {day.parent.name} for {day.name}", _size(day)))
    return removals


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def apply(home: Path, removals: Sequence[Removal]) -> None:
    """Log each removal, then remove it; a run that was killed in between is made up for by the next one."""
    for removal in removals:
        line = {
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "removed": str(removal.folder.relative_to(home)),
            "what": removal.what,
            "size_bytes": removal.size_bytes,
        }
        with (home / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())
        # The rename makes it vanish at once for readers, whatever becomes of the slow removal.
        doomed = removal.folder.with_name(f".removed-{removal.folder.name}")
        removal.folder.rename(doomed)
        shutil.rmtree(doomed)
