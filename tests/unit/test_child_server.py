"""When a child counts as a server that is up, and what is said of one that ended."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from orchestration.addresses import Address, free_port
from orchestration.child_server import Server, opened, wait_until_answers
from orchestration.night import NightError

SAYS = "import sys; print('Traceback\\n  [a]\\n\\x1b[31mOSError: no room.\\n', file=sys.stderr); sys.exit(int(sys.argv[1]))"
WAITS = "import time\nwhile True: time.sleep(60)"
SERVES = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Answers(BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Answers.asked += 1
        self.send_response(503 if Answers.asked < 3 else 200)
        self.end_headers()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
"""


@pytest.fixture
def address() -> Address:
    return Address("127.0.0.1", free_port())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "child.log"


@pytest.fixture
def started(log: Path) -> Iterator[Callable[..., Server]]:
    """Start a program as a server; it is killed after the test."""
    servers: list[Server] = []

    def start(program: str, *arguments: str) -> Server:
        with opened(log) as stderr:
            servers.append(
                Server("Child", subprocess.Popen([sys.executable, "-c", program, *arguments], stderr=stderr), log)
            )
        return servers[-1]

    yield start
    for server in servers:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def somebody_else(address: Address) -> Iterator[None]:
    """Answers 200 at the address."""

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer((address.host, address.port), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def test_a_server_is_up_when_it_answers(started: Callable[..., Server], address: Address) -> None:
    server = started(SERVES, str(address.port))
    wait_until_answers(server, address, "/health")
    assert server.end() is None and '"GET /health HTTP/1.1" 200' in server.log.read_text()


@pytest.mark.parametrize("program", [WAITS, SERVES])
def test_the_answer_of_somebody_else_does_not_count(
    program: str, started: Callable[..., Server], address: Address, somebody_else: None
) -> None:
    server = started(program, str(address.port))
    with pytest.raises(NightError, match=f"ort {address.port} is held by process {os.getpid()} "):
        wait_until_answers(server, address, "/health")


def test_a_server_that_could_not_listen_says_who_did(
    started: Callable[..., Server], address: Address, somebody_else: None
) -> None:
    server = started(SERVES, str(address.port))
    server.process.wait()
    with pytest.raises(
        NightError, match=f"Child could not listen: port {address.port} is held by process {os.getpid()}"
    ):
        wait_until_answers(server, address, "/health")


def test_a_server_that_ended_is_named_with_the_last_that_it_said(
    started: Callable[..., Server], address: Address, log: Path
) -> None:
    said = re.escape(f"Child ended with exit code 3; it said: [31mOSError: no room (all of it: {log}).")
    with pytest.raises(NightError, match=f"^{said}$"):
        wait_until_answers(started(SAYS, "3"), address, "/health")


def test_one_that_said_nothing_is_named_too(started: Callable[..., Server]) -> None:
    server = started("raise SystemExit(4)")
    server.process.wait()
    assert server.end() == "Child ended with exit code 4"


def test_a_log_is_its_owners_and_begins_anew(log: Path) -> None:
    log.parent.mkdir()
    log.write_text("what was said before")
    log.chmod(0o644)
    with opened(log) as file:
        file.write(b"now")
    assert log.read_text() == "now" and log.stat().st_mode & 0o777 == 0o600
