"""The sandbox as a client meets it: tokens, pages, manifests, files, refusals and faults."""

import base64
import csv
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import cache

import httpx
import pytest
from starlette.testclient import TestClient

from sandbox.app import create_app
from sandbox.interfaces import access
from sandbox.interfaces.access import _token as make_token

SECRET = "an odd secret: é;&"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"sandbox:{SECRET}".encode()).decode()}
HOURLY, CREDIT = "/monitoring/hj212/hourly", "/credit/exchange/credit"
MEMBERS = [
    "registration", "registration_change", "abnormal_list", "serious_violation", "penalty", "licence", "annual_report",
]  # fmt: skip
PATHS = ["zones", "enterprises", "outlets", "innovation_platforms", "zone_indicators", "enterprise_indicators"]


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app("small", 7, "usual", SECRET), headers=BASIC)


@pytest.fixture(scope="module")
def bearer(client: TestClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(client)}"}


@pytest.fixture(autouse=True)
def no_faults_left(client: TestClient) -> Iterator[None]:
    yield
    client.delete("/_control/faults")


def token_of(client: TestClient, secret: str = SECRET) -> str:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": secret}
    answer = client.post("/smart_zone/oauth/token", data=form)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer" and answer.json()["expires_in"] == 7200
    return answer.json()["access_token"]


