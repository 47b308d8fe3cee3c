"""Every kind of dirt the sandbox can serve, one switch at a time, and the clean and the usual level."""

import csv
import dataclasses
import gzip
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from datetime import date

import pytest
from starlette.testclient import TestClient

from sandbox.app import create_app
from sandbox.dirt import LEVELS, NONE, USUAL, Dirt
from sandbox.interfaces.hj212 import crc16
from sandbox.interfaces.monitoring import build_hourly
from sandbox.province.identifiers import is_valid_credit_code
from sandbox.province.model import Province, build_province

SECRET = "s"
NUMBERS = ("zyywsr_value", "ls_value", "gyydl_value")


@pytest.fixture(scope="module")
def province() -> Province:
    return build_province("small", 7)


class Feed:
    """A short way to everything one level of dirt serves."""

    def __init__(self, dirt: Dirt | str) -> None:
        self.client = TestClient(create_app("small", 7, dirt, SECRET))
        form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": SECRET}
        token = self.client.post("/smart_zone/oauth/token", data=form).json()["access_token"]
        self.bearer = {"Authorization": f"Bearer {token}"}

    def rows(self, path: str) -> list[dict]:
        window = {"updated_before": "2018-12-01T00:00:00"}
        answer = self.client.get(f"/smart_zone/api/v1/{path}", headers=self.bearer, params=window).json()
        assert answer["data"]["next_cursor"] is None
        return answer["data"]["rows"]

    def file(self, address: str) -> bytes:
        answer = self.client.get(address, auth=("sandbox", SECRET))
        assert answer.status_code == 200
        return answer.content

    def registrations(self) -> list[list[str]]:
        return self._csv("registration.csv")

    def listings(self) -> list[list[str]]:
        return self._csv("abnormal_list.csv")

    def _csv(self, member: str) -> list[list[str]]:
        archive = zipfile.ZipFile(io.BytesIO(self.file("/credit/exchange/credit/credit_20191201.zip")))
        return list(csv.reader(io.StringIO(archive.read(member).decode("gb18030"))))[1:]

    def messages(self, dataset: str) -> list[ET.Element]:
        base = f"/trading/exchange/trading/{dataset}"
        listed = self.client.get(
            f"{base}/manifest.json", params={"from": "2019-06-01", "to": "2019-06-30"}, auth=("sandbox", SECRET)
        ).json()["files"]
        return [des for file in listed for des in ET.fromstring(self.file(f"{base}/{file['name']}")).iter("DES")]


@pytest.fixture(scope="module")
def clean() -> Feed:
    return Feed("none")


def only(**rates: float) -> Feed:
    return Feed(dataclasses.replace(NONE, **rates))


def test_clean_is_clean(clean: Feed) -> None:
    for path in ("zones", "enterprises", "outlets", "innovation_platforms", "zone_indicators", "enterprise_indicators"):
        rows = clean.rows(path)
        assert len({tuple(map(str, row.values())) for row in rows}) == len(rows) > 0
        for row in rows:
            assert all(isinstance(row[name], float) for name in NUMBERS if name in row)
            assert (
                row.get("credit_code") is None or row["credit_code"] == "" or is_valid_credit_code(row["credit_code"])
            )
    assert all(len(row) == 15 and is_valid_credit_code(row[1]) for row in clean.registrations())
    assert {des.findtext("TITLE/DATA_TYPE") for des in clean.messages("project")} == {"1"}


def test_not_published(clean: Feed) -> None:
    dirty = only(not_published=0.05)
    for path in ("zone_indicators", "enterprise_indicators"):
        texts = [row[name] for row in dirty.rows(path) for name in NUMBERS if isinstance(row[name], str)]
        assert set(texts) == {"-", "未公布"}
    # A zone that first withholds its revenue states it within the next month.
    for row in (row for row in dirty.rows("zone_indicators") if row["zyywsr_value"] == "-"):
        same = [
            r
            for r in dirty.rows("zone_indicators")
            if (r["park_id"], r["stat_month"]) == (row["park_id"], row["stat_month"])
        ]
        assert isinstance(same[-1]["zyywsr_value"], float)


@pytest.mark.parametrize("kind", ["lower_case_code", "full_width_code"])
def test_codes_in_another_spelling(clean: Feed, kind: str) -> None:
    dirty = only(**{kind: 0.2})
    for own, true in zip(dirty.rows("enterprises"), clean.rows("enterprises"), strict=True):
        spelled = "".join(chr(ord(c) - 0xFEE0) if ord(c) > 0xFF00 else c for c in own["credit_code"]).upper()
        assert spelled == true["credit_code"]
    changed = [row for row in dirty.rows("enterprise_indicators") if not is_valid_credit_code(row["credit_code"])]
    assert changed
    assert any(not is_valid_credit_code(row[1]) for row in dirty.registrations())


def test_wrong_check_digits(clean: Feed) -> None:
    dirty = only(wrong_check_digit=0.1)
    bad = [row for row in dirty.rows("enterprises") if not is_valid_credit_code(row["credit_code"])]
    assert bad
    latest = {row["company_id"]: row["credit_code"] for row in dirty.rows("enterprises")}
    assert all(is_valid_credit_code(code) for code in latest.values())
    assert any(not is_valid_credit_code(row["credit_code"]) for row in dirty.rows("enterprise_indicators"))
    assert any(not is_valid_credit_code(row[1]) for row in dirty.registrations())


