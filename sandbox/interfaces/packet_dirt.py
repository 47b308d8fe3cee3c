"""What real devices do to packets of HJ 212: one function per kind of dirt, from a sound segment to what is sent instead."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from sandbox.interfaces.hj212 import packet

LONGEST_SEGMENT = 1024
_CODES_2005 = {
    "w00000": "B01", "w01001": "001", "w01018": "011", "w21003": "060", "w21011": "101", "w21001": "065",
    "a00000": "B02", "a34013": "01", "a21026": "02", "a21002": "03", "a19001": "S01",
}  # fmt: skip
_MOST_DECIMALS = 24
_BEIJING = timedelta(hours=8)
_NUMBER = re.compile(r"=(\d+\.\d{3})(?=[,;&])")


class Place(Enum):
    """Where a packet goes: to its own place, to the end of its file, or to the end of the next hour's file."""

    HERE = 0
    END = 1
    NEXT = 2


def _plain(segment: bytes, crc: int) -> bytes:
    return packet(segment, f"{crc:04X}")


def _wrong_crc(segment: bytes, crc: int) -> bytes:
    return packet(segment, f"{crc ^ 0x5A3C:04X}")


def _lower_case_crc(segment: bytes, crc: int) -> bytes:
    return packet(segment, f"{crc:04x}")


def _double_star(segment: bytes, crc: int) -> bytes:
    return _plain(segment, crc).removesuffix(b"\r\n") + b"**\r\n"


def _glued(segment: bytes, crc: int) -> bytes:
    return _plain(segment, crc).removesuffix(b"\r\n")


def _wrong_length(segment: bytes, crc: int) -> bytes:
    return b"##%04d%s" % (len(segment) + 1 + crc % 9, _plain(segment, crc)[6:])


class Sending(NamedTuple):
    """A segment, how it is framed, and where the packet goes."""

    segment: bytes
    frame: Callable[[bytes, int], bytes] = _plain
    place: Place = Place.HERE


class Spoiled(NamedTuple):
    """What is sent instead of one packet; the packet at fault is `sendings[at]`. The rest as in `Defect`."""

    sendings: list[Sending]
    field: str | None = None
    clean: str | None = None
    served: str | None = None
    at: int = 0
    extra: bool = False


class Text:
    """A segment taken apart: the head up to CP=, the time, and the texts of the factors."""

    def __init__(self, segment: bytes, number: int) -> None:
        self.segment, self.number = segment, number
        self.head, _, body = segment.decode("ascii").partition("CP=&&")
        time, *self.factors = body.removesuffix("&&").split(";")
        self.time = time.removeprefix("DataTime=")

    def written(self, factors: list[str] | None = None, head: str | None = None, time: str | None = None) -> bytes:
        """The segment with other factors, another head or time (empty: none)."""
        stamp = self.time if time is None else time
        body = ";".join([*([f"DataTime={stamp}"] if stamp else []), *(self.factors if factors is None else factors)])
        return f"{self.head if head is None else head}CP=&&{body}&&".encode("ascii")

    def of_head(self, name: str) -> str:
        """The value of a field of the head."""
        return re.search(rf"(?:^|;){name}=([^;]*)", self.head)[1]  # type: ignore[index]

    def with_head(self, name: str, value: str) -> bytes:
        """The segment with another value in its head."""
        return self.written(head=re.sub(rf"((?:^|;){name}=)[^;]*", rf"\g<1>{value}", self.head))

    def pollutant(self) -> int:
        """The index of one of the factors that is no flow."""
        return 1 + self.number % (len(self.factors) - 1)

    def with_factor(self, index: int, factor: str) -> bytes:
        """The segment with another text of one factor."""
        return self.written([*self.factors[:index], factor, *self.factors[index + 1 :]])


def _code_and_mean(factor: str) -> tuple[str, str]:
    return factor[:6], re.search(r"-Avg=([^,]*)", factor)[1]  # type: ignore[index]


def _framed(frame: Callable[[bytes, int], bytes], is_lost: bool = False) -> Callable[[Text], Spoiled]:
    """Dirt of the frame; a packet that is lost by it is sent again at the end of the file."""

    def spoil(text: Text) -> Spoiled:
        again = [Sending(text.segment, place=Place.END)] if is_lost else []
        return Spoiled([Sending(text.segment, frame), *again], extra=is_lost)

    return spoil


