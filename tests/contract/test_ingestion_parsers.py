"""The fast parsers against the careful ones: where a fast one answers at all, both give the same rows."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.decoders import csv_rows, json_rows, json_slices, xml_documents
from ingestion.decoders.chunk import Chunk
from ingestion.decoders.csv_rows import decode_csv
from ingestion.decoders.json_rows import decode_json
from ingestion.decoders.xml_documents import message_parts
from ingestion.decoders.xml_flat import Messages, flat_messages
from ingestion.errors import BadFile
from ingestion.landing import LandedFile
from tests.contract import fuzz_inputs
from tests.contract.ingestion_setting import DAY, DECLARED, deliver, lake, persons, quarantine


class _Bytes:
    """Bytes as a received file."""

    def __init__(self, content: bytes) -> None:
        self._stream, self.size, self.label = io.BytesIO(content), 0, "x"

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.size += len(data)
        return data

    def fault(self, what: str, then: str) -> BadFile:
        return BadFile(f"{what}; {then}")


def rows_of(messages: Messages) -> tuple[list[dict[str, str]], frozenset[str], int]:
    rows = [{k: v for k, v in row.items() if v is not None} for row in messages.table.iter_rows(named=True)]
    return rows, messages.carried, messages.changes


def agree(block: bytes) -> bool:
    """Whether the block is flat; then lxml has to find the same messages in it."""
    flat = flat_messages(block)
    if flat is None:
        return False
    parsed = xml_documents._parsed_block(_Bytes(block), block)  # type: ignore[arg-type]
    assert parsed is not None, block
    assert rows_of(flat) == rows_of(parsed), block
    return True


_PIECES = """<DES> </DES> <CONTEXT> </CONTEXT> <TITLE> </TITLE> <A> </A> <A/> </B> x &amp; &lt; & &#65; > < <!----> <![CDATA[
]]> 名 <名> <DATA_TYPE>3 </DATA_TYPE> <DES/> <TITLE/> <?x?> <A><A>1</A></A> </MESSAGES> <MESSAGES>"""
PIECES = st.sampled_from([*_PIECES.split(), " ", "\n", "\r\n", "\x0b", "\ufffe", "<B >", "<A b='1'>"])
FIELDS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "DATA_TYPE", "DATA_KEY", "C-1", "_x"]),
        st.text(st.characters(codec="utf-8", exclude_characters="<&>\r", exclude_categories=["Cs", "Cc", "Cn"]), max_size=6),
    ),
    max_size=5,
)  # fmt: skip
MESSAGE = st.tuples(st.one_of(st.none(), FIELDS), FIELDS)


def written(fields: list[tuple[str, str]], tag: str) -> str:
    return (
        f"<{tag}>"
        + "".join(f"<{name}>{text}</{name}>" if text else f"<{name}/>" for name, text in fields)
        + f"</{tag}>"
    )


@settings(max_examples=150)
@given(st.lists(MESSAGE, min_size=1, max_size=5))
def test_flat_messages_are_what_lxml_reads(
    messages: list[tuple[list[tuple[str, str]] | None, list[tuple[str, str]]]],
) -> None:
    block = "".join(
        "<DES>" + ("" if context is None else written(context, "CONTEXT")) + written(title, "TITLE") + "</DES>\n"
        for context, title in messages
    )
    is_flat = all((context is None or context) and title for context, title in messages)
    assert agree(block.rstrip("\n").encode()) == is_flat


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=8), st.integers(0, 10**6), st.integers(0, 4))
def test_what_is_not_flat_is_left_to_lxml(pieces: list[str], seed: int, changes: int) -> None:
    """Messages with pieces of markup set in anywhere, and bytes changed."""
    rng = random.Random(seed)
    block = "<DES><CONTEXT><A>1</A></CONTEXT><TITLE><DATA_TYPE>1</DATA_TYPE></TITLE></DES>" * rng.randint(1, 3)
    for piece in pieces:
        place = rng.choice([i for i, char in enumerate(block) if char in "<>"]) + rng.randint(0, 1)
        block = block[:place] + piece + block[place:]
    content = block.encode()
    if changes:
        content = fuzz_inputs.mutated(rng, content, changes)
    if (end := content.rfind(b"</DES>")) >= 0:
        agree(content[: end + 6])


@pytest.mark.parametrize("block", [200, 1000, 4 << 20])
def test_a_file_read_in_blocks_has_the_messages_of_a_tree(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flat and other messages mixed: CDATA that holds the end of a message, comments, references."""
    monkeypatch.setattr(xml_documents, "_BLOCK", block)
    for seed in range(8):
        content = fuzz_inputs.xml_messages(random.Random(seed), 60).content
        content = content.replace(b"</TITLE></DES>", b"</TITLE></DES><!-- </DES> -->", 1) if seed % 2 else content
        found = [row for part in message_parts(_Bytes(content)) for row in rows_of(part)[0]]  # type: ignore[arg-type]
        stream = xml_documents._Stream(_Bytes(content), b"")  # type: ignore[arg-type]
        expected = [row for part in xml_documents._parsed(_Bytes(b""), stream) for row in rows_of(part)[0]]  # type: ignore[arg-type]
        assert found == expected


