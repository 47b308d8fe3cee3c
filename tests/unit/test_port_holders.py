"""Who holds a port, and whether it is the server that was started."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from orchestration.addresses import Address, free_port, is_free
from orchestration.night import NightError
from orchestration.port_holders import holder, is_held_by, wait_until_free
from orchestration.process_tree import start_kept

LISTENS = (
    "import socket, sys\nserver = socket.create_server((sys.argv[1], int(sys.argv[2])))\nprint(flush=True)\ninput()"
)


@pytest.fixture
def address() -> Address:
    return Address("127.0.0.1", free_port())


@pytest.fixture
def held(address: Address) -> Iterator[Address]:
    """One at which this process listens."""
    with socket.create_server((address.host, address.port)):
        yield address


def own(before: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}process {os.getpid()} \\([^\n]+\\)")


def test_who_holds_a_port_is_said(held: Address) -> None:
    told: list[str] = []
    wanted = f"Port {held.port} is held by process {os.getpid()} .*; stop it, or choose another one with --superset HOST:PORT."
    with pytest.raises(NightError, match=wanted):
        wait_until_free(held, "--superset HOST:PORT", 0, told.append)


def test_a_port_that_becomes_free_is_waited_for(address: Address) -> None:
    server = socket.create_server((address.host, address.port))
    told: list[str] = []

    def tell(sentence: str) -> None:
        told.append(sentence)
        server.close()

    wait_until_free(address, "--x PORT", 600, tell)
    assert is_free(address) and f"process {os.getpid()} " in told[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
@pytest.mark.parametrize("listener", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_it_is_found_by_whatever_address_it_listens_at(listener: str, host: str) -> None:
    address = Address(host, free_port())
    family = socket.AF_INET6 if ":" in listener else socket.AF_INET
    with socket.create_server((listener, address.port), family=family, dualstack_ipv6=listener == "::"):
        assert is_free(address) != address.collides(Address(listener, address.port))
        if not is_free(address):
            assert own().fullmatch(holder(address))


def test_the_local_port_of_a_connection_is_held_by_who_opened_it(held: Address) -> None:
    with socket.create_connection((held.host, held.port)) as connection:
        local = Address(*connection.getsockname())
        assert not is_free(local)
        assert own("an open connection of ").fullmatch(holder(local))


def test_a_port_that_is_bound_and_not_listened_at(address: Address) -> None:
    with socket.socket() as bound:
        bound.bind((address.host, address.port))
        assert not is_free(address)
        assert holder(address) == "a process that does not listen"


def test_a_listener_at_another_host_is_not_named(held: Address) -> None:
    with socket.create_server(("127.0.0.2", held.port)):
        assert is_held_by(Address("127.0.0.2", held.port), os.getpid())


def test_a_command_of_many_lines_is_one_line(address: Address) -> None:
    program = LISTENS + "\n# [/red] \x1b[31m" + "\n# and on" * 100
    listener = subprocess.Popen(
        [sys.executable, "-c", program, address.host, str(address.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    listener.stdout.readline()
    said = holder(address)
    listener.communicate(b"\n")
    assert said.startswith(f"process {listener.pid} (") and len(said) < 160
    assert said.isprintable() and "import socket, sys server = socket" in said


def test_a_server_listens_when_it_or_what_it_started_does(address: Address) -> None:
    with socket.create_server(("127.0.0.1", free_port())):
        assert not is_held_by(address, os.getpid()), "at another port"
    assert not is_held_by(address, os.getpid())
    kept = start_kept(
        [sys.executable, "-c", LISTENS, address.host, str(address.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    kept.stdout.readline()
    try:
        assert is_held_by(address, kept.pid) and is_held_by(address, os.getpid())
    finally:
        kept.communicate(b"\n")


def test_somebody_else_who_listens_there_is_named(held: Address) -> None:
    with subprocess.Popen(["sleep", "1000000"]) as child:
        try:
            with pytest.raises(NightError, match=f"Port {held.port} is held by process {os.getpid()} "):
                is_held_by(held, child.pid)
        finally:
            child.kill()
