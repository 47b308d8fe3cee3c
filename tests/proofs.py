"""Proofs that take long: a short form in every test run, the long one by `make prove`, and the page of what was counted."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_HEAD = """# What was proved at length

Written by `make prove`, which runs the long form of every test marked `proof`; `make test` runs the short form of each.
A line says what was counted by the last run; its commit is the one that was checked out, `+` when files had been changed.

"""


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


def write_page(page: Path, figures: Sequence[tuple[str, str]], failed: int) -> None:
    """Write docs/proofs.md from (test, figure) of the proofs that held, with the date and the commit."""
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit(page.parent)}, {failed} failed.", ""]
    lines += ["| proof | counted |", "|---|---|"]
    lines += [f"| `{test}` | {figure} |" for test, figure in sorted(figures)]
    page.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")


def _commit(folder: Path) -> str:
    def git(*asked: str) -> str:
        return subprocess.run(["git", *asked], cwd=folder, capture_output=True, text=True, check=False).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else "")
