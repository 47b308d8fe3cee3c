"""Addresses of servers, and who holds a port."""

import os
import socket
from collections.abc import Iterator

import pytest

from orchestration.addresses import Address, is_free, wait_until_free
from orchestration.night import NightError


@pytest.fixture
def held() -> Iterator[int]:
    """A port on which this process listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("text", "host", "port", "url", "is_loopback"),
    [
        ("8088", "127.0.0.1", 8088, "http://127.0.0.1:8088", True),
        ("localhost:1", "localhost", 1, "http://localhost:1", True),
        ("0.0.0.0:80", "0.0.0.0", 80, "http://127.0.0.1:80", False),
        ("[::1]:65535", "::1", 65535, "http://[::1]:65535", True),
        ("[::]:3000", "::", 3000, "http://[::1]:3000", False),
    ],
)
def test_an_address_is_read(text: str, host: str, port: int, url: str, is_loopback: bool) -> None:
    found = Address.parse(text)
    assert (found.host, found.port, found.url, found.is_loopback) == (host, port, url, is_loopback)


@pytest.mark.parametrize("text", ["", "x", "host:", "host:0", "host:65536", "host:-1", "1.5", "a:b", "８０８８"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address: write HOST:PORT"):
        Address.parse(text)


def test_who_holds_a_port_is_said(held: int) -> None:
    told: list[str] = []
    wanted = (
        f"Port {held} is held by process {os.getpid()} .*; stop it, or choose another one with --superset HOST:PORT."
    )
    with pytest.raises(NightError, match=wanted):
        wait_until_free(Address("127.0.0.1", held), "--superset HOST:PORT", 0.3, told.append)
    assert told and f"process {os.getpid()}" in told[0]


def test_a_port_that_becomes_free_is_waited_for() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    address = Address("127.0.0.1", server.getsockname()[1])
    wait_until_free(address, "--x PORT", 600, lambda _: server.close())
    assert is_free(address)


def test_a_host_of_another_machine_is_refused() -> None:
    with pytest.raises(NightError, match="write HOST:PORT with an address of this machine"):
        is_free(Address("192.0.2.1", 8088))