def _instead(segment: bytes, field: str | None = None, clean: str | None = None, served: str | None = None) -> Spoiled:
    return Spoiled([Sending(segment)], field, clean, served)


def _sent_again(text: Text, segment: bytes, field: str, clean: str, served: str) -> Spoiled:
    return Spoiled([Sending(segment), Sending(text.segment, place=Place.END)], field, clean, served, extra=True)


def _duplicate_packet(text: Text) -> Spoiled:
    return Spoiled([Sending(text.segment)] * 2, at=1, extra=True)


def _trailing_semicolon(text: Text) -> Spoiled:
    return _instead(text.segment.removesuffix(b"&&") + b";&&")


def _single_ampersand(text: Text) -> Spoiled:
    return _instead(text.segment.replace(b"&&", b"&"))


def _missing_separator(text: Text) -> Spoiled:
    return _instead(text.segment.replace(b";CP=", b"CP=", 1))


def _heartbeat(text: Text) -> Spoiled:
    """A sign of life (CN=9021) where only measurements belong; the packet follows it."""
    life = f"QN={text.of_head('QN')};ST=91;CN=9021;PW=123456;MN={text.of_head('MN')};Flag=4;CP=&&&&"
    return Spoiled([Sending(life.encode("ascii")), Sending(text.segment)], extra=True)


def _split_packet(text: Text) -> Spoiled | None:
    if len(text.factors) < 2:
        return None
    half = len(text.factors) // 2
    heads = [text.head.replace("Flag=4;", f"Flag=6;PNUM=2;PNO={number};") for number in (1, 2)]
    later = text.written(text.factors[half:], heads[1], "" if text.number % 2 else None)
    place = Place.NEXT if text.number % 3 == 0 else Place.HERE
    return Spoiled([Sending(text.written(text.factors[:half], heads[0])), Sending(later, place=place)])


def _packet_2005(text: Text) -> Spoiled:
    factors = [factor.replace(factor[:6], _CODES_2005[factor[:6]]) for factor in text.factors]
    head = re.sub(r"^QN=\d*;", "", text.head).replace("Flag=4;", "")
    return _instead(text.written(factors, head))


def _duplicate_key(text: Text) -> Spoiled:
    index = text.number % len(text.factors)
    code, mean = _code_and_mean(text.factors[index])
    other = f"{float(mean) * 299_537 + text.number % 97:.2f}"
    segment = text.with_factor(index, f"{text.factors[index]},{code}-Avg={other}")
    return _instead(segment, f"{code}-Avg", mean, f"{mean};{other}")


def _epoch_qn(text: Text) -> Spoiled:
    sent = text.of_head("QN")
    at = datetime.strptime(sent[:14], "%Y%m%d%H%M%S") - _BEIJING
    millis = f"{int((at - datetime(1970, 1, 1)).total_seconds())}{sent[14:]}"
    return _instead(text.with_head("QN", millis), "QN", sent, millis)


