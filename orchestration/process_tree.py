"""Processes that end together: whatever was started below this one ends when it ends, however it ends. Linux only.

`python -m orchestration.process_tree --parent PID -- COMMAND ...` keeps a command, also one of another interpreter.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

GRACE_SECONDS = 10.0
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def die_with(parent: int) -> None:
    """Ask for SIGTERM when the process `parent`, which started this one, dies; end at once when it is dead already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def descendants(of: int) -> list[int]:
    """Ids of all processes below one, parents first; those that have ended and wait to be reaped are among them.

    That makes an empty answer sure when a subreaper asks for its own: whatever lives below it comes with a child of
    its own, and that stays listed until it reaps it, also when it forks and ends while the others are looked at.
    """
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name stands in brackets and may hold anything; state and parent follow it.
            parent = stat.read_bytes().rpartition(b")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(stat.parent.name))
    found = list(children.get(of, []))
    for process in found:
        found += children.get(process, [])
    return found


def end_descendants() -> None:
    """End everything below this process: all are asked at once, and after GRACE_SECONDS the rest is killed."""
    asked: set[int] = set()
    last = time.monotonic() + GRACE_SECONDS
    while left := descendants(os.getpid()):
        is_over = time.monotonic() > last
        for process in left:
            if is_over or process not in asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL if is_over else signal.SIGTERM)
                asked.add(process)
        _reap()
        time.sleep(0.05)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def keep(work: Callable[[], int]) -> int:
    """Do `work` in a process of its own and return its exit code, 0 when a signal asked for the end.

    This process and the worker watch each other: whichever is left when the other dies ends all that was started, also
    what was started by what was started, for an orphan comes to the nearest of the two. Call it before any thread runs.
    """
    return _keep(lambda keeper: _worker(work, keeper))


def start_kept(command: Sequence[str], **options: Any) -> subprocess.Popen:
    """Start a command below a keeper of its own: they end with all that they started, whatever ends this process.

    The keeper's exit code is the command's, 128 + N after signal N. options: those of Popen.
    """
    keeper = [sys.executable, "-m", "orchestration.process_tree", "--parent", str(os.getpid()), "--"]
    return subprocess.Popen([*keeper, *command], **options)


def _keep(child: Callable[[int], int]) -> int:
    """Run `child` in a process of its own, which gets the id of this one, until it ends or a signal asks for the end."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # `nohup` asks to outlive the terminal.
    stopping = {one for one in _STOPPING if one != signal.SIGHUP or signal.getsignal(one) != signal.SIG_IGN}
    # Blocked, so that a signal which comes before anybody waits for it is not lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOPPING, signal.SIGCHLD})
    keeper = os.getpid()
    started = os.fork()
    if started == 0:
        os._exit(child(keeper))
    while True:
        if signal.sigwait({*stopping, signal.SIGCHLD}) in stopping:
            end_descendants()
            return 0
        ended, status = _ended(started)
        if ended:
            end_descendants()
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _ended(child: int) -> tuple[bool, int]:
    """Reap what has ended; whether the child is among it, and its status."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == child:
                return True, found[1]
    return False, 0


def _worker(work: Callable[[], int], keeper: int) -> int:
    code = 1
    try:
        try:
            for number in _STOPPING:
                signal.signal(number, _stop)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {*_STOPPING, signal.SIGCHLD})
            # A session of its own: Ctrl-C in the terminal reaches the keeper, which ends everything in order.
            os.setsid()
            die_with(keeper)
            _prctl(_PR_SET_CHILD_SUBREAPER, 1)
            code = work()
        finally:
            # From here on no signal may break off the ending of the children; one that comes first is caught below.
            _ignore_signals()
    except _Stopped:
        code = 0
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    finally:
        end_descendants()
        sys.stdout.flush()
        sys.stderr.flush()
    return code


class _Stopped(BaseException):
    """A signal asked for the end."""


def _stop(*_: object) -> None:
    _ignore_signals()
    raise _Stopped


def _ignore_signals() -> None:
    for number in _STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _become(command: list[str], keeper: int) -> int:
    """Turn this process into the command; returns only when there is no such program."""
    die_with(keeper)
    # Python ignores it; a command expects the system's own way.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {*_STOPPING, signal.SIGCHLD})
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        return 127


def main() -> int:
    """Keep a command for the process that started this one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parent", type=int, required=True, help="the process that this one must not outlive")
    options.add_argument("command", nargs="+")
    chosen = options.parse_args()
    die_with(chosen.parent)
    return _keep(lambda keeper: _become(chosen.command, keeper))


if __name__ == "__main__":
    sys.exit(main())
