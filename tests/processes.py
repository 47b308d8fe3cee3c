"""Processes of this machine, and waiting for them however slow it is."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def living(file: str, text: str) -> list[str]:
    """Commands of all processes that have a text in their `cmdline` or `environ`; what has ended is left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / file).read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def until(is_so: Callable[[], object], process: subprocess.Popen | None = None) -> None:
    """Wait without a limit, but not for a process that has ended."""
    while not is_so():
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)