def test_duplicate_rows(clean: Feed) -> None:
    dirty = only(duplicate_row=0.1)
    for path in ("zones", "enterprises", "zone_indicators", "enterprise_indicators"):
        true, own = clean.rows(path), dirty.rows(path)
        assert len(own) > len(true)
        assert [row for i, row in enumerate(own) if i == 0 or row != own[i - 1]] == true
    assert len(dirty.registrations()) > len(clean.registrations())
    assert len(dirty.messages("project")) > len(clean.messages("project"))


def test_missing_and_misplaced_values(clean: Feed) -> None:
    dirty = only(missing_required=0.05, text_in_number=0.05)
    assert any(row["stat_month"] is None for row in dirty.rows("enterprise_indicators"))
    texts = [row["zyywsr_value"] for row in dirty.rows("enterprise_indicators") if isinstance(row["zyywsr_value"], str)]
    assert texts and not {"-", "未公布"} & set(texts)
    zones = dirty.rows("zone_indicators")
    assert any(row["park_id"] is None for row in zones)
    good = [row for row in zones if row["park_id"] and isinstance(row["zyywsr_value"], float)]
    assert sorted(map(str, good)) == sorted(map(str, clean.rows("zone_indicators")))
    assert any(row[2] == "" for row in dirty.registrations())
    assert any(row[9].endswith("万元整") for row in dirty.registrations())
    assert any(des.find("CONTEXT/WIN_BIDDER_NAME") is None for des in dirty.messages("award"))
    assert any(des.findtext("CONTEXT/DEAL_PRICE", "").endswith("元") for des in dirty.messages("land_deal"))


def test_shifted_columns_sentinels_and_brackets(clean: Feed) -> None:
    dirty = only(column_shift=0.05, sentinel_date=0.5, half_width_brackets=1.0)
    true, own = clean.registrations(), dirty.registrations()
    shifted = [row for row in own if row[3] == ""]
    assert shifted and all(len(row) == 15 and "公司" in row[4] for row in shifted)
    assert any("（" in row[2] for row in true)
    assert any("(" in row[2] for row in own) and not any("（" in row[2] for row in own)
    removed = {row[6] for row in dirty.listings() if row[3]}
    assert "9999-12-31" in removed and "" in removed


def test_modified_and_deleted_messages(clean: Feed) -> None:
    dirty = only(message_modified=0.3, message_deleted=0.2)
    kinds = Counter(des.findtext("TITLE/DATA_TYPE") for des in dirty.messages("award"))
    assert kinds["1"] == len(clean.messages("award")) and kinds["2"] and kinds["3"]


PACKET = re.compile(rb"##(\d{4})(.*)([0-9A-Fa-f]{4})")


def packets_of(province: Province, dirt: Dirt, days: int = 2) -> list[tuple[bytes, str]]:
    """(data segment, check sum) of every packet of some days."""
    found = []
    for day in range(days):
        for file in build_hourly(province, dirt, date(2019, 6, 1 + day), {}):
            for line in gzip.decompress(file.content).split(b"\r\n")[:-1]:
                known = PACKET.fullmatch(line)
                assert known and int(known[1]) == len(known[2])
                found.append((known[2], known[3].decode()))
    return found


def test_clean_packets(province: Province) -> None:
    found = packets_of(province, NONE)
    assert len(found) == len(set(found)) == 20 * 24 * 2
    assert [crc for _, crc in found] == [f"{value:04X}" for value in crc16([segment for segment, _ in found])]
    assert {flag for segment, _ in found for flag in re.findall(rb"-Flag=(\w)", segment)} == {b"N"}


def test_wrong_and_lower_case_check_sums(province: Province) -> None:
    found = packets_of(province, dataclasses.replace(NONE, wrong_crc=0.05, lower_case_crc=0.1))
    right = [f"{value:04X}" for value in crc16([segment for segment, _ in found])]
    wrong = sum(crc.upper() != true for (_, crc), true in zip(found, right, strict=True))
    assert 0.02 < wrong / len(found) < 0.09
    assert any(crc != crc.upper() for _, crc in found)


def test_flags_gaps_and_repeats(province: Province) -> None:
    found = packets_of(province, dataclasses.replace(NONE, flag_episode=0.3))
    flags = {flag for segment, _ in found for flag in re.findall(rb"-Flag=(\w)", segment)}
    assert flags <= {b"N", b"D", b"M", b"C", b"F"} and len(flags) >= 4
    standing = next(segment for segment, _ in found if b"-Flag=F" in segment)
    assert b"-Avg=0.000" in standing
    assert len(packets_of(province, dataclasses.replace(NONE, missing_hour=0.1))) < 20 * 24 * 2 * 0.95
    repeated = packets_of(province, dataclasses.replace(NONE, duplicate_packet=0.1))
    assert len(set(repeated)) == 20 * 24 * 2 < len(repeated)


def test_usual_rates_at_medium_size() -> None:
    medium = build_province("medium", 7)
    found = packets_of(medium, USUAL, days=3)
    right = crc16([segment for segment, _ in found])
    wrong = sum(int(crc, 16) != int(true) for (_, crc), true in zip(found, right, strict=True))
    other = sum(b"-Flag=N" not in segment for segment, _ in found)
    assert 0.0001 < wrong / len(found) < 0.0012
    assert 0.009 < other / len(found) < 0.021
    assert len(found) - len(set(found)) > 10
    assert 0 < 300 * 24 * 3 - len(set(found)) < 300 * 24 * 3 * 0.01


def test_every_kind_has_a_rate_at_the_usual_level_and_none_when_clean() -> None:
    assert set(LEVELS) == {"none", "usual"}
    assert all(rate == 0.0 for rate in dataclasses.astuple(NONE))
    assert all(0.0 < rate <= 0.4 for rate in dataclasses.astuple(USUAL))
