"""What the command line prints of an answer."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.terminal import answer_layout

COLUMNS = ("item_label", "item_title", "status_label")
ROW = ("第1项", "引进一批重大项目", None)


def printed(width: int, *rows: tuple) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(answer_layout(COLUMNS, rows, console))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_an_answer_that_fits_is_a_table() -> None:
    lines = printed(80, ROW)
    assert len(lines) == 5 and lines[3].startswith("│ 第1项") and "引进一批重大项目" in lines[3]


def test_one_that_is_too_wide_stands_record_by_record() -> None:
    first, second = ROW, ("[red]2", "x" * 30, "滞后")
    assert printed(44, first, second) == [
        "1 " + "─" * 42,
        "item_label    第1项",
        "item_title    引进一批重大项目",
        "status_label",
        "2 " + "─" * 42,
        "item_label    [red]2",
        "item_title    " + "x" * 30,
        "status_label  滞后",
    ]


def test_without_rows_the_columns_are_named() -> None:
    assert "item_label" in printed(80)[1]
    assert len(printed(20)) > 2


@pytest.mark.parametrize("closed", [">&-", "<&- 2>&-"])
def test_a_stream_that_is_closed_does_not_break_a_command(closed: str, tmp_path: Path) -> None:
    script = f'exec "$0" -m orchestration.cli release list {closed}'
    home = {**os.environ, "ZONEHOUSE_HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", script, sys.executable], env=home, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("release" in done.stdout) == (">&-" not in closed.split())


def test_no_file_takes_the_place_of_a_stream_that_is_closed(tmp_path: Path) -> None:
    program = """
import subprocess, sys
import orchestration.terminal
with open(sys.argv[1], "w"):
    subprocess.run([sys.executable, "-c", "import os; os.write(1, b'x'); os.write(2, b'x')"], check=True)
"""
    script = 'exec "$0" -c "$1" "$2" <&- >&- 2>&-'
    kept = tmp_path / "kept"
    done = subprocess.run(["sh", "-c", script, sys.executable, program, str(kept)], check=False)
    assert done.returncode == 0 and kept.read_text() == ""