def landed(tmp_path: Path, name: str, content: bytes) -> LandedFile:
    path = tmp_path / name
    path.write_bytes(content)
    return LandedFile(name, path, "", len(content), business_date=DAY)


def outcome(decoded: Callable[[], Any]) -> tuple[Any, ...]:
    """Rows, refused rows and counts of all chunks, or the refusal."""
    try:
        chunks: list[Chunk] = list(decoded())
    except BadFile as refusal:
        return ("refused", str(refusal))
    rows = pl.concat([c.rows for c in chunks]).rows()
    refused = pl.concat([c.refused for c in chunks]).select("__record", "rule", "value", "raw").rows()
    return rows, sorted(refused), sum(sum(c.counted.values()) for c in chunks)


CSV_PIECES = ['"', '""', ",", "\n", "\r\n", "\r", "x", "名", " ", '","', '"\n', "a,b,c,d,e,f\n", "1,2,3,4,5,6"]
CSV_TEXT = st.lists(st.sampled_from(CSV_PIECES), max_size=40)


@settings(max_examples=250)
@given(CSV_TEXT, st.sampled_from(["utf-8", "gb18030"]), st.sampled_from([7, 50, 4 << 20]))
def test_records_split_in_bulk_are_those_split_one_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], encoding: str, block: int
) -> None:
    header = ",".join(persons().sources)
    file = landed(tmp_path_factory.mktemp("csv"), "x.csv", f"{header}\n{''.join(pieces)}".encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "_BLOCK", block)
        fast = outcome(lambda: decode_csv(persons(encoding), [file]))
        patch.setattr(csv_rows, "sound_records", lambda records, width: np.zeros(len(records), dtype=bool))
        assert fast == outcome(lambda: decode_csv(persons(encoding), [file]))


