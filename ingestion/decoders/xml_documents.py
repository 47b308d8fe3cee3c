"""A file of messages, block by block: large flat blocks are taken apart in bulk, all else goes through lxml.

lxml resolves no entity, loads no DTD, fetches nothing, and keeps libxml2's own size limits. A block of whole messages
that is well-formed on its own is so in its place, too; from the first one that is not, the rest of the file is parsed as
one stream, which is what says whether and where the file is wrong.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl
from lxml import etree

from ingestion.decoders.chunk import MOST_UNKNOWN
from ingestion.decoders.unpacking import Unpacked
from ingestion.decoders.xml_flat import DELETE, ENVELOPE, Messages, flat_messages

_ROOTS = ("MESSAGES", "DES")
_BLOCK = 4 << 20
_LONGEST_MESSAGE = 32 << 20
_MESSAGES_PER_PART = 10_000
_WORTH_BULK = 128 << 10
"""Bytes from which taking a block apart in bulk is faster than lxml: below, a column costs more than its values."""
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=["']([^"']+)""")
_PROLOG_WITH_TYPE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE", re.DOTALL)
_DOCUMENT_TYPE = ("holds a document type declaration, which the exchange never sends", "ask the source")
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml\s+version=["']1\.0["'](?:\s+encoding=["'][Uu][Tt][Ff]-8["'])?(?:\s+standalone=["'](?:yes|no)["'])?\s*\?>)?\s*<MESSAGES>\s*"""
)
_TAIL = re.compile(rb"\s*</MESSAGES>\s*")
_OPEN, _CLOSE = b"<MESSAGES>", b"</MESSAGES>"

Message = dict[str, str | None]


def message_parts(unpacked: Unpacked) -> Iterator[Messages]:
    """The messages of a file, some thousands at a time; BadFile when it is not well-formed UTF-8 XML of messages."""
    block = _checked_start(unpacked)
    head = _HEAD.match(block)
    if head is None:
        yield from _parsed(unpacked, _Stream(unpacked, block))
        return
    block = block[head.end() :]
    while True:
        end = block.rfind(b"</DES>") + len(b"</DES>")
        if end >= len(b"</DES>"):
            part = flat_messages(block[:end]) if end >= _WORTH_BULK else None
            part = part or _parsed_block(unpacked, block[:end])
            if part is None:
                break
            yield part
            block = block[end:]
        more = unpacked.read(_BLOCK)
        if not more and _TAIL.fullmatch(block):
            return
        block += more
        if not more or len(block) > _LONGEST_MESSAGE:
            break
    yield from _parsed(unpacked, _Stream(unpacked, _OPEN + block))


def _checked_start(unpacked: Unpacked) -> bytes:
    """The first bytes of a file; BadFile when they declare another encoding or a document type."""
    start = unpacked.read(_BLOCK)
    named = _ENCODING.match(start)
    encoding = named[1].decode("ascii", "replace")[:40] if named else "UTF-8"
    if encoding.upper() != "UTF-8":
        raise unpacked.fault(f"is {encoding} and not utf-8 as declared", "ask the source for the agreed encoding")
    if _PROLOG_WITH_TYPE.match(start):
        # Before the parser sees it: an entity bomb would end as a word about libxml2's own limits.
        raise unpacked.fault(*_DOCUMENT_TYPE)
    return start


class _Stream:
    """Bytes that were read already, then the rest of the file."""

    def __init__(self, unpacked: Unpacked, start: bytes) -> None:
        self._unpacked, self._start = unpacked, io.BytesIO(start)

    def read(self, size: int) -> bytes:
        return self._start.read(size) or self._unpacked.read(size)


def _events(source: Any) -> Any:
    return etree.iterparse(
        source,
        events=("end",),
        tag="DES",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def _parsed_block(unpacked: Unpacked, block: bytes) -> Messages | None:
    """The messages of a block by lxml; None where it is not well-formed on its own."""
    try:
        messages = [_message(element) for element in _elements(_events(io.BytesIO(_OPEN + block + _CLOSE)))]
    except etree.XMLSyntaxError:
        return None
    return _as_table(unpacked, messages)


def _parsed(unpacked: Unpacked, stream: _Stream) -> Iterator[Messages]:
    """The messages of a document by lxml."""
    events = _events(stream)
    checked, messages = False, []
    try:
        for element in _elements(events):
            if not checked:
                _check_document(unpacked, element.getroottree())
                checked = True
            messages.append(_message(element))
            if len(messages) >= _MESSAGES_PER_PART:
                yield _as_table(unpacked, messages)
                messages = []
        if not checked:
            _check_document(unpacked, events.root.getroottree())
    except etree.XMLSyntaxError as error:
        # What comes after the colon repeats names from the file, which after damage may be anything.
        what = str(error.msg).partition(":")[0][:100]
        raise unpacked.fault(f"is not well-formed XML ({what}, line {error.lineno})", "ask for it again") from error
    if messages:
        yield _as_table(unpacked, messages)


def _elements(events: Any) -> Iterator[Any]:
    """Each message, which is forgotten once the next one is asked for."""
    for _, element in events:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _check_document(unpacked: Unpacked, tree: Any) -> None:
    root, info = tree.getroot(), tree.docinfo
    if info.doctype or info.internalDTD is not None:
        raise unpacked.fault(*_DOCUMENT_TYPE)
    if root.tag not in _ROOTS:
        raise unpacked.fault(
            f"has the root {str(root.tag)[:60]} and not MESSAGES", "ask the source for the agreed format"
        )


def _message(element: Any) -> Message:
    """The fields of one message; a field that occurs again is kept under its name with `#2` and so on."""
    context, title = element.find("CONTEXT"), element.find("TITLE")
    fields = [] if context is None else [(c.tag, _text(c)) for c in context if c.tag not in ENVELOPE]
    fields += [] if title is None else [(c.tag, _text(c)) for c in title]
    message: Message = dict(reversed(fields))
    if len(message) < len(fields):
        seen: Counter[str] = Counter()
        for name, text in fields:
            seen[name] += 1
            if seen[name] > 1:
                message[f"{name}#{seen[name]}"] = text
    return message


def _text(field: Any) -> str | None:
    """The text of a field and of elements within it; None for an empty field."""
    return "".join(field.itertext()) or None if len(field) else field.text


def _as_table(unpacked: Unpacked, messages: list[Message]) -> Messages:
    names = dict.fromkeys(name for message in messages for name in message)
    if len(names) > MOST_UNKNOWN:
        raise unpacked.fault(f"has more than {MOST_UNKNOWN} kinds of fields", "ask the source for the agreed ones")
    columns = [pl.Series(name, [message.get(name) for message in messages], dtype=pl.String) for name in names]
    changes = [message for message in messages if message.get("DATA_TYPE") != DELETE]
    table = pl.DataFrame(columns) if columns else pl.DataFrame({"DATA_KEY": [None] * len(messages)})
    return Messages(table, frozenset().union(*changes), len(changes))
