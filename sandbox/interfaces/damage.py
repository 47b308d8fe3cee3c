"""Files that must not be trusted: how a fault changes a built file, its manifest line in agreement with the change."""

import csv
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.faults import Fault
from sandbox.interfaces.built import BuiltFile
from sandbox.interfaces.hj212 import crc16

BOMB_SIZE = 10 << 30
"""Bytes that a bomb unpacks to; packed it has about ten million."""

# Billion laughs: ten levels of ten.
_LAUGHS = b"".join(b'<!ENTITY z%d "%s">' % (level, b"&z%d;" % (level - 1) * 10) for level in range(1, 10))
_BOMB_TYPE = b'<!DOCTYPE MESSAGES [<!ENTITY z0 "zzzzzzzzzz">' + _LAUGHS + b"]>"
_OUTSIDE_TYPE = b'<!DOCTYPE MESSAGES [<!ENTITY z9 SYSTEM "file:///etc/passwd">]>'
_BOM = b"\xef\xbb\xbf"
_MESSAGE_TIME = re.compile(rb"(?<=<DATA_TIMESTAMP>)\d{14}(?=<)")
_LINE_TIME = re.compile(rb'(?<="cd_time":")\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?=")')
_PACKET_TIME = re.compile(rb"(?<=[;&]DataTime=)\d{14}")
_PACKET = re.compile(rb"##(\d{4})")


def damaged(built: BuiltFile, fault: Fault) -> BuiltFile:
    """The file as the fault leaves it; unchanged where there is nothing to strike."""
    return _DAMAGES[fault.kind](built, fault)


def _rewritten(built: BuiltFile, content: bytes) -> BuiltFile:
    return replace(built, content=content, sha256=hashlib.sha256(content).hexdigest())


def _half(built: BuiltFile, _: Fault) -> BuiltFile:
    return _rewritten(built, built.content[: len(built.content) // 2])


def _other_encoding(built: BuiltFile, fault: Fault) -> BuiltFile:
    """UTF-8 where GB18030 was agreed, and the other way round."""
    if built.members:
        return _with_member(built, fault, lambda text: text.decode("gb18030").encode())
    return _repacked(built, lambda text: text.removeprefix(_BOM).decode().encode("gb18030"))


def _clock_ahead(built: BuiltFile, fault: Fault) -> BuiltFile:
    """Every time of record is `seconds` later."""
    shift = timedelta(seconds=fault.seconds or 0.0)
    if built.members:
        return _with_member(built, fault, lambda text: _csv_ahead(text, shift))
    if built.name.endswith(".xml"):
        return _repacked(built, lambda text: _MESSAGE_TIME.sub(_later("%Y%m%d%H%M%S", shift), text))
    if ".jsonl" in built.name:
        return _repacked(built, lambda text: _LINE_TIME.sub(_later("%Y-%m-%d %H:%M:%S", shift), text))
    return _repacked(built, lambda text: _packets_ahead(text, shift))


def _later(form: str, shift: timedelta) -> Callable[[re.Match[bytes]], bytes]:
    def later(found: re.Match[bytes]) -> bytes:
        text = found[0].decode().replace("T", " ")
        try:
            return (datetime.strptime(text, form) + shift).strftime(form).encode()
        except ValueError:
            return found[0]

    return later


def _csv_ahead(content: bytes, shift: timedelta) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("gb18030"), newline="")))
    place = rows[0].index("last_modified")
    later = _later("%Y-%m-%d %H:%M:%S", shift)
    for row in rows[1:]:
        if len(row) > place:
            row[place] = re.sub(rb"^.{19}$", later, row[place].encode("gb18030")).decode("gb18030")
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("gb18030")


def _packets_ahead(content: bytes, shift: timedelta) -> bytes:
    """Packets with a later DataTime; a check sum that was right is right again."""
    later = _PACKET_TIME.sub(_later("%Y%m%d%H%M%S", shift), content)
    spans = [(found.end(), found.end() + int(found[1])) for found in _PACKET.finditer(content)]
    old, new = (crc16([text[start:end] for start, end in spans]) for text in (content, later))
    parts, done = [], 0
    for (_, end), before, after in zip(spans, old.tolist(), new.tolist(), strict=True):
        if content[end : end + 4].upper() == b"%04X" % before:
            parts += [later[done:end], b"%04X" % after]
            done = end + 4
    return b"".join([*parts, later[done:]])


def _repacked(built: BuiltFile, change: Callable[[bytes], bytes]) -> BuiltFile:
    """The file with its text changed, packed as it was."""
    if built.name.endswith(".gz"):
        text = gzip.decompress(built.content)
        changed = change(text)
        return _rewritten(built, gzip.compress(changed, 1, mtime=0)) if changed != text else built
    return _rewritten(built, change(built.content))


