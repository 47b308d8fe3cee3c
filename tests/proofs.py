"""Proofs that take long: a short form in every test run, the long one by `make prove`, and the page of what was counted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

PAGE = "docs/proofs.md"

_HEAD = """# What was proved at length

Written by `make prove`, which runs the long form of every test marked `proof`; `make test` runs the short form of each.
A line says what was counted by the last run; its commit is the one that was checked out when it began, `+` when files had
been changed.

"""


class Ended(NamedTuple):
    """A proof of a run that came to its end: what it counted, empty when it failed before."""

    test: str
    figure: str
    has_held: bool


@dataclass(frozen=True)
class Proof:
    """One proof of this run."""

    is_long: bool
    record: Callable[[str, object], None]

    def size(self, short: int, long: int) -> int:
        """How many of its kind the proof is to try."""
        return long if self.is_long else short

    def counted(self, figure: str) -> None:
        """Say what was counted, at the end of the test run and on the page."""
        self.record("figures", figure)


def write_page(page: Path, commit: str, ended: Sequence[Ended]) -> None:
    """Write docs/proofs.md from every proof that ended, with the date and the commit on which they began."""
    failed = sum(not one.has_held for one in ended)
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, commit {commit}, {len(ended)} proofs, {failed} failed.", ""]
    lines += ["| proof | counted |", "|---|---|"]
    lines += [f"| `{one.test}` | {_cell(one)} |" for one in sorted(ended)]
    page.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")


def _cell(one: Ended) -> str:
    shown = " ".join(one.figure.split()).replace("|", "\\|")
    return shown if one.has_held else f"**failed** {shown}".strip()


def commit_of(root: Path) -> str:
    """Short name of the commit that is checked out, `+` when files but the page itself differ from it."""
    if not shutil.which("git"):
        return "unknown"

    def git(*asked: str) -> str:
        return subprocess.run(["git", *asked], cwd=root, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--", ".", f":!{PAGE}")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + ("+" if changed else "")
