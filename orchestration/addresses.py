"""Where a server listens, and whether it could."""

from __future__ import annotations

import errno
import ipaddress
import re
import secrets
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.night import NightError

Host = ipaddress.IPv4Address | ipaddress.IPv6Address

# A port, or a name or an address and a port; an address of IPv6 stands in brackets.
_FORM = re.compile(r"(?:(?:(?P<name>[\w.-]+)|\[(?P<v6>[^\[\]]+)\]):)?(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Address:
    """A host (a name or an address of IPv4 or IPv6) and a port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """`HOST:PORT`, `[V6]:PORT` or a port alone, which means the loopback interface. Raises ValueError."""
        found = _FORM.fullmatch(text.strip())
        if not found or not 0 < int(found["port"]) < 65536 or not _is_v6(found["v6"]):
            raise ValueError(f"{text!r} is no address: write HOST:PORT or a port from 1 to 65535.")
        return cls(found["name"] or found["v6"] or "127.0.0.1", int(found["port"]))

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

    @cached_property
    def hosts(self) -> frozenset[Host]:
        """The addresses that the host stands for. Raises NightError when there is none."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise NightError(f"{self}: no such host; write HOST:PORT with an address of this machine.") from None
        return frozenset(ipaddress.ip_address(place[0]) for *_, place in found)

    def overlaps(self, host: Host, port: int) -> bool:
        """Whether who listens at one of both may get what is meant for the other."""
        return port == self.port and any(_overlap(own, host) for own in self.hosts)

    def collides(self, other: Address) -> bool:
        """Whether two servers cannot have one each."""
        return any(self.overlaps(host, other.port) for host in other.hosts)


def _is_v6(text: str | None) -> bool:
    try:
        return text is None or bool(ipaddress.IPv6Address(text))
    except ValueError:
        return False


def _overlap(one: Host, other: Host) -> bool:
    """Equal, or one means every address; `::` means those of IPv4 too."""
    if one.version == other.version:
        return one == other or one.is_unspecified or other.is_unspecified
    return (one if one.version == 6 else other).is_unspecified


def is_free(address: Address) -> bool:
    """Whether a server could listen there now. Raises NightError when this machine has no such host."""
    answers, missing = [], ""
    for host in address.hosts:
        try:
            answers.append(_could_listen(host, address.port))
        except PermissionError:
            raise NightError(f"{address}: only the administrator may use this port; choose one from 1024.") from None
        except OSError as error:
            # A name may also stand for an address that is not there: localhost for ::1 on a machine without IPv6.
            missing = error.strerror or str(error)
    if not answers:
        raise NightError(f"{address}: {missing}; write HOST:PORT with an address of this machine.")
    return all(answers)


def _could_listen(host: Host, port: int) -> bool:
    family, kind, protocol, _, place = socket.getaddrinfo(str(host), port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
            probe.listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def free_port() -> int:
    """A port of the loopback interface that is free and stays so, for outgoing connections are given other ones."""
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split())
    high = range(10_000, 65_536)
    ports = [port for port in high if not first <= port <= last] or list(high)
    while not is_free(chosen := Address("127.0.0.1", secrets.choice(ports))):
        pass
    return chosen.port
