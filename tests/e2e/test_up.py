"""`zonehouse up` on ports of its choice: it says who holds one, and nothing of it is left, however it ends."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from orchestration.addresses import free_port
from orchestration.process_tree import descendants
from tests.e2e.conftest import command
from tests.processes import living, until


def processes_of(home: Path) -> list[str]:
    """Commands of all processes that work on a home."""
    return living("environ", f"ZONEHOUSE_HOME={home}\0")


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=None).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def healthy(port: int) -> Iterator[None]:
    """A server of this process that answers 200 to everything."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", port), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("how", "whom"),
    [(signal.SIGTERM, "keeper"), (signal.SIGKILL, "keeper and worker")],
)
def test_nothing_is_left_of_servers_that_were_up(province: str, tmp_path: Path, how: int, whom: str) -> None:
    superset, dagster = free_port(), free_port()
    up = command(tmp_path, province, "up", "--superset", str(superset), "--dagster", f"localhost:{dagster}")
    until(lambda: answers(f"http://127.0.0.1:{superset}/health"), up)
    until(lambda: answers(f"http://localhost:{dagster}/server_info"), up)
    # Keeper and worker; a keeper each, Superset, its workers, the Dagster UI with its code server, the daemon.
    assert len(processes_of(tmp_path)) >= 10
    assert {log.name: log.stat().st_mode & 0o777 for log in (tmp_path / "logs").iterdir()} == {
        "superset.log": 0o600,
        "dagster_ui.log": 0o600,
        "dagster_daemon.log": 0o600,
    }
    (worker, *_) = descendants(up.pid)
    pids = [up.pid] if whom == "keeper" else [up.pid, worker]
    subprocess.run(["kill", f"-{int(how)}", *map(str, pids)], check=True)
    _, complaints = up.communicate()
    assert up.returncode == (0 if how == signal.SIGTERM else -how), complaints
    until(lambda: not processes_of(tmp_path))
    assert "Traceback" not in complaints


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_a_start_that_was_stopped(province: str, tmp_path: Path, how: int) -> None:
    up = command(tmp_path, province, "up", "--superset", str(free_port()), "--dagster", str(free_port()))
    until(lambda: any("provision.py" in one for one in processes_of(tmp_path)), up)
    up.send_signal(how)
    _, complaints = up.communicate()
    assert up.returncode == (0 if how == signal.SIGTERM else -how) and "Traceback" not in complaints
    until(lambda: not processes_of(tmp_path))


def test_a_port_that_is_taken_while_superset_is_prepared(province: str, tmp_path: Path) -> None:
    port = free_port()
    chosen = ("--superset", str(port), "--dagster", str(free_port()), "--wait", "0")
    up = command(tmp_path, province, "up", *chosen)
    until(lambda: any("provision.py" in one for one in processes_of(tmp_path)), up)
    with healthy(port):
        told, complaints = up.communicate()
    assert up.returncode == 1
    assert f"Port {port} is held by process {os.getpid()}" in complaints.replace("\n", " ")
    assert complaints.count("\n") <= 2
    passwords = json.loads((tmp_path / "superset" / "credentials.json").read_text())["users"].values()
    assert passwords and not any(password in told for password in passwords)
    assert not processes_of(tmp_path)


def test_a_server_that_ends_is_named_in_one_sentence(province: str, tmp_path: Path) -> None:
    up = command(tmp_path, province, "up", "--superset", str(free_port()), "--dagster", str(free_port()))
    until(lambda: "Zonehouse is up" in up.stdout.readline(), up)
    # The keeper's command line has the daemon's in it; the last is the daemon itself.
    *_, daemon = (one for one in descendants(up.pid) if b"dagster-daemon" in Path(f"/proc/{one}/cmdline").read_bytes())
    os.kill(daemon, signal.SIGKILL)
    _, complaints = up.communicate()
    assert up.returncode == 1
    assert "the Dagster daemon ended with exit code 137" in complaints and complaints.count("\n") <= 3
    until(lambda: not processes_of(tmp_path))


def test_who_holds_the_port_is_said(province: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = command(tmp_path, province, "up", "--superset", str(port), "--dagster", str(free_port()), "--wait", "0")
        _, complaints = up.communicate()
    assert up.returncode == 1
    assert complaints.count("\n") <= 2 and f"Port {port} is held by process {os.getpid()}" in complaints.replace(
        "\n", " "
    )
