"""Manifests and files of the exchanges, and enterprises that agree across all systems."""

import csv
import gzip
import hashlib
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.contract.sandbox_client import CREDIT, HOURLY, bearer_of, manifest, rows_of, running_sandbox

MEMBERS = [
    "registration", "registration_change", "abnormal_list", "serious_violation", "penalty", "licence", "annual_report",
]  # fmt: skip


@pytest.fixture
def clean() -> Iterator[TestClient]:
    with running_sandbox("none") as one:
        yield one


def test_days_outside_the_span_have_no_files(client: TestClient) -> None:
    assert manifest(client, HOURLY, "2017-12-30", "2017-12-31") == []
    assert manifest(client, CREDIT, "2021-01-01", "2021-01-31") == []


def test_the_manifest_tells_the_truth_about_hourly_files(client: TestClient) -> None:
    files = manifest(client, HOURLY, "2019-12-30", "2019-12-31")
    cities = {file["name"][9:15] for file in files}
    assert len(files) == 48 * len(cities) and len(cities) >= 5
    for file in files:
        body = client.get(f"{HOURLY}/{file['name']}").content
        packets = gzip.decompress(body).decode("ascii")
        assert (file["size"], file["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
        assert file["rows"] == packets.count("\r\n") and packets.endswith("\r\n")
        stamp = file["name"].split("_")[1][:10]
        assert file["date"].replace("-", "") == stamp[:8]
        assert packets.count(f"DataTime={stamp}0000;") == file["rows"]
        assert body[4:8] == bytes(4)


def test_the_credit_archive(client: TestClient) -> None:
    files = manifest(client, CREDIT, "2019-11-30", "2019-12-02")
    assert [file["kind"] for file in files] == ["changes", "full", "changes"]
    assert [file["name"] for file in files] == [f"credit_{day}.zip" for day in ("20191130", "20191201", "20191202")]
    for file in files:
        body = client.get(f"{CREDIT}/{file['name']}").content
        assert hashlib.sha256(body).hexdigest() == file["sha256"] and len(body) == file["size"]
        archive = zipfile.ZipFile(io.BytesIO(body))
        assert archive.namelist() == [f"{name}.csv" for name in MEMBERS] == [m["name"] for m in file["members"]]
        for member in file["members"]:
            content = archive.read(member["name"])
            assert hashlib.sha256(content).hexdigest() == member["sha256"]
            rows = list(csv.reader(io.StringIO(content.decode("gb18030"), newline="")))
            assert len(rows) - 1 == member["rows"] and member["kind"] == file["kind"]
            assert content.count(b"\r\n") == content.count(b"\n")
        assert file["rows"] == sum(member["rows"] for member in file["members"])


def test_changes_add_up_to_the_next_full_extract(client: TestClient) -> None:
    def registered(name: str) -> dict[str, str]:
        archive = zipfile.ZipFile(io.BytesIO(client.get(f"{CREDIT}/{name}").content))
        text = archive.read("registration.csv").decode("gb18030")
        return {row["main_identi_id"]: row["last_modified"] for row in csv.DictReader(io.StringIO(text))}

    files = manifest(client, CREDIT, "2019-03-01", "2019-05-01")
    state = registered(files[0]["name"])
    start = dict(state)
    for file in files[1:]:
        if file["kind"] == "changes":
            state |= registered(file["name"])
    last = registered(files[-1]["name"])
    end = {key: time for key, time in last.items() if time < "2019-05-01"}
    assert start != end
    assert {key: state[key] for key in end} == end


def test_trading_messages(client: TestClient) -> None:
    path = "/trading/exchange/trading/land_deal"
    files = manifest(client, path, "2019-01-01", "2019-12-31")
    assert 100 < len(files) < 320
    for file in files[:30]:
        body = client.get(f"{path}/{file['name']}").content
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert body.startswith(b"\xef\xbb\xbf<MESSAGES>")
        root = ET.fromstring(body)
        assert len(root.findall("DES")) == file["rows"] > 0
        for message in root:
            kind = message.findtext("TITLE/DATA_TYPE")
            assert message.findtext("TITLE/DATA_NO") == "601"
            assert (message.find("CONTEXT") is None) == (kind == "3")
            if kind != "3":
                assert message.findtext("CONTEXT/DATA_TIMESTAMP", "")[:8] == file["date"].replace("-", "")


def test_enterprises_agree_across_the_systems(clean: TestClient) -> None:
    bearer = bearer_of(clean)
    firms = {row["credit_code"]: row["company_name"] for row in rows_of(clean, bearer, "enterprises")}
    entry = manifest(clean, CREDIT, "2020-12-01", "2020-12-01")[0]
    archive = zipfile.ZipFile(io.BytesIO(clean.get(f"{CREDIT}/{entry['name']}").content))
    registered = csv.DictReader(io.StringIO(archive.read("registration.csv").decode("gb18030")))
    names = {row["uni_social_crd_cd"]: row["comp_nm"] for row in registered}
    common = firms.keys() & names.keys()
    assert len(common) >= 195
    assert all(firms[code] == names[code] for code in common)
    winners = {}
    for file in manifest(clean, "/trading/exchange/trading/award", "2019-01-01", "2019-12-31"):
        for context in ET.fromstring(clean.get(f"/trading/exchange/trading/award/{file['name']}").content).iter(
            "CONTEXT"
        ):
            winners[context.findtext("WIN_BIDDER_CODE")] = context.findtext("WIN_BIDDER_NAME")
    assert len(winners) > 50
    assert all(firms[code] == name for code, name in winners.items() if code in firms and name)
    for row in rows_of(clean, bearer, "outlets"):
        code = row["permit_no"][:18]
        assert code in firms and row["outlet_name"].startswith(firms[code])
