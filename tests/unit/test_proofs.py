"""The page of what was proved, and that only a whole run of all proofs writes it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proofs import PAGE, Ended, commit_of, write_page

ROOT = Path(__file__).parents[2]


def test_the_page_names_what_held_and_what_failed(tmp_path: Path) -> None:
    page = tmp_path / "proofs.md"
    write_page(page, "abc1234", [Ended("b.py::two", "1 | 2\nof 3", True), Ended("a.py::one", "", False)])
    assert page.read_text("utf-8").endswith(
        "commit abc1234, 2 proofs, 1 failed.\n\n| proof | counted |\n|---|---|\n"
        "| `a.py::one` | **failed** |\n| `b.py::two` | 1 \\| 2 of 3 |\n"
    )


@pytest.mark.parametrize("chosen", [["-m", "proof", "-k", "kills"], ["tests/unit"], ["-m", "proof", "tests/unit"], []])
def test_a_part_of_the_proofs_writes_no_page(chosen: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "-n", "0", "--prove", "--collect-only", *chosen]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 4 and "call `make prove`" in done.stderr


def test_the_commit_is_that_of_the_tree_without_the_page(tmp_path: Path) -> None:
    def git(*asked: str) -> None:
        who = ["-c", "user.name=x", "-c", "user.email=x"]
        subprocess.run(["git", *who, *asked], cwd=tmp_path, check=True, capture_output=True)

    assert commit_of(tmp_path) in ("unknown", "unknown+")
    git("init")
    (tmp_path / "code").write_text("1")
    git("add", ".")
    git("commit", "-m", "first")
    commit = commit_of(tmp_path)
    assert len(commit) >= 7 and not commit.endswith("+")
    (tmp_path / PAGE).parent.mkdir()
    (tmp_path / PAGE).write_text("page")
    assert commit_of(tmp_path) == commit
    (tmp_path / "code").write_text("2")
    assert commit_of(tmp_path) == f"{commit}+"
