"""Faults that cut, refuse, damage or delay, and that they go away."""

import gzip
import hashlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from sandbox.interfaces import access
from tests.contract.sandbox_client import CREDIT, HOURLY, fault, manifest, rows_of


@pytest.fixture(autouse=True)
def no_faults_left(client: TestClient) -> Iterator[None]:
    yield
    client.delete("/_control/faults")


def test_http_500_goes_away_by_itself(client: TestClient, bearer: dict[str, str]) -> None:
    fault(client, system="smart_zone", dataset="zone", kind="http_500", times=2)
    answers = [client.get("/smart_zone/api/v1/zones", headers=bearer).status_code for _ in range(3)]
    assert answers == [500, 500, 200]
    fault(client, system="trading", dataset="project", kind="http_500", times=None)
    address = "/trading/exchange/trading/project/manifest.json?from=2019-01-01&to=2019-01-02"
    assert {client.get(address).status_code for _ in range(5)} == {500}
    assert client.get(address.replace("project/", "award/")).status_code == 200
    assert client.delete("/_control/faults").json() == {"faults": []}
    assert client.get(address).status_code == 200


def test_wrong_digest_damages_the_file_once(client: TestClient) -> None:
    file = manifest(client, CREDIT, "2019-05-05", "2019-05-05")[0]
    fault(client, system="credit", dataset="registration", kind="wrong_digest", times=1)
    bodies = [client.get(f"{CREDIT}/{file['name']}").content for _ in range(2)]
    assert [hashlib.sha256(body).hexdigest() == file["sha256"] for body in bodies] == [False, True]


def test_truncation_looks_like_success(client: TestClient, bearer: dict[str, str]) -> None:
    whole = rows_of(client, bearer, "enterprise_indicators", updated_before="2019-01-01T00:00:00")
    files = manifest(client, HOURLY, "2019-04-01", "2019-04-01")
    zipped = manifest(client, CREDIT, "2019-04-01", "2019-04-01")[0]
    for system, dataset in (
        ("smart_zone", "enterprise_indicator"),
        ("monitoring", "hourly_report"),
        ("credit", "registration"),
    ):
        fault(client, system=system, dataset=dataset, kind="truncate", times=None, ratio=0.1)
    cut = rows_of(client, bearer, "enterprise_indicators", limit=50, updated_before="2019-01-01T00:00:00")
    assert cut == whole[: len(cut)] and len(cut) == pytest.approx(len(whole) / 10, abs=1)
    cut_files = manifest(client, HOURLY, "2019-04-01", "2019-04-01")
    assert sum(file["rows"] for file in cut_files) < sum(file["rows"] for file in files) * 0.5
    for file in cut_files[:5]:
        body = client.get(f"{HOURLY}/{file['name']}").content
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
        assert gzip.decompress(body).count(b"\r\n") == file["rows"]
    cut_zip = manifest(client, CREDIT, "2019-04-01", "2019-04-01")[0]
    assert cut_zip["members"][0]["rows"] == 20 and cut_zip["members"][1] == zipped["members"][1]
    body = client.get(f"{CREDIT}/{cut_zip['name']}").content
    assert hashlib.sha256(body).hexdigest() == cut_zip["sha256"] != zipped["sha256"]
    client.delete("/_control/faults")
    assert manifest(client, HOURLY, "2019-04-01", "2019-04-01") == files
    assert manifest(client, CREDIT, "2019-04-01", "2019-04-01") == [zipped]


def test_a_cut_table_stays_cut_to_its_last_page(client: TestClient, bearer: dict[str, str]) -> None:
    whole = rows_of(client, bearer, "enterprise_indicators", updated_before="2019-01-01T00:00:00")
    fault(client, system="smart_zone", dataset="enterprise_indicator", kind="truncate", times=1, ratio=0.1)
    cut = rows_of(client, bearer, "enterprise_indicators", limit=50, updated_before="2019-01-01T00:00:00")
    assert len(cut) == pytest.approx(len(whole) / 10, abs=1)
    assert rows_of(client, bearer, "enterprise_indicators", updated_before="2019-01-01T00:00:00") == whole


def test_slow_waits(client: TestClient, bearer: dict[str, str]) -> None:
    fault(client, system="smart_zone", dataset="zone", kind="slow", times=1, seconds=0.2)
    start = access.time.perf_counter()
    assert client.get("/smart_zone/api/v1/zones", headers=bearer).status_code == 200
    assert access.time.perf_counter() - start >= 0.2


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", '{"system":"x","dataset":"y","kind":"slow"}',
        '{"system":"credit","dataset":"project","kind":"slow"}',
        '{"system":"trading","dataset":"project","kind":"explode"}',
        '{"system":"trading","dataset":"project","kind":"slow","times":0}',
        '{"system":"trading","dataset":"project","kind":"truncate","ratio":1.5}',
        '{"system":"trading","dataset":"project","kind":"slow","seconds":1e9}',
        '{"system":"smart_zone","dataset":"zone","kind":"wrong_digest"}',
        '{"system":"trading","dataset":"project","kind":"slow","extra":1}',
    ],
)  # fmt: skip
def test_absurd_faults_are_refused(client: TestClient, body: str) -> None:
    answer = client.post("/_control/faults", content=body)
    assert answer.status_code == 400 and "fault" in answer.json()["message"]
    assert client.get("/_control/faults").json() == {"faults": []}