@pytest.mark.parametrize("seed", range(6))
def test_mutated_tables_both_ways(tmp_path: Path, seed: int) -> None:
    delivery = fuzz_inputs.csv_table(random.Random(seed), 300)
    file = landed(tmp_path, "x.csv", delivery.content)
    fast = outcome(lambda: decode_csv(delivery.dataset, [file]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "sound_records", lambda records, width: np.zeros(len(records), dtype=bool))
        assert fast == outcome(lambda: decode_csv(delivery.dataset, [file]))


@pytest.mark.parametrize("make", [fuzz_inputs.json_page, fuzz_inputs.json_lines])
@pytest.mark.parametrize("seed", range(4))
def test_objects_decoded_in_bulk_are_those_decoded_one_at_a_time(tmp_path: Path, make: Any, seed: int) -> None:
    delivery = make(random.Random(seed), 200)
    file = landed(tmp_path, delivery.name, delivery.content)

    def careful(self: json_rows._Reader, index: int, before: int, unpacked: Any, part: Any) -> Any:
        return self._read_slowly(index, before, unpacked, part)

    fast = outcome(lambda: decode_json(delivery.dataset, [file]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_rows._Reader, "read", careful)
        assert fast == outcome(lambda: decode_json(delivery.dataset, [file]))


def test_a_long_document_and_lines_in_blocks_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = DECLARED["smart_zone/zone_indicator"]
    row = {field.source: "1" for field in dataset.fields}
    rows = [row | {"park_id": str(number)} for number in range(1, 501)]
    page = msgspec.json.encode({"code": 0, "data": {"rows": rows}})
    lines = b"\n\n".join(msgspec.json.encode(row) for row in rows)
    monkeypatch.setattr(json_slices, "_BLOCK", 1000)
    monkeypatch.setattr(json_slices, "_LONG_DOCUMENT", 5000)
    monkeypatch.setattr(json_slices, "_ROWS_PER_SLICE", 7)
    for name, content in (
        ("a.json", page),
        ("a.jsonl", lines),
        ("b.json", b" \n" + lines),
        ("c.json", msgspec.json.encode(rows)),
    ):
        chunks = list(decode_json(dataset, [landed(tmp_path, name, content)]))
        table = pl.concat([chunk.rows for chunk in chunks])
        assert (
            table["park_id"].to_list()
            == [str(number) for number in table["__record"]]
            == [str(n) for n in range(1, 501)]
        )
        assert sum(chunk.counted[0] for chunk in chunks) == 500


def test_a_damaged_line_stays_alone(tmp_path: Path) -> None:
    dataset = DECLARED["smart_zone/zone_indicator"]
    row = {field.source: None for field in dataset.fields} | {"park_id": "1", "year_caliber": "2018"}
    good = msgspec.json.encode(row | {"stat_month": "2019-06", "report_time": "2019-07-15 10:20:30"})
    other = good.replace(b'"1"', b'"2"')
    content = b"\n".join([good, good[:20], b'{"park_id": "3"},{"park_id": "4"}', b"7", other, other[:-1]])
    record = deliver(dataset, tmp_path / "home", a_jsonl=content)
    assert (record.received, record.loaded, record.quarantined) == (6, 2, 4)
    bad = quarantine(tmp_path / "home", record)
    assert bad.sort("record_number")["record_number"].to_list() == [2, 3, 4, 6]
    assert set(bad["rule"]) == {"row_form"}
    assert bad.sort("record_number")["raw"][0] == good[:20].decode()
    assert lake(tmp_path / "home", record)["record_number"].to_list() == [1, 5]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b"<html>\n</html>\n", "not JSON"),
        ("a.json", b"[" * 200_000, "not JSON"),
        ("a.json", b'[{"park_id":' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "not JSON"),
        ("a.json", b'[{"park_id":' + b"9" * 5000 + b"}]", "not JSON"),
        ("a.json", b'[{"' + b'":1},{"'.join(b"x%d" % n for n in range(600)) + b'":1}]', "unknown fields"),
        ("a.json", b'{"data":{"rows":[{"a":"\xff"}]}}', "not JSON"),
    ],
)
def test_hostile_json_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    file = landed(tmp_path, name, content)
    with pytest.raises(BadFile, match=words):
        list(decode_json(DECLARED["smart_zone/zone_indicator"], [file]))


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 100)
    monkeypatch.setattr(csv_rows, "_LONGEST_LINE", 1000)
    content = ",".join(persons().sources).encode() + b"\n" + b"x" * 5000
    with pytest.raises(BadFile, match="line of more than"):
        list(decode_csv(persons(), [landed(tmp_path, "a.csv", content)]))


def test_messages_with_hundreds_of_kinds_of_fields_are_refused(tmp_path: Path) -> None:
    fields = "".join(f"<F{n}>1</F{n}>" for n in range(3000))
    content = f"<MESSAGES><DES><TITLE>{fields}</TITLE></DES></MESSAGES>".encode()
    with pytest.raises(BadFile, match="kinds of fields"):
        list(message_parts(_Bytes(content)))  # type: ignore[arg-type]
