"""Processes that end together: whatever was started below this one ends when it ends, however it ends. Linux only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

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
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # `nohup` asks to outlive the terminal.
    stopping = {one for one in _STOPPING if one != signal.SIGHUP or signal.getsignal(one) != signal.SIG_IGN}
    # Blocked, so that a signal which comes before anybody waits for it is not lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, {*_STOPPING, signal.SIGCHLD})
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        os._exit(_worker(work, keeper))
    while True:
        if signal.sigwait({*stopping, signal.SIGCHLD}) in stopping:
            end_descendants()
            return 0
        ended, status = _ended(worker)
        if ended:
            end_descendants()
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _ended(worker: int) -> tuple[bool, int]:
    """Reap what has ended; whether the worker is among it, and its status."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            if found[0] == worker:
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
