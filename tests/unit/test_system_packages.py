"""What the distribution must give is named before anything runs, to one who may not install it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SCRIPT = Path(__file__).parents[2] / "system_packages.sh"
# Root gives up its rights for the test; a system without the tool has no root to give up.
AS_NOBODY = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def run(path: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine that has only the programs of one folder."""
    # The text comes by standard input: nobody may read the folder of the project.
    command = [*AS_NOBODY, "/bin/bash", "-s", "--", *asked]
    text = SCRIPT.read_text("utf-8")
    return subprocess.run(command, input=text, env={"PATH": str(path)}, capture_output=True, text=True, cwd="/")


@pytest.fixture
def machine() -> Iterator[Path]:
    """The folder of all programs of a machine, empty; pytest's own folders are closed to nobody."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{text}\n", "utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("asked", "packages"),
    [("python", "python3 python3-venv"), ("browser", "chromium libatomic1 fontconfig fonts-noto-cjk")],
)
def test_one_sentence_says_what_is_missing(asked: str, packages: str, machine: Path) -> None:
    done = run(machine, asked)
    assert done.returncode == 1 and done.stdout == ""
    complaint = done.stderr.strip().splitlines()
    assert len(complaint) == 1
    assert f"'apt-get install {packages}" in complaint[0]


def test_nothing_is_said_when_all_is_there(machine: Path) -> None:
    program(machine, "chromium", "exit 0")
    program(machine, "fc-list", "echo /fonts/cjk.ttc:")
    program(machine, "python3", "exit 0")
    done = run(machine, "browser")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_machine_whose_fonts_know_no_chinese_lacks_one(machine: Path) -> None:
    program(machine, "chromium", "exit 0")
    program(machine, "fc-list", "exit 0")
    program(machine, "python3", "exit 0")
    assert "'apt-get install fonts-noto-cjk'" in run(machine, "browser").stderr
