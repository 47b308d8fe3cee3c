"""Messages of the public resource trading exchange: `<DES>` with CONTEXT (fields) and TITLE (key, entity, operation).

A file holds many messages under `<MESSAGES>` or is a single `<DES>`. A delete (DATA_TYPE 3) has no CONTEXT: only its
key and operation count, and it is dated to the end of its file's day when it names no time of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from lxml import etree

from ingestion.declaration import Dataset, XmlMessages
from ingestion.decoders.chunk import Chunk, extra_json, refused_frame
from ingestion.decoders.drift import like_personal, require_fields
from ingestion.decoders.unpacking import Unpacked, unpack
from ingestion.landing import LandedFile
from ingestion.rules import EXTRA, FILE, MASK, PARTIAL, RECORD

_ROOTS = ("MESSAGES", "DES")
_ENVELOPE = ("CA_KEY", "DATA_CN", "DATA_EN", "DATA_KEY", "DATA_NO", "DATA_TYPE", "ROUTE_WAY")
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=["']([^"']+)""")
_DELETE = "3"
_MESSAGES_PER_CHUNK = 10_000

Message = dict[str, str | None]


def decode_xml(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of all files; BadFile when one is not well-formed UTF-8 XML of such messages."""
    pending: list[tuple[int, int, Message]] = []
    counted: dict[int, int] = {}
    carried = _Carried(dataset)
    for index, file in enumerate(files):
        counted[index] = 0
        with unpack(dataset, file, (".xml",)) as unpacked:
            for number, message in enumerate(_messages(unpacked), start=1):
                _date_delete(dataset, file, message)
                pending.append((index, number, message))
                counted[index] += 1
                if len(pending) >= _MESSAGES_PER_CHUNK:
                    yield carried.checked(_chunk(dataset, pending, counted), pending)
                    pending, counted = [], {index: 0}
    yield carried.checked(_chunk(dataset, pending, counted), pending)


class _Carried:
    """Which fields the messages of a batch carry, deletes apart."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.names: set[str] = set()
        self.new: set[str] = set()
        self.messages = 0

    def checked(self, chunk: Chunk, messages: list[tuple[int, int, Message]]) -> Chunk:
        """The chunk that was made of `messages`; BadFile when a declared field is gone."""
        whole = [message for _, _, message in messages if message.get("DATA_TYPE") != _DELETE]
        self.names.update(*whole)
        self.new |= chunk.new_fields
        self.messages += len(whole)
        if whole:
            require_fields(self.dataset, self.names, self.new, self.messages, omits_empty=True)
        return chunk


def _messages(unpacked: Unpacked) -> Iterator[Message]:
    try:
        # No entity is resolved, no DTD loaded, nothing fetched, and libxml2's own size limits stay on.
        events = etree.iterparse(
            _Declared(unpacked),  # type: ignore[arg-type]
            events=("end",),
            tag="DES",
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        checked = False
        for _, element in events:
            if not checked:
                _check_document(unpacked, element.getroottree())
                checked = True
            yield _message(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        if not checked:
            _check_document(unpacked, events.root.getroottree())
    except etree.XMLSyntaxError as error:
        raise unpacked.fault(f"is not well-formed XML ({error.msg})", "ask for it again") from error


class _Declared:
    """The bytes of a file whose XML declaration, if there is one, says UTF-8."""

    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked
        self._checked = False

    def read(self, size: int) -> bytes:
        data = self._unpacked.read(size)
        if not self._checked:
            self._checked = True
            named = _ENCODING.match(data)
            encoding = named[1].decode("ascii", "replace") if named else "UTF-8"
            if encoding.upper() != "UTF-8":
                what = f"is {encoding} and not utf-8 as declared"
                raise self._unpacked.fault(what, "ask the source for the agreed encoding")
        return data


def _check_document(unpacked: Unpacked, tree: Any) -> None:
    root, info = tree.getroot(), tree.docinfo
    if info.doctype or info.internalDTD is not None:
        raise unpacked.fault("holds a document type declaration, which the exchange never sends", "ask the source")
    if root.tag not in _ROOTS:
        raise unpacked.fault(f"has the root {root.tag} and not MESSAGES", "ask the source for the agreed format")


def _message(element: Any) -> Message:
    """The fields of one message; a field that occurs again is kept under its name with `#2`."""
    context, title = element.find("CONTEXT"), element.find("TITLE")
    fields = [] if context is None else [(c.tag, c.text or _deep_text(c)) for c in context if c.tag not in _ENVELOPE]
    fields += [] if title is None else [(c.tag, c.text or _deep_text(c)) for c in title]
    message: Message = dict(reversed(fields))
    if len(message) < len(fields):
        firsts: set[str] = set()
        for name, text in fields:
            message.setdefault(f"{name}#2", text) if name in firsts else firsts.add(name)
    return message


def _deep_text(child: Any) -> str | None:
    """Text below a field that holds further elements; None for an empty field."""
    return "".join(child.itertext()) or None


def _date_delete(dataset: Dataset, file: LandedFile, message: Message) -> None:
    if message.get("DATA_TYPE") == _DELETE and dataset.reported_at and file.business_date:
        source = dataset.field(dataset.reported_at).source
        message[source] = message.get(source) or f"{file.business_date:%Y%m%d}235959"


def _chunk(dataset: Dataset, messages: list[tuple[int, int, Message]], counted: dict[int, int]) -> Chunk:
    form = dataset.format
    assert isinstance(form, XmlMessages)
    fitting, refused = [], []
    for place in messages:
        title = place[2]
        if title.get("DATA_EN") == form.entity and title.get("DATA_NO") == form.data_no:
            fitting.append(place)
        else:
            refused.append(_other(dataset, form, place))
    known = {*dataset.sources, *_ENVELOPE}
    unknown = [n for n in dict.fromkeys(name for _, _, message in fitting for name in message) if n not in known]
    columns = [pl.Series(n, [m.get(n) for _, _, m in fitting], dtype=pl.String) for n in [*dataset.sources, *unknown]]
    rows = pl.DataFrame(
        [
            pl.Series(FILE, [index for index, _, _ in fitting], dtype=pl.UInt32),
            pl.Series(RECORD, [number for _, number, _ in fitting], dtype=pl.Int64),
            pl.Series(PARTIAL, [m.get("DATA_TYPE") == _DELETE for _, _, m in fitting], dtype=pl.Boolean),
            *columns,
        ]
    )
    rows = rows.with_columns(extra_json(dataset, rows, unknown)).select(FILE, RECORD, PARTIAL, EXTRA, *dataset.sources)
    return Chunk(rows, refused_frame(refused), counted, frozenset(unknown))


def _other(dataset: Dataset, form: XmlMessages, place: tuple[int, int, Message]) -> dict[str, object]:
    index, number, message = place
    found = f"{message.get('DATA_EN')} ({message.get('DATA_NO')})"
    hidden = like_personal(dataset, message)
    shown = {k: MASK if k in hidden else v for k, v in message.items()}
    return {
        FILE: index,
        RECORD: number,
        "rule": "other_message",
        "reason": f"The message is {found} and not {form.entity} ({form.data_no}); deliver it to its own dataset.",
        "field": None,
        "value": found,
        "raw": "; ".join(f"{k}={v or ''}" for k, v in shown.items()),
    }
