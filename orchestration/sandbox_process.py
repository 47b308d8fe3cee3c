"""A sandbox province as a child process on loopback, with a secret of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from orchestration.night import NightError


def free_port() -> int:
    """A port of the loopback interface that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(size: str, seed: int, dirt: str = "usual", port: int | None = None) -> Iterator[str]:
    """Serve a province while the block runs; yields the value for ZONEHOUSE_SANDBOX_URL."""
    chosen, secret = port or free_port(), secrets.token_urlsafe(18)
    command = [sys.executable, "-m", "orchestration.cli", "sandbox", "serve"]
    options = ["--size", size, "--seed", str(seed), "--port", str(chosen), "--dirt", dirt, "--parent", str(os.getpid())]
    # The secret goes by environment: a command line can be read by every user of the machine.
    environment = {**os.environ, "ZONEHOUSE_SANDBOX_SECRET": secret}
    process = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until_answers(f"http://127.0.0.1:{chosen}/health", process, "the sandbox")
        yield f"http://sandbox:{secret}@127.0.0.1:{chosen}"
    finally:
        stop(process)


def wait_until_answers(url: str, process: subprocess.Popen, what: str) -> None:
    """Block until a server answers 200, however slow the machine. Raises NightError when it ends before."""
    while process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=30.0, follow_redirects=True).status_code == 200:
                return
        time.sleep(0.1)
    raise NightError(f"{what} ended with exit code {process.returncode} before it answered.")


def stop(process: subprocess.Popen) -> None:
    """End a child process, politely first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
