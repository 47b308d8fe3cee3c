"""Who holds a port, as Linux tells it: the kernel's tables of sockets, and the open files of processes."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from orchestration.addresses import Address, Host, is_free
from orchestration.night import NightError
from orchestration.process_tree import descendants

_LISTEN = "0A"


class _Socket(NamedTuple):
    """A TCP socket of this machine. inode: "0" when no process holds it any more."""

    host: Host
    port: int
    listens: bool
    inode: str


def wait_until_free(address: Address, option: str, seconds: float, tell: Callable[[str], None]) -> None:
    """Wait while somebody else holds it, at most `seconds`. Raises NightError that names who does.

    option: how a user chooses another address, for the sentence.
    """
    last = time.monotonic() + seconds
    while not is_free(address):
        who = f"Port {address.port} is held by {holder(address)}"
        if time.monotonic() > last:
            raise NightError(f"{who}; stop it, or choose another one with {option}.")
        tell(f"{who}; waiting for it to end")
        time.sleep(0.2)


def holder(address: Address) -> str:
    """Who holds an address, in one line: process and command, as far as this user may see."""
    found = sorted(_sockets(address), key=lambda one: not one.listens)
    processes = _processes(one.inode for one in found)
    for one in found:
        if one.inode in processes:
            who = _described(processes[one.inode])
            return who if one.listens else f"an open connection of {who}"
    if not found:
        return "a process that does not listen"
    if all(one.inode == "0" for one in found):
        return "a connection that is being closed"
    return f"{'' if found[0].listens else 'an open connection of '}a process of another user"


def is_held_by(address: Address, process: int) -> bool:
    """Whether a process, or what it started, listens there. Raises NightError when somebody else does."""
    listening = _listening(address)
    if not listening:
        return False
    own = {inode for one in (process, *descendants(process)) for inode in _open_sockets(one)}
    # Looked at again: a process that ended in between has closed what it held.
    if (listening - own) & _listening(address):
        raise NightError(f"Port {address.port} is held by {holder(address)}; stop it, or choose another one.")
    return bool(listening & own)


def _listening(address: Address) -> set[str]:
    return {one.inode for one in _sockets(address) if one.listens}


def _sockets(address: Address) -> list[_Socket]:
    """The sockets of an address; one that is bound and neither listens nor is connected is in no table."""
    tables = [table for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if table.exists()]
    lines = [line.split() for table in tables for line in table.read_text("ascii").splitlines()[1:]]
    return [one for one in map(_read, lines) if address.overlaps(one.host, one.port)]


def _read(fields: list[str]) -> _Socket:
    """A line of /proc/net/tcp or tcp6, see proc(5)."""
    host, _, port = fields[1].partition(":")
    return _Socket(_host(host), int(port, 16), fields[3] == _LISTEN, fields[9])


def _host(text: str) -> Host:
    """An address as the kernel prints it: words of four bytes, each in the machine's order."""
    words = [bytes.fromhex(text[start : start + 8]) for start in range(0, len(text), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    host = ipaddress.ip_address(packed)
    return getattr(host, "ipv4_mapped", None) or host


def _processes(inodes: Iterable[str]) -> dict[str, int]:
    """Socket -> a process that holds it."""
    wanted, found = set(inodes), dict[str, int]()
    for folder in Path("/proc").glob("[0-9]*"):
        for inode in wanted & _open_sockets(int(folder.name)):
            found.setdefault(inode, int(folder.name))
    return found


def _open_sockets(process: int) -> set[str]:
    """Inodes of the sockets that a process holds; none when it has ended or is another user's."""
    found = set()
    with contextlib.suppress(OSError):
        for file in Path("/proc", str(process), "fd").iterdir():
            with contextlib.suppress(OSError):
                found.add(os.readlink(file))
    return {link[len("socket:[") : -1] for link in found if link.startswith("socket:[")}


def _described(process: int) -> str:
    try:
        command = Path("/proc", str(process), "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        command = ""
    line = " ".join("".join(one if one.isprintable() else " " for one in command).split())
    return f"process {process} ({line[:120]})"
