"""`zonehouse up` on ports of its choice: it says who holds one, and nothing of it is left, however it ends."""

import os
import signal
import socket
from pathlib import Path

import httpx
import pytest

from orchestration.sandbox_process import free_port
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


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_servers_that_were_up(province: str, tmp_path: Path, how: int) -> None:
    superset, dagster = free_port(), free_port()
    up = command(tmp_path, province, "up", "--superset", str(superset), "--dagster", f"localhost:{dagster}")
    until(lambda: answers(f"http://127.0.0.1:{superset}/health"), up)
    until(lambda: answers(f"http://localhost:{dagster}/server_info"), up)
    assert len(processes_of(tmp_path)) >= 6, "keeper, worker, Superset and its workers, both Dagster servers"
    up.send_signal(how)
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


def test_who_holds_the_port_is_said(province: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = command(tmp_path, province, "up", "--superset", str(port), "--dagster", str(free_port()), "--wait", "0")
        _, complaints = up.communicate()
    assert up.returncode == 1
    assert complaints.count("\n") <= 2 and f"Port {port} is held by process {os.getpid()}" in complaints.replace(
        "\n", " "
    )
