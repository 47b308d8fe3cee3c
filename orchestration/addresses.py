"""Where a server listens, and who else listens there."""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.night import NightError


@dataclass(frozen=True)
class Address:
    """A host (a name or an address of IPv4 or IPv6) and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """`HOST:PORT`, `[V6]:PORT` or a port alone, which means the loopback interface. Raises ValueError."""
        host, _, port = text.strip().rpartition(":")
        host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError(f"{text!r} is no address: write HOST:PORT or a port from 1 to 65535.")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        return f"http://{Address(everywhere.get(self.host, self.host), self.port)}"


def wait_until_free(address: Address, option: str, seconds: float, tell: Callable[[str], None]) -> None:
    """Wait while somebody else listens there, at most `seconds`. Raises NightError that names who does.

    option: how a user chooses another address, for the sentence.
    """
    last = time.monotonic() + seconds
    while not is_free(address):
        who = f"Port {address.port} is held by {holder(address.port)}"
        if time.monotonic() > last:
            raise NightError(f"{who}; stop it, or choose another one with {option}.")
        tell(f"{who}; waiting for it to end")
        time.sleep(0.2)


def is_free(address: Address) -> bool:
    """Whether a server could listen there now. Raises NightError when this machine has no such host."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except socket.gaierror:
        raise NightError(f"{address}: no such host; write HOST:PORT with an address of this machine.") from None
    except PermissionError:
        raise NightError(f"{address}: only the administrator may use this port; choose one from 1024.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise NightError(f"{address}: {error.strerror}; write HOST:PORT with an address of this machine.") from None
    return True


def holder(port: int) -> str:
    """Who listens on a port: process and command, as far as this user may see."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in inodes:
                process = link.parts[2]
                command = Path("/proc", process, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"process {process} ({command.strip()[:120]})"
        except OSError:
            continue
    return "a process of another user"


def _listening(port: int) -> set[str]:
    """Inodes of the sockets that listen on a port, IPv4 and IPv6."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(fields[9])
    return found
