"""Addresses of servers: how they are read, which of them collide, and what is free."""

import ipaddress
import socket
from pathlib import Path

import pytest

from orchestration.addresses import Address, free_port, is_free
from orchestration.night import NightError


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


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "host:", "host:0", "host:65536", "host:-1", "1.5", "a:b", "８０８８", "9" * 5000),
        *("http://127.0.0.1:47401", "user@host:80", "a b:80"),
        *(":47400", "[]:80", "[::1:47401", "::1]:47401", "::1:47401", "[localhost]:80", "[127.0.0.1]:80"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address: write HOST:PORT"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "collide"),
    [
        ("127.0.0.1:1", "127.0.0.1:1", True),
        ("127.0.0.1:1", "127.0.0.1:2", False),
        ("127.0.0.1:1", "127.0.0.2:1", False),
        ("127.0.0.1:1", "0.0.0.0:1", True),
        ("0.0.0.0:1", "127.0.0.2:1", True),
        ("[::]:1", "127.0.0.1:1", True),
        ("127.0.0.1:1", "[::]:1", True),
        ("[::1]:1", "127.0.0.1:1", False),
        ("[::1]:1", "0.0.0.0:1", False),
        ("localhost:1", "127.0.0.1:1", True),
    ],
)
def test_what_collides(one: str, other: str, collide: bool) -> None:
    assert Address.parse(one).collides(Address.parse(other)) == collide


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("192.0.2.1", "Cannot assign requested address; write HOST:PORT with an address of this machine"),
        ("x" * 70, "no such host; write HOST:PORT with an address of this machine"),
        ("a..b", "no such host; write HOST:PORT with an address of this machine"),
    ],
)
def test_a_host_of_another_machine_is_refused(host: str, said: str) -> None:
    with pytest.raises(NightError, match=said):
        is_free(Address(host, 8088))


def test_a_name_is_free_only_where_all_its_addresses_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.2", free_port())) as server:
        address = Address("two", server.getsockname()[1])
        for hosts, wanted in (
            (["127.0.0.1"], True),
            (["127.0.0.1", "127.0.0.2"], False),
            (["192.0.2.1", "127.0.0.1"], True),
        ):
            monkeypatch.setattr(Address, "hosts", frozenset(map(ipaddress.ip_address, hosts)))
            assert is_free(address) == wanted


def test_a_free_port_is_none_of_those_that_outgoing_connections_are_given() -> None:
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    ports = {free_port() for _ in range(50)}
    assert len(ports) > 1
    assert not [port for port in ports if first <= port <= last or not is_free(Address("127.0.0.1", port))]