def rows_of(client: TestClient, bearer: dict[str, str], path: str, limit: int = 5000, **window: str) -> list[dict]:
    rows: list[dict] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(f"/smart_zone/api/v1/{path}", headers=bearer, params={**window, "limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["code"], body["message"]) == (0, "ok")
        assert len(body["data"]["rows"]) <= limit
        rows += body["data"]["rows"]
        if body["data"]["next_cursor"] is None:
            assert body["data"]["total"] == len(rows)
            return rows
        cursor = {"cursor": body["data"]["next_cursor"]}


def manifest(client: TestClient, path: str, since: str, until: str) -> list[dict]:
    answer = client.get(f"{path}/manifest.json", params={"from": since, "to": until})
    assert answer.status_code == 200, answer.text
    return answer.json()["files"]


def fault(client: TestClient, **stated: object) -> None:
    assert client.post("/_control/faults", json=stated).status_code == 200


def test_health_needs_no_secret(client: TestClient) -> None:
    assert TestClient(client.app).get("/health").json() == {"status": "ok", "size": "small", "seed": 7}


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_any_size_give_the_same_rows(client: TestClient, bearer: dict[str, str], path: str) -> None:
    whole = rows_of(client, bearer, path, updated_before="2018-06-15T00:00:00")
    assert whole == rows_of(client, bearer, path, limit=97, updated_before="2018-06-15T00:00:00")
    when = "report_time" if "indicator" in path else "updated_at"
    times = [row[when] for row in whole]
    assert times == sorted(times)
    assert all(datetime.fromisoformat(time) for time in times)


@pytest.mark.parametrize("path", PATHS)
def test_windows_are_half_open_and_leave_nothing_out(client: TestClient, bearer: dict[str, str], path: str) -> None:
    everything = rows_of(client, bearer, path, updated_before="2020-01-01T00:00:00")
    when = "report_time" if "indicator" in path else "updated_at"
    cut = everything[len(everything) // 2][when].replace(" ", "T")
    before = rows_of(client, bearer, path, updated_before=cut)
    after = rows_of(client, bearer, path, updated_since=cut, updated_before="2020-01-01T00:00:00")
    assert before + after == everything
    assert all(row[when].replace(" ", "T") < cut for row in before)


def test_a_restated_value_is_a_further_row(client: TestClient, bearer: dict[str, str]) -> None:
    rows = rows_of(client, bearer, "zone_indicators", updated_before="2020-01-01T00:00:00")
    good = [row for row in rows if row["park_id"] and isinstance(row["zyywsr_value"], float)]
    versions: dict[tuple[str, str], list[float]] = {}
    for row in good:
        versions.setdefault((row["park_id"], row["stat_month"]), []).append(row["zyywsr_value"])
    assert len(versions) == 8 * 24
    restated = [values for values in versions.values() if len(set(values)) > 1]
    assert 0.05 < len(restated) / len(versions) < 0.20
    assert {row["year_caliber"] for row in good} == {"2018"}


def test_enterprises_agree_across_the_systems() -> None:
    client = TestClient(create_app("small", 7, "none", SECRET), headers=BASIC)
    bearer = {"Authorization": f"Bearer {token_of(client)}"}
    firms = {row["credit_code"]: row["company_name"] for row in rows_of(client, bearer, "enterprises")}
    entry = manifest(client, CREDIT, "2020-12-01", "2020-12-01")[0]
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{CREDIT}/{entry['name']}").content))
    registered = csv.DictReader(io.StringIO(archive.read("registration.csv").decode("gb18030")))
    names = {row["uni_social_crd_cd"]: row["comp_nm"] for row in registered}
    common = firms.keys() & names.keys()
    assert len(common) >= 195
    assert all(firms[code] == names[code] for code in common)
    winners = {}
    for file in manifest(client, "/trading/exchange/trading/award", "2019-01-01", "2019-12-31"):
        for context in ET.fromstring(client.get(f"/trading/exchange/trading/award/{file['name']}").content).iter(
            "CONTEXT"
        ):
            winners[context.findtext("WIN_BIDDER_CODE")] = context.findtext("WIN_BIDDER_NAME")
    assert len(winners) > 50
    assert all(firms[code] == name for code, name in winners.items() if code in firms and name)
    for row in rows_of(client, bearer, "outlets"):
        code = row["permit_no"][:18]
        assert code in firms and row["outlet_name"].startswith(firms[code])


@pytest.mark.parametrize(
    "query",
    [
        "limit=5001", "limit=0", "limit=-1", "limit=abc", "limit=1e3", "limit=٣", "limit=", "limit=1&limit=2",
        "updated_since=yesterday", "updated_since=2019-02-30T00:00:00", "updated_before=2019-01-01",
        "updated_since=2019-02-01T00:00:00&updated_before=2019-01-01T00:00:00", "cursor=abc", "cursor=%00",
        "cursor=MTB8fHw5", "offset=5", "updated_since=' OR 1=1--",
    ],
)  # fmt: skip
def test_absurd_page_requests_are_refused(client: TestClient, bearer: dict[str, str], query: str) -> None:
    answer = client.get(f"/smart_zone/api/v1/zones?{query}", headers=bearer)
    assert answer.status_code == 400
    assert answer.json()["code"] == 400 and len(answer.json()["message"]) > 10


def test_a_cursor_belongs_to_its_window(client: TestClient, bearer: dict[str, str]) -> None:
    first = client.get("/smart_zone/api/v1/zones?limit=3", headers=bearer).json()["data"]["next_cursor"]
    other = client.get(
        "/smart_zone/api/v1/zones", headers=bearer, params={"cursor": first, "updated_before": "2019-01-01T00:00:00"}
    )
    assert other.status_code == 400


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Bearer 99999999999.00", "Basic abc", "Bearer ²³.x"])
def test_without_a_token_there_is_no_data(client: TestClient, token: str) -> None:
    answer = client.get("/smart_zone/api/v1/zones", headers={"Authorization": token.encode()})
    assert answer.status_code == 401


def test_an_expired_token_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    expired = make_token(SECRET, 1_000_000_000, "00")
    assert client.get("/smart_zone/api/v1/zones", headers={"Authorization": f"Bearer {expired}"}).status_code == 401
    token = token_of(client)
    later = access.time.time() + 7201
    monkeypatch.setattr(access.time, "time", lambda: later)
    assert client.get("/smart_zone/api/v1/zones", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "wrong"}, 401),
        ({"grant_type": "client_credentials", "client_id": "root", "client_secret": SECRET}, 401),
        ({"grant_type": "client_credentials"}, 401),
        ({"grant_type": "password", "client_id": "sandbox", "client_secret": SECRET}, 400),
        ({}, 400),
        ({"grant_type": "client_credentials", "client_secret": "x" * 70_000}, 400),
    ],
)
def test_wrong_token_requests(client: TestClient, form: dict[str, str], status: int) -> None:
    assert client.post("/smart_zone/oauth/token", data=form).status_code == status


