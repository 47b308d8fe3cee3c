"""Messages of the trading exchange: real ones, daily files of many, and files that must not be trusted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.errors import BadFile
from tests.contract.ingestion_setting import CODE, DECLARED, FIXTURES, deliver, lake, published, quarantine

PROJECT = DECLARED["trading/project"]
AWARD = DECLARED["trading/award"]


def message(entity: str, number: str, key: str, operation: str = "1", **fields: str) -> str:
    context = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    context = f"<CONTEXT>{context}</CONTEXT>" if fields else ""
    title = f"<DATA_EN>{entity}</DATA_EN><DATA_KEY>{key}</DATA_KEY><DATA_NO>{number}</DATA_NO>"
    title += f"<DATA_TYPE>{operation}</DATA_TYPE>"
    return f"<DES>{context}<TITLE><CA_KEY>1</CA_KEY>{title}<ROUTE_WAY>0</ROUTE_WAY></TITLE></DES>"


def daily(*messages: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return ("\ufeff" + head + "<MESSAGES>" + "".join(messages) + "</MESSAGES>").encode()


AWARD_FIELDS = {
    "TENDER_PROJECT_CODE": "E3500000717002688",
    "BID_SECTION_CODE": "E3500000717002688002",
    "REGION_CODE": "360100",
    "WIN_BIDDER_NAME": "江西某公司",
    "WIN_BIDDER_CODE": CODE,
    "PRICE_FORM_CODE": "1",
    "BID_AMOUNT": "123.456789",
    "PRICE_UNIT": "1",
    "NOTICE_SEND_TIME": "20191230090000",
    "DATA_TIMESTAMP": "20191231090000",
}


def award(key: str, operation: str = "1", **changes: str) -> str:
    return message("WIN_RESULT_ANNO", "513", key, operation, **(AWARD_FIELDS | changes))


def test_real_messages(tmp_path: Path) -> None:
    insert, delete = ((FIXTURES / f"project_{name}.xml").read_bytes() for name in ("insert", "delete"))
    record = deliver(PROJECT, tmp_path / "home", a_xml=insert, b_xml=delete)
    rows = lake(tmp_path / "home", record)
    assert (record.received, record.loaded) == (2, 2)
    assert rows.select("data_key", "operation", "region_code", "industry_code", "reported_at").rows() == [
        ("9120500201903050000050", "1", "350000", "10", datetime(2019, 3, 27, 1, 24)),
        ("9120500201903050000050", "3", None, None, datetime(2019, 12, 31, 23, 59, 59)),
    ]
    assert "CONTRIBUTION_SCALE" in record.new_fields
    assert "联系方式" not in rows.write_csv()


def test_a_day_of_messages(tmp_path: Path) -> None:
    content = daily(
        award("1"),
        award("2", PRICE_UNIT="0", BID_AMOUNT="2345678.914"),
        award("3", PRICE_UNIT="5"),
        award("1"),
        award("4", PRICE_FORM_CODE="7"),
        message("WIN_RESULT_ANNO", "513", "1", "3"),
        message("PROJECT", "500", "9", **AWARD_FIELDS),
        award("", WIN_BIDDER_NAME="&lt;名&gt;"),
        award("6", BID_AMOUNT=""),
    )
    record = deliver(AWARD, tmp_path / "home", a_xml=content)
    rows, bad = lake(tmp_path / "home", record), quarantine(tmp_path / "home", record)
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (9, 4, 4, 1)
    assert rows.select("data_key", "operation", "award_amount_yuan").rows() == [
        ("1", "1", Decimal("1234567.89")),
        ("2", "1", Decimal("2345678.91")),
        ("1", "3", None),
        ("6", "1", None),
    ]
    assert list(zip(bad["record_number"], bad["rule"], strict=True)) == [
        (7, "other_message"),
        (3, "unit"),
        (5, "allowed_value"),
        (8, "required"),
    ]


def test_a_day_without_messages(tmp_path: Path) -> None:
    assert deliver(AWARD, tmp_path / "home", a_xml=daily()).received == 0


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (daily(award("1"))[:-20], "not well-formed"),
        (b"", "not well-formed"),
        (b"<html><DES/></html>", "root html"),
        (b"<html/>", "root html"),
        (daily(award("1", NOTICE_NAME="&b;"), head=BOMB), "document type"),
        (daily(award("1", NOTICE_NAME="&a;"), head=OUTSIDE), "document type"),
        (daily(award("1"))[3:].decode().encode("gb18030"), "not well-formed"),
        (daily(award("1"), head='<?xml version="1.0" encoding="GBK"?>')[3:].decode().encode("gbk"), "GBK"),
        (b'{"rows": []}', "not well-formed"),
    ],
)
def test_untrusted_files_are_refused_whole(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words) as refusal:
        deliver(AWARD, tmp_path / "home", a_xml=content)
    assert "a.xml" in str(refusal.value)
    assert published(tmp_path / "home", "lake") + published(tmp_path / "home", "batches") == []


def test_a_field_given_twice_is_kept_aside(tmp_path: Path) -> None:
    doubled = award("1").replace("<PRICE_UNIT>", "<REGION_CODE>360200</REGION_CODE><PRICE_UNIT>")
    record = deliver(AWARD, tmp_path / "home", a_xml=daily(doubled))
    row = lake(tmp_path / "home", record).row(0, named=True)
    assert (row["region_code"], row["extra"]) == ("360100", '{"REGION_CODE#2":"360200"}')
