"""Messages of a day -> the packets of each file, struck by dirt, and the defects that this left."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sandbox.dirt import OUTCOMES, Defect, Dirt, Strike, defect
from sandbox.interfaces.hj212 import crc16, packet
from sandbox.interfaces.packet_dirt import STUCK, STUCK_HOURS, Place, Sending, Spoiled, Text, stuck
from sandbox.province.randomness import chance

SYSTEM = "monitoring"
_CRLF = b"\r\n"


@dataclass(frozen=True)
class Messages:
    """All sound segments of one dataset and day.

    `file_of` indexes `names`, the files in the order of their times; `order` lists the messages that are sent, file by
    file. Message i of a device is followed by its next period's at i + 1; `run` says how many periods a device has.
    `next_file` maps a file to the same place's next one.
    """

    dataset: str
    segments: list[bytes]
    keys: np.ndarray
    names: list[str]
    file_of: np.ndarray
    order: np.ndarray
    run: int
    next_file: dict[int, int]


@dataclass
class PacketFile:
    """One file before it is packed: its packets with their line ends, and what is wrong with them."""

    name: str
    packets: list[bytes]
    defects: list[Defect] = field(default_factory=list)


def packet_files(
    messages: Messages, kinds: dict[str, Callable[[Text], Spoiled | None]], dirt: Dirt, seed: int
) -> list[PacketFile]:
    """The files of the day; every packet is struck by one kind of dirt at most."""
    texts = [f"{value:04X}" for value in crc16(messages.segments).tolist()]
    plain = [packet(segment, crc) for segment, crc in zip(messages.segments, texts, strict=True)]
    struck = _framed(_struck(messages, kinds, dirt, seed), plain)
    bounds = np.flatnonzero(np.diff(messages.file_of[messages.order])) + 1
    parts = [part for part in np.split(messages.order, bounds) if len(part)]
    present = {int(messages.file_of[part[0]]) for part in parts}
    carried: dict[int, list[bytes]] = {}
    return [_file(messages, part.tolist(), plain, struck, present, carried) for part in parts]


@dataclass(frozen=True)
class _Struck:
    kind: str
    spoiled: Spoiled
    packets: list[bytes]


def _struck(
    messages: Messages, kinds: dict[str, Callable[[Text], Spoiled | None]], dirt: Dirt, seed: int
) -> dict[int, tuple[str, Spoiled]]:
    """Message -> the kind that strikes it and what is sent instead."""
    found: dict[int, tuple[str, Spoiled]] = {}
    sent = np.zeros(len(messages.segments), dtype=bool)
    sent[messages.order] = True

    def places(kind: str, rate: float) -> list[int]:
        if rate <= 0.0:
            return []
        return np.flatnonzero(sent & (chance(seed, f"{messages.dataset}/{kind}", messages.keys) < rate)).tolist()

    def text(place: int) -> Text:
        return Text(messages.segments[place], int(messages.keys[place]))

    for kind, spoil in kinds.items():
        for place in places(kind, getattr(dirt, kind)):
            spoiled = spoil(text(place)) if place not in found else None
            if spoiled is not None:
                found[place] = kind, spoiled
    if messages.run > STUCK_HOURS:
        for first in places(STUCK, dirt.stuck_value / STUCK_HOURS):
            last = first - first % messages.run + messages.run
            for place in range(first + 1, min(first + 1 + STUCK_HOURS, last)):
                spoiled = stuck(text(place), text(first)) if sent[place] and place not in found else None
                if spoiled is not None:
                    found[place] = STUCK, spoiled
    return found


def _framed(struck: dict[int, tuple[str, Spoiled]], plain: list[bytes]) -> dict[int, _Struck]:
    """With the packets of all sendings; a kind that changed nothing (a check sum without letters) is left out."""
    sendings: list[Sending] = [sending for _, spoiled in struck.values() for sending in spoiled.sendings]
    sums = crc16([sending.segment for sending in sendings]).tolist()
    packets = iter([sending.frame(sending.segment, crc) for sending, crc in zip(sendings, sums, strict=True)])
    found = {}
    for place, (kind, spoiled) in struck.items():
        own = [next(packets) for _ in spoiled.sendings]
        if own != [plain[place]]:
            found[place] = _Struck(kind, spoiled, own)
    return found


def _file(
    messages: Messages,
    part: list[int],
    plain: list[bytes],
    struck: dict[int, _Struck],
    present: set[int],
    carried: dict[int, list[bytes]],
) -> PacketFile:
    number = int(messages.file_of[part[0]])
    file = PacketFile(messages.names[number], [])
    later = carried.pop(number, [])
    for place in part:
        own = struck.get(place)
        if own is None:
            file.packets.append(plain[place])
            continue
        spoiled = own.spoiled
        strike = Strike(
            row=len(file.packets) + spoiled.at,
            key=int(messages.keys[place]),
            kind=own.kind,
            field=spoiled.field,
            clean=spoiled.clean,
            served=spoiled.served,
            outcome=OUTCOMES[own.kind],
            extra=spoiled.extra,
        )
        file.defects.append(defect(strike, SYSTEM, messages.dataset, file.name))
        for sending, text in zip(spoiled.sendings, own.packets, strict=True):
            following = messages.next_file.get(number, -1)
            if sending.place is Place.HERE:
                file.packets.append(text)
            elif sending.place is Place.NEXT and following in present:
                carried.setdefault(following, []).append(text)
            else:
                later.append(text)
    file.packets += later
    if not file.packets[-1].endswith(_CRLF):
        # The last packet has nothing to be glued to.
        file.packets[-1] += _CRLF
        file.defects = [one for one in file.defects if (one.kind, one.record) != ("glued_packets", len(file.packets))]
    return file