def _oversize(text: Text) -> Spoiled | None:
    """Values with more decimals than anybody needs; None where even those do not make the segment too long."""
    values = len(_NUMBER.findall(text.segment.decode("ascii")))
    more = -(-(LONGEST_SEGMENT + 1 - len(text.segment)) // max(values, 1))
    if not 0 < more <= _MOST_DECIMALS:
        return None
    return _instead(_NUMBER.sub(rf"=\g<1>{'0' * more}", text.segment.decode("ascii")).encode("ascii"))


def _key_typo(text: Text) -> Spoiled:
    index = text.pollutant()
    code, mean = _code_and_mean(text.factors[index])
    return _instead(text.with_factor(index, text.factors[index].replace("-Avg=", "-Agv=")), f"{code}-Avg", mean)


def _wrong_st(text: Text) -> Spoiled:
    own = text.of_head("ST")
    other = "31" if own == "32" else "32"
    return _instead(text.with_head("ST", other), "ST", own, other)


def _flag_missing(text: Text) -> Spoiled:
    index = text.number % len(text.factors)
    factor, flag = text.factors[index].rsplit(",", 1)
    field, _, value = flag.partition("=")
    return _instead(text.with_factor(index, factor), field, value)


def _negative_value(text: Text) -> Spoiled | None:
    index = text.pollutant()
    code, mean = _code_and_mean(text.factors[index])
    if float(mean) == 0.0:
        return None
    factor = re.sub(r"-(Zs)?Min=[^,]*", rf"-\g<1>Min=-{mean}", text.factors[index])
    factor = re.sub(r"-(Zs)?Avg=[^,]*", rf"-\g<1>Avg=-{mean}", factor)
    return _instead(text.with_factor(index, factor), f"{code}-Avg", mean, f"-{mean}")


def _zero_value(text: Text) -> Spoiled | None:
    index = text.pollutant()
    code, mean = _code_and_mean(text.factors[index])
    if float(mean) == 0.0:
        return None
    factor = re.sub(r"=\d+\.\d+", "=0.000", text.factors[index])
    return _instead(text.with_factor(index, factor), f"{code}-Avg", mean, "0.000")


def _sampletime_differs(text: Text) -> Spoiled:
    index = text.pollutant()
    code = text.factors[index][:6]
    at = datetime.strptime(text.time, "%Y%m%d%H%M%S") - timedelta(minutes=5 + text.number % 50)
    stamp = f"{at:%Y%m%d%H%M%S}"
    segment = text.with_factor(index, f"{code}-SampleTime={stamp},{text.factors[index]}")
    return _instead(segment, f"{code}-SampleTime", text.time, stamp)


def _short_mn(text: Text) -> Spoiled:
    own = text.of_head("MN")
    short = own[-14:] if text.number % 2 else own[-6:]
    return _instead(text.with_head("MN", short), "MN", own, short)


def _empty_mn(text: Text) -> Spoiled:
    return _sent_again(text, text.with_head("MN", ""), "MN", text.of_head("MN"), "")


def _bad_factor_code(text: Text) -> Spoiled:
    index = text.number % len(text.factors)
    code = text.factors[index][:6]
    short = code[:3] + code[4:]
    segment = text.with_factor(index, text.factors[index].replace(code, short))
    return _sent_again(text, segment, "factor", code, short)


OF_FRAMES: dict[str, Callable[[Text], Spoiled | None]] = {
    "wrong_crc": _framed(_wrong_crc, is_lost=True),
    "wrong_length": _framed(_wrong_length, is_lost=True),
    "empty_mn": _empty_mn,
    "short_mn": _short_mn,
    "wrong_st": _wrong_st,
    "epoch_qn": _epoch_qn,
    "glued_packets": _framed(_glued),
    "double_star": _framed(_double_star),
    "trailing_semicolon": _trailing_semicolon,
    "single_ampersand": _single_ampersand,
    "split_packet": _split_packet,
    "duplicate_packet": _duplicate_packet,
    "lower_case_crc": _framed(_lower_case_crc),
    "missing_separator": _missing_separator,
    "heartbeat": _heartbeat,
}
"""Dirt that can strike any packet; it is struck by one kind at most, the first of these."""

OF_MEANS: dict[str, Callable[[Text], Spoiled | None]] = {
    "bad_factor_code": _bad_factor_code,
    "oversize": _oversize,
    "key_typo": _key_typo,
    "negative_value": _negative_value,
    "zero_value": _zero_value,
    "duplicate_key": _duplicate_key,
    "packet_2005": _packet_2005,
    "flag_missing": _flag_missing,
}
"""Dirt of packets with mean values: hours and days."""

OF_HOURS: dict[str, Callable[[Text], Spoiled | None]] = {"sampletime_differs": _sampletime_differs}

STUCK = "stuck_value"
STUCK_HOURS = 5


def stuck(text: Text, earlier: Text) -> Spoiled | None:
    """The values of an earlier hour once more; None where they do not differ."""
    if text.factors == earlier.factors:
        return None
    index = text.pollutant()
    code, mean = _code_and_mean(text.factors[index])
    return _instead(text.written(earlier.factors), f"{code}-Avg", mean, _code_and_mean(earlier.factors[index])[1])
