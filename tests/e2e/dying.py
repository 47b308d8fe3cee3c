"""The command line, run so that it kills itself at a chosen moment: `python -m tests.e2e.dying '{"...": ...}' nightly ...`.

A moment is what the process is about to do, or how much it has worked; a watcher with a clock would miss it on a busy
machine. Both end the process at once and run none of its code: SIGKILL, and SIGPROF's own default.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from typing import Any


def at_event(pattern: str, number: int = 1) -> None:
    """Die at the `number`-th call that touches a file whose path the pattern finds."""
    wanted, left = re.compile(pattern), [number]

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if event not in _TOUCHING or not any(wanted.search(os.fspath(a)) for a in given if _is_path(a)):
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def after_work(seconds: float) -> None:
    """Die after so many seconds of processor time, of all threads together."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


_TOUCHING = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "os.link", "shutil.copyfile"}


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike)


if __name__ == "__main__":
    at_event(**json.loads(sys.argv.pop(1)))
    from orchestration.cli import main

    main()
