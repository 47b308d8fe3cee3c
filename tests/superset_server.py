"""One Superset for all tests that need it: provisioned in a temporary home over the fixture release, on a free port."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import httpx

from orchestration.addresses import free_port
from tests.release_fixture import write_release

ROOM = Path(__file__).resolve().parent.parent / "superset"
PYTHON = ROOM / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Server:
    """A running Superset: its address, its ZONEHOUSE_HOME, and the users' first passwords."""

    url: str
    home: Path
    passwords: dict[str, str]
    process: subprocess.Popen[bytes]

    def session(self, user: str) -> httpx.Client:
        """A logged-in HTTP session of `user`, with a CSRF token as Superset's API wants it."""
        client = httpx.Client(base_url=self.url, timeout=None, follow_redirects=True, headers={"Referer": self.url})
        page = client.get("/login/").text
        found = re.search(r'name="csrf_token"\s+(?:id="csrf_token"\s+)?value="([^"]+)"', page)
        assert found, "the login page has no CSRF token"
        client.post("/login/", data={"username": user, "password": self.passwords[user], "csrf_token": found[1]})
        answer = client.get("/api/v1/security/csrf_token/")
        answer.raise_for_status()
        client.headers["X-CSRFToken"] = answer.json()["result"]
        return client


_running: list[Server] = []


def environment(home: Path) -> dict[str, str]:
    return {"ZONEHOUSE_QUERY_SECONDS": "900", **os.environ, "ZONEHOUSE_HOME": str(home)}


def provision(home: Path) -> dict[str, Any]:
    """Run provision.py for `home`; returns what it says it did."""
    command = [str(PYTHON), str(ROOM / "provision.py")]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def start() -> Server:
    """The running Superset, started by the first caller; `stop` ends it."""
    if _running:
        return _running[0]
    home = Path(tempfile.mkdtemp(prefix="zonehouse-superset-"))
    provision(home)
    # The first release comes after the start of the server, as on a fresh machine.
    port = free_port()
    with (home / "server.log").open("wb") as log:
        command = [str(PYTHON), str(ROOM / "serve.py"), "--port", str(port)]
        process = subprocess.Popen(command, env=environment(home), stdout=log, stderr=subprocess.STDOUT)
    passwords = json.loads((home / "superset" / "credentials.json").read_text())["users"]
    server = Server(f"http://127.0.0.1:{port}", home, passwords, process)
    _running.append(server)
    _wait(server)
    return server


def _wait(server: Server) -> None:
    """However long it takes: a server that cannot start ends."""
    while server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/health", timeout=None).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    log = (server.home / "server.log").read_text(errors="replace")[-3000:]
    stop()
    raise AssertionError(f"Superset did not start: {log}")


def stop() -> None:
    """End the running Superset and remove its home."""
    while _running:
        server = _running.pop()
        server.process.terminate()
        server.process.wait()
        rmtree(server.home, ignore_errors=True)


def with_release() -> Server:
    """The running Superset after the fixture release was published under it."""
    server = start()
    if not (server.home / "current").exists():
        write_release(server.home)
    return server