def _with_member(built: BuiltFile, fault: Fault, change: Callable[[bytes], bytes]) -> BuiltFile:
    """The archive with the text of the fault's dataset changed; other members keep their bytes."""
    members = {info.filename: text for info, text in _members(built)}
    name = f"{fault.dataset}.csv"
    changed = change(members[name])
    if changed == members[name]:
        return built
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, text in _members(built):
            archive.writestr(info, changed if info.filename == name else text)
    digest = hashlib.sha256(changed).hexdigest()
    listed = tuple(
        type(member)(member.name, member.rows, digest if member.name == name else member.sha256, member.kind)
        for member in built.members
    )
    return replace(_rewritten(built, whole.getvalue()), members=listed)


def _members(built: BuiltFile) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(io.BytesIO(built.content)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def _outside_member(built: BuiltFile, _: Fault) -> BuiltFile:
    """One more member, whose name leads out of the folder that the archive is unpacked into."""
    whole = io.BytesIO(built.content)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("../../outside.csv", (built.day.year, built.day.month, built.day.day, 23, 0, 0))
        archive.writestr(info, "this must not be written anywhere\r\n")
    return _rewritten(built, whole.getvalue())


def _with_document_type(built: BuiltFile, declaration: bytes) -> BuiltFile:
    """The messages with a document type, whose entity the first message uses."""
    text = built.content.removeprefix(_BOM)
    used = text.replace(b"<TITLE>", b"<TITLE><NOTE>&z9;</NOTE>", 1)
    return _rewritten(built, _BOM + declaration + b"\n" + used)


def _bomb(built: BuiltFile, fault: Fault) -> BuiltFile:
    """Ten gigabytes of nothing in ten megabytes, in the place of the dataset's text."""
    block = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A full flush leaves nothing that the next block refers to, so one packed block can stand for all of them.
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count = BOMB_SIZE // len(block)
    payload, crc = packed * count + b"\x03\x00", _crc_of_repeats(block, count)
    if not built.members:
        head = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
        tail = crc.to_bytes(4, "little") + (BOMB_SIZE % (1 << 32)).to_bytes(4, "little")
        return _rewritten(built, head + payload + tail)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, text in _members(built):
            if info.filename == f"{fault.dataset}.csv":
                _write_packed(archive, info, payload, crc)
            else:
                archive.writestr(info, text)
    return _rewritten(built, whole.getvalue())


def _write_packed(archive: zipfile.ZipFile, info: zipfile.ZipInfo, payload: bytes, crc: int) -> None:
    """Put a member into an archive that is packed already: packing ten gigabytes would take a minute."""
    packed = zipfile.ZipInfo(info.filename, info.date_time)
    packed.compress_type, packed.external_attr, packed.create_system = zipfile.ZIP_DEFLATED, info.external_attr, 3
    packed.file_size, packed.compress_size, packed.CRC = BOMB_SIZE, len(payload), crc
    stream = archive.fp
    assert stream is not None
    packed.header_offset = stream.tell()
    stream.write(packed.FileHeader(zip64=True) + payload)
    archive.start_dir = stream.tell()
    archive.filelist.append(packed)
    archive.NameToInfo[packed.filename] = packed


def _crc_of_repeats(block: bytes, count: int) -> int:
    """CRC-32 of a block `count` times over, by squaring: one block changes the register by a linear map and an offset."""
    offset = zlib.crc32(block)
    columns = [zlib.crc32(block, 1 << bit) ^ offset for bit in range(32)]
    crc = 0
    while count:
        if count & 1:
            crc = _mapped(columns, crc) ^ offset
        offset ^= _mapped(columns, offset)
        columns = [_mapped(columns, column) for column in columns]
        count >>= 1
    return crc


def _mapped(columns: list[int], value: int) -> int:
    result = 0
    for bit, column in enumerate(columns):
        if value >> bit & 1:
            result ^= column
    return result


_DAMAGES: dict[str, Callable[[BuiltFile, Fault], BuiltFile]] = {
    "half_file_announced": _half,
    "wrong_encoding": _other_encoding,
    "clock_skew": _clock_ahead,
    "zip_bomb": _bomb,
    "outside_member": _outside_member,
    "entity_bomb": lambda built, _: _with_document_type(built, _BOMB_TYPE),
    "external_entity": lambda built, _: _with_document_type(built, _OUTSIDE_TYPE),
}
ANNOUNCED = tuple(kind for kind in _DAMAGES if kind != "clock_skew")
"""Kinds that strike one file of a manifest; a skewed clock shows in all of them."""
