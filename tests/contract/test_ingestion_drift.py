"""Interfaces that change: what is new is kept and named, what is gone stops its dataset, odd values stay alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.batch import BatchRecord
from ingestion.declaration import Dataset
from ingestion.decoders.drift import likely_new_name
from ingestion.errors import BadFile
from tests.contract.ingestion_setting import CODE, deliver, lake, published, quarantine
from tests.contract.test_ingestion_xml import daily, message

FIELDS: list[dict[str, Any]] = [
    {"source": "FIRM_ID", "name": "firm_id", "type": "text", "required": True},
    {"source": "CREDIT_CODE", "name": "uscc", "type": "uscc", "required": True},
    {"source": "TAX_PAID", "name": "tax_yuan", "type": "money", "factor": 10000},
    {"source": "CONTACTOR", "name": "contact_name", "type": "text", "sensitivity": "drop"},
    {"source": "DATA_TYPE", "name": "operation", "type": "text", "optional": True},
]
FORMATS: dict[str, dict[str, str]] = {
    "json": {"kind": "json_rows"},
    "csv": {"kind": "csv_rows", "encoding": "gb18030"},
    "xml": {"kind": "xml_messages", "entity": "FIRM", "data_no": "700"},
}
Row = dict[str, str | int | None]


def declared(kind: str) -> Dataset:
    told: dict[str, Any] = {
        "system": "trading",
        "dataset": "firm",
        "title": "t",
        "description": "d",
        "owner": "省发改委",
    }
    told |= {"interface": {"kind": "by_hand"}, "format": FORMATS[kind], "key": ["firm_id"], "fields": FIELDS}
    return Dataset.model_validate(told)


def row(number: int, **change: str | int | None) -> Row:
    return {"FIRM_ID": str(number), "CREDIT_CODE": CODE, "TAX_PAID": "12.5", "CONTACTOR": "王某某"} | change


def without(row: Row, name: str, **more: str) -> Row:
    return {key: value for key, value in row.items() if key != name} | more


def written(kind: str, rows: list[Row]) -> bytes:
    """The rows in one of the formats; a CSV has the columns of the last row."""
    if kind == "json":
        return json.dumps(rows).encode()
    if kind == "csv":
        names = list(rows[-1])
        lines = [names, *[[str(one.get(name, "")) for name in names] for one in rows]]
        return "\n".join(map(",".join, lines)).encode("gb18030")
    messages = [message("FIRM", "700", str(i), **{k: str(v) for k, v in one.items()}) for i, one in enumerate(rows)]
    return daily(*messages)


@pytest.fixture(params=sorted(FORMATS))
def send(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., BatchRecord]:
    """Deliver rows in each of the formats; the home is tmp_path/home."""
    kind = request.param
    return lambda *rows: deliver(declared(kind), tmp_path / "home", **{f"a_{kind}": written(kind, list(rows))})


def test_a_new_field_is_kept_as_json_and_reported(send: Callable[..., BatchRecord], tmp_path: Path) -> None:
    record = send(row(1), row(2, GREEN_LEVEL="AA"))
    assert record.new_fields == ["GREEN_LEVEL"]
    extra = lake(tmp_path / "home", record).sort("firm_id")["extra"].to_list()
    assert json.loads(extra[1]) == {"GREEN_LEVEL": "AA"}
    assert (record.loaded, record.quarantined) == (2, 0)


@pytest.mark.parametrize(
    ("name", "new", "words"),
    [
        ("CREDIT_CODE", "CREDITCODE", "CREDIT_CODE (now perhaps CREDITCODE)"),
        ("TAX_PAID", "TAX_PAID_VALUE", "TAX_PAID (now perhaps TAX_PAID_VALUE)"),
        ("CREDIT_CODE", "QQQ", "CREDIT_CODE"),
    ],
)
def test_a_renamed_field_stops_the_dataset_and_is_named(
    send: Callable[..., BatchRecord], tmp_path: Path, name: str, new: str, words: str
) -> None:
    with pytest.raises(BadFile) as error:
        send(*[without(row(n), name, **{new: "1"}) for n in range(25)])
    sentence = str(error.value)
    assert words in sentence
    assert sentence.startswith("trading/firm: ")
    assert sentence.count(". ") == 0, "one sentence"
    assert published(tmp_path / "home", "lake") == published(tmp_path / "home", "batches") == []


@pytest.mark.parametrize("name", ["FIRM_ID", "CREDIT_CODE"])
def test_a_missing_field_stops_the_dataset(send: Callable[..., BatchRecord], tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile, match=name):
        send(*[without(row(n), name) for n in range(25)])
    assert published(tmp_path / "home", "lake") == []


def test_a_personal_field_under_a_new_name_reaches_nothing(send: Callable[..., BatchRecord], tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="CONTACTOR"):
        send(without(row(1), "CONTACTOR", CONTACT_PERSON="王某某"))
    found = [path for area in ("lake", "quarantine", "batches") for path in published(tmp_path / "home", area)]
    assert found == []


def test_a_field_like_a_personal_one_is_kept_masked(send: Callable[..., BatchRecord], tmp_path: Path) -> None:
    record = send(row(1, CONTACTOR_2="李某某", SHAPE="round"))
    extra = json.loads(lake(tmp_path / "home", record)["extra"][0])
    assert extra == {"CONTACTOR_2": "***", "SHAPE": "round"}


def test_a_type_that_changes_is_quarantined_row_by_row(send: Callable[..., BatchRecord], tmp_path: Path) -> None:
    record = send(row(1), row(2, TAX_PAID="12.5万元左右"), row(3, TAX_PAID=""), row(4, TAX_PAID="high"))
    assert (record.received, record.loaded, record.quarantined) == (4, 2, 2)
    bad = quarantine(tmp_path / "home", record).sort("record_number")
    assert bad.select("record_number", "field").rows() == [(2, "tax_yuan"), (4, "tax_yuan")]


def test_a_text_that_becomes_a_json_object_is_quarantined(tmp_path: Path) -> None:
    content = json.dumps([row(1), row(2) | {"TAX_PAID": {"value": 12.5}}]).encode()
    record = deliver(declared("json"), tmp_path / "home", a_json=content)
    assert (record.loaded, record.quarantined) == (1, 1)


def test_a_message_that_leaves_an_empty_field_out_is_judged_alone(tmp_path: Path) -> None:
    rows = [row(1), without(row(2), "TAX_PAID"), without(row(3), "CONTACTOR"), without(row(4), "CREDIT_CODE")]
    for number, one in enumerate(rows):
        record = deliver(declared("xml"), tmp_path / f"home{number}", a_xml=written("xml", [one]))
        assert (record.loaded, record.quarantined) == ((0, 1) if number == 3 else (1, 0))


@pytest.mark.parametrize(
    ("source", "new", "likely"),
    [
        ("reg_capt", ["remarks", "reg_capital"], "reg_capital"),
        ("zyywsr_value", ["ZYYWSR_VALUE"], "ZYYWSR_VALUE"),
        ("法人代表", ["法定代表人", "注册资金"], "法定代表人"),
        ("reg_capt", ["colour"], None),
        ("reg_capt", [], None),
    ],
)
def test_the_likely_new_name_is_the_most_alike(source: str, new: list[str], likely: str | None) -> None:
    assert likely_new_name(source, new) == likely
