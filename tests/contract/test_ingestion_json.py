"""JSON rows: pages as the platform sends them, arrays and lines delivered by hand, changed interfaces."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.decoders.json_rows import decode_json
from ingestion.errors import BadFile
from ingestion.landing import LandedFile
from tests.contract.ingestion_setting import DECLARED, deliver, lake, published, quarantine

INDICATOR = DECLARED["smart_zone/zone_indicator"]
ROW: dict[str, Any] = {
    "park_id": "1251",
    "year_caliber": "2018",
    "stat_month": "2019-06",
    "zyywsr_value": 2745712.34,
    "zyywsr_percent": 10.7,
    "gyzjz_value": "-",
    "lr_value": -12.5,
    "ls_value": "未公布",
    "ckjhz_value": None,
    "gyydl_value": 100,
    "cyry_value": 31500,
    "report_time": "2019-07-15 10:20:30",
}


def page(*rows: Any) -> bytes:
    data = {"rows": list(rows), "next_cursor": None, "total": len(rows)}
    return json.dumps({"code": 0, "message": "ok", "data": data}, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "content",
    [
        page(ROW),
        json.dumps([ROW]).encode(),
        (json.dumps(ROW) + "\n").encode(),
        b"\xef\xbb\xbf" + page(ROW),
    ],
)
def test_the_same_row_in_every_wrapping(tmp_path: Path, content: bytes) -> None:
    record = deliver(INDICATOR, tmp_path / "home", a_json=content)
    row = lake(tmp_path / "home", record).row(0, named=True)
    assert row["main_business_revenue_ytd_yuan"] == Decimal("27457123400.00")
    assert row["main_business_revenue_yoy_ratio"] == 0.107
    assert row["profit_ytd_yuan"] == Decimal("-125000.00")
    assert row["industrial_electricity_ytd_kwh"] == Decimal(1000000)
    assert [row[n] for n in ("industrial_value_added_ytd_yuan", "profit_and_tax_ytd_yuan", "extra")] == [None] * 3
    assert row["source_record_id"] == "1251|2019-06-01"


def test_numbers_are_taken_as_they_are_written(tmp_path: Path) -> None:
    content = page(ROW | {"cyry_value": None}).replace(b"2745712.34", b"90071992547409.93")
    record = deliver(INDICATOR, tmp_path / "home", a_json=content)
    assert lake(tmp_path / "home", record)["main_business_revenue_ytd_yuan"][0] == Decimal("900719925474099300.00")


def test_rows_that_are_wrong_stay_alone(tmp_path: Path) -> None:
    content = page(
        ROW,
        ROW | {"stat_month": None},
        ROW | {"park_id": "1", "zyywsr_value": "约1200"},
        ROW | {"park_id": "2", "zyywsr_value": {"value": 5}},
        ["no", "object"],
        ROW,
        ROW | {"park_id": "3", "cyry_value": -1},
    )
    record = deliver(INDICATOR, tmp_path / "home", a_json=content)
    bad = quarantine(tmp_path / "home", record).sort("record_number")
    assert (record.received, record.loaded, record.repeats) == (7, 1, 1)
    assert list(zip(bad["record_number"], bad["rule"], bad["field"], strict=True)) == [
        (2, "required", "business_month"),
        (3, "number", "main_business_revenue_ytd_yuan"),
        (4, "number", "main_business_revenue_ytd_yuan"),
        (5, "row_form", None),
        (7, "below_min", "employee_count"),
    ]
    assert json.loads(bad["raw"][1])["zyywsr_value"] == "约1200"


def test_new_fields_are_kept_and_reported(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed = page(ROW | {"new": {"a": [1.25]}, "park_id": "1"}).replace(b"1.25", b"1.250")
    record = deliver(INDICATOR, home, a_json=page(ROW), b_json=changed)
    assert record.new_fields == ["new"]
    assert lake(home, record)["extra"].to_list() == [None, '{"new":"{\\"a\\":[\\"1.250\\"]}"}']


def test_lines_in_another_encoding_are_refused_whole_a_single_one_alone(tmp_path: Path) -> None:
    named = {**ROW, "year_caliber": "2018年口径"}
    line, foreign = ((json.dumps(named, ensure_ascii=False) + "\n").encode(name) for name in ("utf-8", "gb18030"))
    ascii_line = (json.dumps(ROW) + "\n").encode()
    with pytest.raises(BadFile, match=r"a\.jsonl is not UTF-8 as declared \(3 of 4 lines\); ask the source"):
        deliver(INDICATOR, tmp_path / "whole", a_jsonl=ascii_line + foreign * 3)
    record = deliver(INDICATOR, tmp_path / "single", a_jsonl=line + ascii_line + foreign)
    assert (record.loaded, record.quarantined) == (2, 1)
    assert quarantine(tmp_path / "single", record)["rule"].to_list() == ["row_form"]


def test_a_required_field_that_is_gone_blocks_the_batch(tmp_path: Path) -> None:
    gone = {k: v for k, v in ROW.items() if k != "stat_month"}
    with pytest.raises(BadFile, match="stat_month"):
        deliver(INDICATOR, tmp_path / "home", a_json=page(gone, gone))
    assert published(tmp_path / "home", "lake") == []


def test_one_row_with_an_empty_required_field_does_not_block(tmp_path: Path) -> None:
    record = deliver(INDICATOR, tmp_path / "home", a_json=page(ROW | {"stat_month": None}))
    assert (record.loaded, record.quarantined) == (0, 1)


@pytest.mark.parametrize("content", [page(ROW)[:-9], b"<html/>", b'{"a": 1', b"", b'"text"'])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadFile, match=r"a\.json"):
        deliver(INDICATOR, tmp_path / "home", a_json=content)
    assert published(tmp_path / "home", "lake") == []


VALUE = st.one_of(st.none(), st.text(max_size=8), st.integers(-(10**15), 10**15), st.booleans())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ROW, VALUE), optional={"x": VALUE, "y": VALUE}), max_size=8))
def test_what_a_platform_sends_comes_back(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "page.json"
    path.write_bytes(page(*rows))
    chunks = list(decode_json(INDICATOR, [LandedFile("page.json", path, "", path.stat().st_size)]))
    found = [row for chunk in chunks for row in chunk.rows.select(list(ROW)).rows()]
    assert found == [tuple(as_text(row[name]) for name in ROW) for row in rows]
    extras = [json.loads(e) if e else {} for chunk in chunks for e in chunk.rows["__extra"]]
    unknown = [{k: as_text(v) for k, v in row.items() if k in "xy" and v is not None} for row in rows]
    assert [{k: v for k, v in extra.items() if v is not None} for extra in extras] == unknown


def as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
