"""Mutated deliveries of every format, from seeds: equal seeds give equal bytes.

A delivery holds many mutated records, each an input of its own (`records`), or is mutated as a whole (`records` 1).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ingestion.declaration import Dataset
from tests.contract.hj212_mutations import mutated_packets
from tests.contract.ingestion_setting import DECLARED
from tests.contract.odd_values import HOSTILE, ODD, PLAIN

_BYTES = (b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\x81", b"\r", b'"', b"<", b"[" * 5000, b"{" * 50)


@dataclass(frozen=True)
class Delivery:
    """A file for a dataset; `exactly` is how many records must be accounted for, None where mutations decide."""

    dataset: Dataset
    name: str
    content: bytes
    records: int
    exactly: int | None = None


def _value(rng: random.Random, usual: Sequence[str]) -> str | None:
    """A value for a field: mostly a usual one, sometimes odd, hostile, absent or all of it at once."""
    draw = rng.random()
    if draw < 0.97:
        return rng.choice(usual)
    if draw < 0.985:
        return rng.choice(ODD)
    if draw < 0.993:
        return rng.choice(HOSTILE)
    if draw < 0.997:
        return None
    return rng.choice(usual) + rng.choice(HOSTILE) + rng.choice(ODD)


def _usual(dataset: Dataset) -> dict[str, Sequence[str]]:
    """Usual values of each source column."""
    usual: dict[str, Sequence[str]] = dict.fromkeys(dataset.sources, ("1",))
    return usual | {f.source: f.allowed or PLAIN[f.type] for f in reversed(dataset.fields)}


def _row(rng: random.Random, dataset: Dataset) -> dict[str, str | None]:
    row = {source: _value(rng, usual) for source, usual in _usual(dataset).items()}
    # Else nearly all rows would repeat others.
    name = dataset.field(dataset.key[0]).source
    if dataset.field(dataset.key[0]).type == "text" and rng.random() < 0.9:
        row[name] = str(rng.randrange(10**6))
    return row


def _json_value(rng: random.Random, text: str | None) -> object:
    draw = rng.random()
    if draw < 0.98:
        return text
    return rng.choice([0, -1, 1.5, 10**18, -(10**30), True, False, [text], {"v": text}, [], {}, 1e-7, [[[]]]])


def _json_row(rng: random.Random, dataset: Dataset) -> str:
    row: dict[str, object] = {k: _json_value(rng, v) for k, v in _row(rng, dataset).items()}
    if rng.random() < 0.1:
        row[f"new_{rng.randrange(5)}"] = rng.choice(ODD)
    if rng.random() < 0.05:
        del row[rng.choice(list(row))]
    text = json.dumps(row, ensure_ascii=rng.random() < 0.3)
    if rng.random() < 0.05:
        text = text.replace("1.5", "1" * rng.randrange(1, 40) + "." + "0" * rng.randrange(1, 40))
    return text if rng.random() < 0.99 else rng.choice(["1", "null", '"x"', "[]", "[{}]", "{}", "true"])


def _whole(dataset: Dataset) -> dict[str, str]:
    """A row that has every field, so that none counts as gone."""
    return {source: usual[0] for source, usual in _usual(dataset).items()}


def json_page(rng: random.Random, records: int) -> Delivery:
    dataset = DECLARED["smart_zone/zone_indicator"]
    rows = [json.dumps(_whole(dataset)), *(_json_row(rng, dataset) for _ in range(records - 1))]
    body = f'{{"code":0,"data":{{"rows":[{",".join(rows)}]}}}}'
    return Delivery(dataset, "page.json", body.encode("utf-8", "replace"), records, records)


def json_lines(rng: random.Random, records: int) -> Delivery:
    """Every tenth line is mutated byte by byte."""
    dataset = DECLARED["gov_service/accepted_case"]
    lines = [json.dumps(_whole(dataset)).encode()]
    for _ in range(records - 1):
        line = _json_row(rng, dataset).encode("utf-8", "replace")
        if rng.random() < 0.1:
            line = mutated(rng, line).replace(b"\n", b" ").replace(b"\r", b" ") or b"x"
        lines.append(line if line.strip(b" \t") else b"x")
    return Delivery(dataset, "rows.jsonl", b"\n".join(lines), records, records)


def csv_table(rng: random.Random, records: int) -> Delivery:
    """Most rows as a CSV writer writes them, every tenth with its text mutated, so that quotation marks are torn."""
    dataset = DECLARED[rng.choice(["credit/registration", "credit/registration_extract"])]
    target = io.StringIO()
    writer = csv.writer(target, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerow(dataset.sources)
    torn = rng.random() < 0.5
    for _ in range(records):
        values = [_utf(v) for v in _row(rng, dataset).values()]
        if rng.random() < 0.03:
            values = values[: rng.randrange(len(values))] + [rng.choice(ODD)] * rng.randrange(4)
        if torn and rng.random() < 0.1:
            target.write(_torn(rng, ",".join(values)) + rng.choice(["\n", "\r\n"]))
        else:
            writer.writerow(values)
    encoding = dataset.format.encoding  # type: ignore[union-attr]
    return Delivery(dataset, "table.csv", target.getvalue().encode(encoding, "replace"), records)


def _utf(text: str | None) -> str:
    return "" if text is None else text


def _torn(rng: random.Random, line: str) -> str:
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(line) + 1)
        line = line[:place] + rng.choice(['"', '""', ",", "\n", '"\n', ',"', '",', "\r", "x"]) + line[place:]
    return line


def xml_messages(rng: random.Random, records: int) -> Delivery:
    """Most messages are flat; some hold what only a real parser can read."""
    dataset = DECLARED["trading/award"]
    messages = [_message(rng, dataset, odd=False), *(_message(rng, dataset, odd=True) for _ in range(records - 1))]
    head = rng.choice(["", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>', "\ufeff<?xml version='1.0'?>\n"])
    content = f"{head}<MESSAGES>{rng.choice(['', chr(10), '  '])}{''.join(messages)}</MESSAGES>\n"
    return Delivery(dataset, "messages.xml", content.encode("utf-8", "replace"), records, records)


_XML_BAD = dict.fromkeys([*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]) | {9: 9, 10: 10, 13: 13}


def _xml_text(rng: random.Random, value: str | None) -> str:
    text = (value or "").translate(_XML_BAD)
    draw = rng.random()
    if draw < 0.97:
        return escape(text)
    if draw < 0.98 and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    return rng.choice(["<!-- x -->", "&#65;", "<b>1</b>2", "<?pi x?>", "&#x4E2D;", "<a x='1'/>"]) + escape(text)


def _message(rng: random.Random, dataset: Dataset, odd: bool) -> str:
    form = dataset.format
    row = _row(rng, dataset) if odd else _whole(dataset)
    title = {"DATA_EN": form.entity, "DATA_NO": form.data_no, "DATA_KEY": str(rng.randrange(99)), "DATA_TYPE": "1"}  # type: ignore[union-attr]
    if odd:
        title["DATA_TYPE"] = rng.choice(["1", "1", "2", "3", "", "9"])
        title["DATA_NO"] = rng.choice([title["DATA_NO"]] * 20 + ["500", ""])
    context = [(k, v) for k, v in row.items() if k not in title and (v is not None or rng.random() < 0.5)]
    if odd and rng.random() < 0.05:
        context += [*rng.choices(context, k=2), ("NEW_FIELD", "1"), ("DATA_TYPE", "7")]
    inner = "".join(f"<{k}>{_xml_text(rng, v)}</{k}>" if v or rng.random() < 0.5 else f"<{k}/>" for k, v in context)
    whole = f"<CONTEXT>{inner}</CONTEXT>" if context and rng.random() < 0.97 else ""
    whole += "<TITLE>" + "".join(f"<{k}>{v}</{k}>" for k, v in title.items()) + "</TITLE>"
    return f"<DES>{rng.choice(['', ' ', chr(10)])}{whole}</DES>" if rng.random() < 0.995 else "<DES></DES>"


def packets(rng: random.Random, records: int) -> Delivery:
    lines = mutated_packets(rng.randrange(1 << 30), records)
    return Delivery(DECLARED["monitoring/hourly_report"], "packets.txt", b"\r\n".join(lines), records)


RECORD_KINDS: list[Callable[[random.Random, int], Delivery]] = [json_page, json_lines, csv_table, xml_messages, packets]


def mutated(rng: random.Random, content: bytes, most: int = 8) -> bytes:
    """One to `most` changes of bytes: flips, cuts, repetitions, moves, special bytes, other encodings."""
    data = bytearray(content)
    for _ in range(rng.randint(1, most)):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 1, 2, 8, 64, 1024)))
        kind = rng.randrange(8)
        if kind == 0:
            del data[start:end]
        elif kind == 1:
            data[start:end] = rng.choice(HOSTILE).encode("utf-8", "surrogatepass")
        elif kind == 2:
            data[start:start] = data[start:end] * rng.choice((1, 2, 20))
        elif kind == 3 and data:
            data[min(start, len(data) - 1)] ^= 1 << rng.randrange(8)
        elif kind == 4:
            data[start:start] = rng.choice(_BYTES)
        elif kind == 5:
            piece = bytes(data[start:end])
            del data[start:end]
            place = rng.randrange(len(data) + 1)
            data[place:place] = piece
        elif kind == 6:
            data[start:end] = rng.randbytes(end - start)
        elif kind == 7 and rng.random() < 0.3:
            del data[start:]
    return bytes(data)


def whole_file(rng: random.Random) -> Delivery:
    """A small delivery mutated as a whole: before or after it is packed, or both."""
    base = rng.choice(RECORD_KINDS)(rng, rng.randint(1, 6))
    content, name = base.content, base.name
    if rng.random() < 0.8:
        content = mutated(rng, content)
    if rng.random() < 0.05:
        content = content.decode("utf-8", "replace").encode(rng.choice(["utf-16", "gb18030", "utf-32"]))
    packing = rng.random()
    if packing < 0.15:
        content, name = gzip.compress(content, mtime=0), name + ".gz"
    elif packing < 0.35:
        content, name = _zipped(rng, base.dataset, name, content), name + ".zip"
    if packing < 0.35 and rng.random() < 0.7:
        content = mutated(rng, content, 3)
    return Delivery(base.dataset, name, content, 1)


def _zipped(rng: random.Random, dataset: Dataset, name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    member = getattr(dataset.format, "member", None) or name
    with zipfile.ZipFile(target, "w", rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
        archive.writestr(zipfile.ZipInfo(rng.choice([member, member, member, "../" + member, "other.csv"])), content)
        if rng.random() < 0.1:
            archive.writestr(zipfile.ZipInfo("readme.txt"), b"x")
    return target.getvalue()
