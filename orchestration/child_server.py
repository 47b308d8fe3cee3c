"""A server as a child process: what it says goes to a log, and it is up only when it is the one that answers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from orchestration.addresses import Address, is_free
from orchestration.night import NightError
from orchestration.port_holders import holder, is_held_by

# Of a log that grew for months only its end is read.
_TAIL_BYTES = 8192


@dataclass(frozen=True)
class Server:
    """A server that was started. log: what it said on stderr; None when that goes where ours goes."""

    name: str
    process: subprocess.Popen
    log: Path | None = None

    def end(self) -> str | None:
        """How it ended, in one sentence that begins with its name; None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        sentence = f"{self.name} ended with exit code {code}"
        if self.log and (said := _last_line(self.log)):
            sentence += f"; it said: {said} (all of it: {self.log})"
        return sentence


@contextlib.contextmanager
def opened(log: Path | None) -> Iterator[IO[bytes] | None]:
    """A new log for the stderr of a child, readable by its owner only: it may name people and addresses."""
    if log is None:
        yield None
        return
    log.parent.mkdir(mode=0o700, exist_ok=True)
    log.unlink(missing_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file


def wait_until_answers(server: Server, address: Address, path: str) -> None:
    """Block until a server answers 200, however slow the machine.

    Raises NightError when it ends before, or when somebody else listens at its address.
    """
    while (end := server.end()) is None:
        with contextlib.suppress(httpx.HTTPError):
            if is_held_by(address, server.process.pid):
                answer = httpx.get(f"{address.url}{path}", timeout=30.0, follow_redirects=True)
                if answer.status_code == 200:
                    return
        time.sleep(0.1)
    if not is_free(address):
        end = f"{server.name} could not listen: port {address.port} is held by {holder(address)}"
    raise NightError(f"{end}.")


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "")
    return "".join(one if one.isprintable() else " " for one in last).strip()[:300].rstrip(".")
