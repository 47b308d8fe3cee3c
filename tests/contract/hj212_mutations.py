"""Packets of HJ 212 that went wrong: real and made ones, mutated, for the property tests and the fuzz runner."""

from __future__ import annotations

import json
import random

from ingestion.identifiers import hj212_crcs
from tests.contract.ingestion_setting import FIXTURES

_MADE = (
    "QN=20191231060005123;ST=32;CN=2061;PW=123456;MN=36010000112233445566AABB;Flag=4;CP=&&DataTime=20191231050000;"
    "w00000-Cou=32.481,w00000-Min=8.214,w00000-Avg=9.022,w00000-Max=9.675,w00000-Flag=N;w01018-Cou=0.751,"
    "w01018-Min=17.996,w01018-Avg=23.112,w01018-Max=29.370,w01018-Flag=N&&",
    "ST=31;CN=2061;PW=123456;MN=LD130133000015;CP=&&DataTime=20191231050000;B02-Avg=36.91;02-Avg=231.0,02-Flag=N&&",
    "QN=20191231060005123;ST=31;CN=2061;PW=1;MN=A1;Flag=6;PNUM=2;PNO=1;CP=&&DataTime=20191231050000;a21026-Avg=1&&",
    "QN=20191231060005123;ST=31;CN=2061;PW=1;MN=A1;Flag=6;PNUM=2;PNO=2;CP=&&a21002-Avg=2,a21002-ZsAvg=3&&",
    "QN=1577743205123;ST=91;CN=2041;PW=1;MN=;Flag=4;CP=&DataTime=20191231000000;SB01-RT=23.5;SB02-RT=0&",
)
_WORDS = [
    b"", b"=", b";", b",", b"&", b"&&", b"##", b"##0000", b"##9999", b"-", b"CP=", b"CP=&&", b"DataTime=", b"DataTime=0",
    b"QN=", b"QN=1577743205123;", b"MN=;", b"CN=2061;", b"CN=2031;", b"PNUM=3;PNO=2;", b"PNUM=65536;PNO=1;", b"PNUM=-1;PNO=x;",
    b"w01018-Avg=", b"w01018-Avg=1e400,", b"w01018-Flag=Z,", b"-Avg=nan,", b"w0118-Avg=1;", b"w01018-=1,", b"=1,", b"**",
    b"\r", b"\n", b"\r\n", b"\x00", b"\xff\xfe", "故障".encode(), "故障".encode("gb18030"), b" " * 40, b"9" * 400, b"{", b'"',
    b"\\", b"\x1b[0m", "\u2028".encode(), b"2061", b"N", b"e+308", b"-0.000", b"99999999999999999999",
]  # fmt: skip


def base_segments() -> list[bytes]:
    """Data segments of the real packets and of made ones of every kind."""
    lines = (FIXTURES / "packets.jsonl").read_text(encoding="utf-8").splitlines()
    real = [json.loads(line)["packet"].encode()[6:-4] for line in lines]
    # Most of the real ones carry other commands than hours: the made ones weigh more.
    return real + [text.encode() for text in _MADE] * 6


def mutated_packets(seed: int, n: int) -> list[bytes]:
    """`n` packets, each with one to six mutations; three of four get the length and check sum of what they became.

    Equal seeds give equal packets. A packet can hold line breaks: it then ends as several lines of a file.
    """
    rng = random.Random(seed)
    bases = base_segments()
    segments = [_mutated(rng, bases) for _ in range(n)]
    sums = hj212_crcs(segments).tolist()
    packets = [b"##%04d%s%04X" % (len(text) % 10_000, text, crc) for text, crc in zip(segments, sums, strict=True)]
    return [_with_bad_frame(rng, packet) if rng.random() < 0.25 else packet for packet in packets]


def _mutated(rng: random.Random, bases: list[bytes]) -> bytes:
    text = bytearray(rng.choice(bases))
    for _ in range(rng.randint(1, 6)):
        _mutate(rng, text, bases)
    return bytes(text)


def _mutate(rng: random.Random, text: bytearray, bases: list[bytes]) -> None:
    """One change in place."""
    start = rng.randrange(len(text) + 1)
    end = min(len(text), start + rng.choice((0, 1, 2, 5, 20, 100)))
    kind = rng.randrange(7)
    if kind == 0:
        del text[start:end]
    elif kind == 1:
        text[start:end] = rng.choice(_WORDS)
    elif kind == 2:
        text[start:start] = rng.choice(_WORDS)
    elif kind == 3:
        text[start:start] = text[start:end] * rng.choice((1, 1, 2, 30))
    elif kind == 4 and start < len(text):
        text[start] = rng.randrange(256)
    elif kind == 5:
        other = rng.choice(bases)
        cut = rng.randrange(len(other))
        text[start:end] = other[cut : cut + rng.randrange(200)]
    elif kind == 6:
        # A value or key moves to another place.
        piece = bytes(text[start:end])
        del text[start:end]
        place = rng.randrange(len(text) + 1)
        text[place:place] = piece


def _with_bad_frame(rng: random.Random, packet: bytes) -> bytes:
    kind = rng.randrange(6)
    if kind == 0:
        return packet + rng.choice((b"**", b"*", b"&&", b"0", b" ", b"\t**"))
    if kind == 1:
        return packet[:-4] + packet[-4:].lower()
    if kind == 2:
        return packet[: rng.randrange(len(packet) + 1)]
    if kind == 3:
        return b"##%04d" % rng.randrange(10_000) + packet[6:]
    if kind == 4:
        place = rng.randrange(len(packet))
        return packet[:place] + bytes([rng.randrange(256)]) + packet[place + 1 :]
    return packet + packet