@pytest.mark.parametrize("path", [HOURLY, CREDIT, "/trading/exchange/trading/project"])
@pytest.mark.parametrize("credentials", [None, ("sandbox", "wrong"), ("root", SECRET), ("", "")])
def test_files_need_the_secret(client: TestClient, path: str, credentials: tuple[str, str] | None) -> None:
    stranger = TestClient(client.app)
    for address in (f"{path}/manifest.json?from=2019-01-01&to=2019-01-01", f"{path}/credit_20190101.zip"):
        answer = stranger.get(address, auth=credentials)
        assert answer.status_code == 401 and "Basic" in answer.headers["www-authenticate"]
    assert stranger.get("/_control/faults", auth=credentials).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "", "from=2019-01-01", "from=2019-01-02&to=2019-01-01", "from=2019-13-01&to=2019-13-02", "from=x&to=y",
        "from=0001-01-01&to=9999-12-31", "from=2019-01-01&to=2019-01-01&x=1",
        "from=2019-01-01&from=2019-01-02&to=2019-01-03",
        "from=٢٠١٩-٠١-٠١&to=2019-01-02",
    ],
)  # fmt: skip
def test_absurd_manifest_requests_are_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"{HOURLY}/manifest.json?{query}")
    assert answer.status_code == 400 and len(answer.json()["message"]) > 10


@pytest.mark.parametrize(
    "name",
    [
        "20190101/360100_2019010224.hj212.gz", "20190101/360100_2019010199.hj212.gz",
        "20191301/360100_2019130101.hj212.gz",
        "../../etc/passwd", "%2e%2e/x", "x", "20300101/360100_2030010101.hj212.gz",
    ],
)  # fmt: skip
def test_unknown_files_are_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"{HOURLY}/{name}").status_code == 404


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


@pytest.mark.parametrize("wrong", [{"size": "huge"}, {"dirt": "filthy"}, {"secret": ""}])
def test_absurd_settings_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        create_app(**{"size": "small", "seed": 1, "dirt": "none", "secret": "x", **wrong})


@cache
def digests(seed: int, reverse: bool) -> dict[str, str]:
    """Digests of a sample of everything that is served, asked for in one order or the other."""
    client = TestClient(create_app("small", seed, "usual", SECRET), headers=BASIC)
    bearer = {"Authorization": f"Bearer {token_of(client)}"}
    window = "updated_since=2018-11-20T00:00:00&updated_before=2019-03-03T00:00:00"
    addresses = [f"/smart_zone/api/v1/{path}?{window}&limit=300" for path in PATHS]
    addresses += [f"/smart_zone/api/v1/{path}" for path in PATHS]
    for path, day in ((HOURLY, "2019-02-03"), (CREDIT, "2019-02-01"),
                      ("/trading/exchange/trading/project", "2019-02-12"),
                      ("/trading/exchange/trading/award", "2019-02-13"), (HOURLY, "2018-06-30")):  # fmt: skip
        addresses.append(f"{path}/manifest.json?from={day}&to={day}")
        stamp = day.replace("-", "")
        name = {"h": f"{stamp}/360100_{stamp}07.hj212.gz", "c": f"credit_{stamp}.zip"}
        addresses.append(f"{path}/{name.get(path.split('/')[-1][0], path.split('/')[-1] + '_' + stamp + '.xml')}")
    answers = {}
    for address in reversed(addresses) if reverse else addresses:
        answer = client.get(address, headers=bearer if "/api/" in address else None)
        assert answer.status_code in (200, 404), address
        size = "long" if len(answer.content) > 200 else "short"
        answers[address] = f"{answer.status_code} {size} {hashlib.sha256(answer.content).hexdigest()}"
    return answers


def test_two_processes_serve_the_same_bytes_in_any_order() -> None:
    script = "import json; from tests.contract.test_sandbox_http import digests; print(json.dumps(digests(11, True)))"
    command = [sys.executable, "-W", "ignore", "-c", script]
    surroundings = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/Lima"}
    other = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True, timeout=60)
    own = digests(11, False)
    assert json.loads(other.stdout) == own
    assert sum(answer.startswith("200") for answer in own.values()) >= 18


def test_another_seed_serves_another_province() -> None:
    one, other = digests(11, False), digests(12, False)
    long = {address for address, answer in one.items() if answer.startswith("200 long")}
    assert len(long) >= 12
    # The zones are real; nothing else may agree.
    assert {address for address in long if one[address] == other[address]} <= {"/smart_zone/api/v1/zones"}


def test_a_real_server_says_where_it_is_and_keeps_its_secret() -> None:
    script = f"from sandbox.app import serve; serve('small', 7, 0, 'none', {SECRET!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.fullmatch(r"sandbox ready at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        assert httpx.get(f"{found[1]}/health").json()["status"] == "ok"
        assert httpx.get(f"{found[1]}{CREDIT}/manifest.json?from=2019-01-01&to=2019-01-01").status_code == 401
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=20)
    assert SECRET not in rest and "GET" not in rest
