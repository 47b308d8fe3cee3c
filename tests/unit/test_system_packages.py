"""What the distribution must give is named before anything runs, to one who may not install it."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SCRIPT = Path(__file__).parents[2] / "system_packages.sh"
# Root gives up its rights for the test; a system without the tool has no root to give up.
AS_NOBODY = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def run(path: Path, *asked: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine that has only the programs of one folder."""
    # The text comes by standard input: nobody may read the folder of the project.
    command = [*AS_NOBODY, "/bin/bash", "-s", "--", *asked]
    text = SCRIPT.read_text("utf-8")
    return subprocess.run(
        command, input=text, env={"PATH": str(path), **settings}, capture_output=True, text=True, cwd="/"
    )


@pytest.fixture
def machine() -> Iterator[Path]:
    """The folder of all programs of a machine, empty; pytest's own folders are closed to nobody."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{text}\n", "utf-8")
    (folder / name).chmod(0o755)


def whole(folder: Path) -> None:
    """Everything that is looked for."""
    program(folder, "python3", "echo 3.12")
    program(folder, "chromium", "exit 0")
    program(folder, "fc-list", "echo /fonts/cjk.ttc:")
    program(folder, "ldconfig", "echo 'libatomic.so.1 (libc6) => /lib/libatomic.so.1'")


@pytest.mark.parametrize(
    ("asked", "packages"),
    [
        (["python"], "python3 python3-venv"),
        (["browser"], "chromium libatomic1 fontconfig fonts-noto-cjk"),
        (
            ["python", "browser"],
            "python3 python3-venv( ca-certificates)? chromium libatomic1 fontconfig fonts-noto-cjk",
        ),
    ],
)
def test_one_sentence_says_what_is_missing(asked: list[str], packages: str, machine: Path) -> None:
    program(machine, "ldconfig", "exit 0")  # the real one stands outside of PATH
    done = run(machine, *asked)
    assert done.returncode == 1 and done.stdout == ""
    complaint = done.stderr.strip().splitlines()
    assert len(complaint) == 1
    assert re.search(f"'apt-get install {packages}", complaint[0])


def test_nothing_is_said_when_all_is_there(machine: Path) -> None:
    whole(machine)
    done = run(machine, "browser")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "does", "package"),
    [
        ("fc-list", "exit 0", "fonts-noto-cjk"),
        ("chromium", "echo 'requires the chromium snap'; exit 1", "chromium"),
        ("ldconfig", "echo 'libm.so.6 (libc6) => /lib/libm.so.6'", "libatomic1"),
    ],
)
def test_what_is_there_but_useless_is_missing(name: str, does: str, package: str, machine: Path) -> None:
    whole(machine)
    program(machine, name, does)
    assert f"'apt-get install {package}'" in run(machine, "browser").stderr


@pytest.mark.parametrize(
    ("chosen", "version", "said"),
    [
        ("python3", "3.9", "python3 is 3.9 and this needs Python 3.11 or 3.12"),
        ("python3.12", "3.13", "python3.12 is 3.13 and this needs"),
        ("nowhere", "3.12", "nowhere is no program that runs and this needs"),
    ],
)
def test_a_python_of_no_use_is_named(chosen: str, version: str, said: str, machine: Path) -> None:
    whole(machine)
    if chosen != "nowhere":
        program(machine, chosen, f"echo {version}")
    done = run(machine, "python", "browser", PYTHON=chosen)
    assert done.returncode == 1 and said in done.stderr and done.stderr.count("\n") == 1


def test_what_the_distribution_does_not_bring_is_said(machine: Path) -> None:
    whole(machine)
    program(machine, "fc-list", "exit 0")
    for name in ("apt-get", "env"):
        program(machine, name, "exit 0")
    program(machine, "sudo", '[[ $1 == -n ]] && shift; [[ $1 == true ]] || "$@"')
    done = run(machine, "browser")
    assert done.returncode == 1 and "fonts-noto-cjk was installed from the distribution and is still not" in done.stderr
