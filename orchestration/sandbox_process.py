"""A sandbox province as a child process on loopback, with a secret of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestration import child_server
from orchestration.addresses import Address, free_port


@contextlib.contextmanager
def running(
    size: str, seed: int, dirt: str = "usual", port: int | None = None, log: Path | None = None
) -> Iterator[str]:
    """Serve a province while the block runs; yields the value for ZONEHOUSE_SANDBOX_URL."""
    address, secret = Address("127.0.0.1", port or free_port()), secrets.token_urlsafe(18)
    command = [sys.executable, "-m", "orchestration.cli", "sandbox", "serve", "--size", size, "--seed", str(seed)]
    options = ["--port", str(address.port), "--dirt", dirt, "--parent", str(os.getpid())]
    # The secret goes by environment: a command line can be read by every user of the machine.
    environment = {**os.environ, "ZONEHOUSE_SANDBOX_SECRET": secret}
    with child_server.opened(log) as stderr:
        process = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.DEVNULL, stderr=stderr)
    try:
        child_server.wait_until_answers(child_server.Server("the sandbox", process, log), address, "/health")
        yield f"http://sandbox:{secret}@{address}"
    finally:
        stop(process)


def stop(process: subprocess.Popen) -> None:
    """End a child process, politely first."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
