"""What the sandbox serves under each fault, as a client sees it; how ingestion ends is in tests/e2e."""

import base64
import csv
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import sandbox
from sandbox.app import create_app
from sandbox.faults import FORMS, KINDS, Fault, FaultError, load_scenario
from sandbox.interfaces import damage
from sandbox.interfaces.hj212 import crc16

SECRET = "s"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"sandbox:{SECRET}".encode()).decode()}
DATASETS = {
    "smart_zone": "enterprise",
    "monitoring": "hourly_report",
    "credit": "registration",
    "trading": "project",
    "gov_service": "accepted_case",
}
FOLDERS = {
    "monitoring": "/monitoring/hj212/hourly",
    "credit": "/credit/exchange/credit",
    "trading": "/trading/exchange/trading/project",
    "gov_service": "/gov_service/exchange/accepted_case",
}
DAY = "2019-12-01"
PAGES = "/smart_zone/api/v1/enterprises"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app("small", 7, "usual", SECRET), headers=BASIC)


@pytest.fixture(autouse=True)
def no_faults_left(client: TestClient) -> Iterator[None]:
    yield
    client.delete("/_control/faults")


def strike(client: TestClient, system: str, kind: str, **more: object) -> None:
    answer = client.post("/_control/faults", json={"system": system, "dataset": DATASETS[system], "kind": kind, **more})
    assert answer.status_code == 200, answer.text


def bearer(client: TestClient) -> dict[str, str]:
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": SECRET}
    return {"Authorization": f"Bearer {client.post('/smart_zone/oauth/token', data=form).json()['access_token']}"}


def listed(client: TestClient, system: str) -> list[dict]:
    """The manifest up to the day, a Sunday: messages do not come every day, and offices rest."""
    since = "2019-11-20" if system in ("trading", "gov_service") else DAY
    answer = client.get(f"{FOLDERS[system]}/manifest.json", params={"from": since, "to": DAY})
    assert answer.status_code == 200
    return answer.json()["files"]


def last_file(client: TestClient, system: str) -> tuple[dict, bytes]:
    """The last announced file of the day and its bytes, which the manifest describes rightly."""
    entry = listed(client, system)[-1]
    body = client.get(f"{FOLDERS[system]}/{entry['name']}").content
    assert (entry["size"], entry["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    return entry, body


@pytest.mark.parametrize("system", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_taken_where_it_makes_sense(client: TestClient, system: str, kind: str) -> None:
    stated = {"system": system, "dataset": DATASETS[system], "kind": kind}
    answer = client.post("/_control/faults", json=stated)
    if FORMS[system] in KINDS[kind]:
        assert answer.status_code == 200 and answer.json()["faults"][0]["kind"] == kind
    else:
        assert answer.status_code == 400
        assert f"{kind} makes no sense for {system}, which delivers" in answer.json()["message"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"seconds": 0}, "seconds must be above 0"),
        ({"kind": "slow", "seconds": 61}, "at most 60 for slow"),
        ({"kind": "clock_skew", "seconds": 1e9}, "at most 864000 for clock_skew"),
        ({"uses": -1}, "uses must be 0 or more"),
        ({"rows": 0}, "rows must be between"),
        ({"since": "2019-02-02", "until": "2019-02-01"}, "lies after until"),
        ({"since": "2019-02-30"}, "not a fault"),
        ({"kind": "melt"}, "kind must be one of slow, http_429"),
    ],
)
def test_absurd_faults_are_refused_with_a_reason(client: TestClient, more: dict, words: str) -> None:
    stated = {"system": "smart_zone", "dataset": "zone", "kind": "http_500", **more}
    answer = client.post("/_control/faults", json=stated)
    assert answer.status_code == 400 and words in answer.json()["message"]


def test_the_example_scenario_fits_the_province() -> None:
    faults = load_scenario(Path(sandbox.__file__).parent / "scenarios" / "bad_days.yml")
    assert len(faults) == 5 and faults[0].since == date(2019, 12, 30)
    struck = TestClient(create_app("small", 7, "none", SECRET, faults), headers=BASIC)
    assert len(struck.get("/_control/faults").json()["faults"]) == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("system: trading", "not a list of faults"),
        ("- {system: trading}", "missing required field"),
        ("- {system: trading, dataset: project, kind: slow, color: red}", "unknown field"),
        ("- [", "not a list of faults"),
    ],
)
def test_a_scenario_that_cannot_be_read_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "scenario.yml"
    path.write_text(text)
    with pytest.raises(FaultError, match=rf"scenario\.yml .*{words}"):
        load_scenario(path)
    with pytest.raises(FaultError, match="cannot be read"):
        load_scenario(tmp_path / "gone.yml")
    with pytest.raises(FaultError, match="there is no dataset"):
        create_app("small", 7, "none", SECRET, [Fault("trading", "nothing", "slow")])


def test_a_fault_of_some_days_meets_only_requests_about_them(client: TestClient) -> None:
    strike(client, "trading", "http_500", since="2019-06-10", until="2019-06-20")
    strike(client, "smart_zone", "http_500", since="2019-06-10")
    path = f"{FOLDERS['trading']}/manifest.json"
    statuses = [
        client.get(path, params={"from": since, "to": until}).status_code
        for since, until in (("2019-06-01", "2019-06-09"), ("2019-06-01", "2019-06-10"), ("2019-06-21", "2019-07-01"))
    ]
    assert statuses == [200, 500, 200]
    token = bearer(client)
    for before, status in (("2019-06-10T00:00:00", 200), ("2019-06-10T00:00:01", 500)):
        assert client.get(PAGES, headers=token, params={"updated_before": before}).status_code == status


def test_too_many_requests_say_when_to_come_again(client: TestClient) -> None:
    strike(client, "smart_zone", "http_429", times=1, seconds=7)
    answer = client.get(PAGES, headers=bearer(client))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert client.get(PAGES, headers=bearer(client)).status_code == 200


def test_a_token_that_has_been_used_up_is_stale_and_a_new_one_is_not(client: TestClient) -> None:
    strike(client, "smart_zone", "stale_token", uses=2)
    first, second = bearer(client), bearer(client)
    assert first != second
    assert [client.get(PAGES, headers=first).status_code for _ in range(4)] == [200, 200, 401, 401]
    assert client.get(PAGES, headers=second).status_code == 200


def test_a_cursor_repeats_its_page(client: TestClient) -> None:
    token = bearer(client)
    strike(client, "smart_zone", "repeated_cursor")
    first = client.get(PAGES, headers=token, params={"limit": 3}).json()["data"]
    again = client.get(PAGES, headers=token, params={"limit": 3, "cursor": first["next_cursor"]}).json()["data"]
    assert again == first


def test_rows_appear_between_two_pages(client: TestClient) -> None:
    token = bearer(client)
    whole = client.get(PAGES, headers=token).json()["data"]
    strike(client, "smart_zone", "changing_page", rows=2, times=1)
    first = client.get(PAGES, headers=token, params={"limit": 150}).json()["data"]
    second = client.get(PAGES, headers=token, params={"limit": 150, "cursor": first["next_cursor"]}).json()["data"]
    assert (first["total"], second["total"]) == (whole["total"] - 2, whole["total"])
    assert first["rows"] == whole["rows"][2:152] and second["rows"] == whole["rows"][150:300]
    assert client.get(PAGES, headers=token).json()["data"] == whole


def test_a_clock_ahead_shows_in_the_date_and_in_every_time_of_record(client: TestClient) -> None:
    token = bearer(client)
    shift = timedelta(hours=3)
    clean = client.get(PAGES, headers=token, params={"limit": 5}).json()["data"]["rows"]
    strike(client, "smart_zone", "clock_skew", seconds=shift.total_seconds())
    # The header knows whole seconds.
    asked = datetime.now().astimezone().replace(microsecond=0)
    answer = client.get(PAGES, headers=token, params={"limit": 5})
    assert asked + shift <= parsedate_to_datetime(answer.headers["date"]) <= datetime.now().astimezone() + shift
    for row, before in zip(answer.json()["data"]["rows"], clean, strict=True):
        later = datetime.fromisoformat(before["updated_at"]) + shift
        assert row == before | {"updated_at": str(later)}


def test_packets_of_a_clock_ahead_have_right_check_sums(client: TestClient) -> None:
    _, before = last_file(client, "monitoring")
    strike(client, "monitoring", "clock_skew", seconds=86_400)
    _, after = last_file(client, "monitoring")
    old, new = (gzip.decompress(body).split(b"\r\n") for body in (before, after))
    assert len(old) == len(new)
    right = 0
    for one, other in zip(old, new, strict=True):
        if one[:2] != b"##" or b"DataTime=2019120123" not in one:
            continue
        assert b"DataTime=2019120223" in other and len(other) == len(one)
        was, now = (b"%04X" % int(crc16([line[6:-4]])[0]) == line[-4:].upper() for line in (one, other))
        assert was == now, "a wrong check sum stays wrong, a right one is right again"
        right += now
    assert right > 0


TIMES = {
    "credit": (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?=[\r\n])", "%Y-%m-%d %H:%M:%S"),
    "trading": (r"(?<=<DATA_TIMESTAMP>)\d+", "%Y%m%d%H%M%S"),
    "gov_service": (r'(?<="cd_time":")[^"]+', "%Y-%m-%d %H:%M:%S"),
}


@pytest.mark.parametrize("system", TIMES)
def test_files_of_a_clock_ahead(client: TestClient, system: str) -> None:
    before = times_of(system, last_file(client, system)[1])
    strike(client, system, "clock_skew", seconds=10 * 86_400)
    after = times_of(system, last_file(client, system)[1])
    assert after == [time + timedelta(days=10) for time in before] != []


def times_of(system: str, body: bytes) -> list[datetime]:
    if system == "credit":
        body = zipfile.ZipFile(io.BytesIO(body)).read("registration.csv")
    text = (gzip.decompress(body) if system == "gov_service" else body).decode(
        "gb18030" if system == "credit" else "utf-8"
    )
    pattern, form = TIMES[system]
    return [datetime.strptime(time, form) for time in re.findall(pattern, text)]


@pytest.mark.parametrize("system", FOLDERS)
def test_half_a_file_with_and_without_a_manifest_that_agrees(client: TestClient, system: str) -> None:
    entry, whole = last_file(client, system)
    strike(client, system, "half_file", times=1)
    halves = [client.get(f"{FOLDERS[system]}/{entry['name']}").content for _ in range(2)]
    assert halves == [whole[: len(whole) // 2], whole]
    strike(client, system, "half_file_announced", times=1)
    announced, half = last_file(client, system)
    assert half == halves[0] and announced["rows"] == entry["rows"]
    assert last_file(client, system)[1] == whole, "the next manifest tells of the whole file again"


@pytest.mark.parametrize("system", ["monitoring", "credit", "gov_service"])
def test_a_bomb_has_ten_gigabytes_in_ten_megabytes(client: TestClient, system: str) -> None:
    entry, _ = last_file(client, system)
    strike(client, system, "zip_bomb")
    announced, bomb = last_file(client, system)
    assert announced["rows"] == entry["rows"] and len(bomb) < 11 << 20
    if system == "credit":
        archive = zipfile.ZipFile(io.BytesIO(bomb))
        info = archive.getinfo("registration.csv")
        assert (info.file_size, announced["members"]) == (10 << 30, entry["members"])
        assert len(archive.read("abnormal_list.csv")) > 0, "the other members are as they were"
        start = archive.open(info).read(1 << 20)
    else:
        start = zlib.decompressobj(31).decompress(bomb, 1 << 20)
    assert start == bytes(1 << 20)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 100])
def test_the_check_sum_of_a_bomb_is_right(count: int) -> None:
    block = bytes(range(256)) * 3 + b"odd"
    assert damage._crc_of_repeats(block, count) == zlib.crc32(block * count)


def test_an_archive_with_a_member_outside(client: TestClient) -> None:
    strike(client, "credit", "outside_member")
    names = zipfile.ZipFile(io.BytesIO(last_file(client, "credit")[1])).namelist()
    assert "../../outside.csv" in names and "registration.csv" in names


@pytest.mark.parametrize(("kind", "words"), [("entity_bomb", b'"&z8;&z8;&z8;'), ("external_entity", b'SYSTEM "file:')])
def test_messages_with_a_document_type(client: TestClient, kind: str, words: bytes) -> None:
    _, before = last_file(client, "trading")
    strike(client, "trading", kind)
    _, after = last_file(client, "trading")
    assert after.startswith(b"\xef\xbb\xbf<!DOCTYPE MESSAGES [") and words in after and after.count(b"&z9;") == 1
    assert after.count(b"<DES>") == before.count(b"<DES>")


def test_files_in_the_other_encoding(client: TestClient) -> None:
    before = last_file(client, "credit")[0]
    for system in ("credit", "trading", "gov_service"):
        strike(client, system, "wrong_encoding")
    entry, body = last_file(client, "credit")
    content = zipfile.ZipFile(io.BytesIO(body)).read("registration.csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    member = next(m for m in entry["members"] if m["name"] == "registration.csv")
    assert member["sha256"] == hashlib.sha256(content).hexdigest() and len(rows) - 1 == member["rows"]
    assert [m for m in entry["members"] if m != member] == [
        m for m in before["members"] if m["name"] != "registration.csv"
    ]
    for system in ("trading", "gov_service"):
        body = last_file(client, system)[1]
        body = gzip.decompress(body) if system == "gov_service" else body
        assert body.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
    token = bearer(client)
    strike(client, "smart_zone", "wrong_encoding", times=1)
    page = client.get(PAGES, headers=token, params={"limit": 2}).content
    with pytest.raises(UnicodeDecodeError):
        page.decode("utf-8")
    assert page.decode("gb18030").encode() == client.get(PAGES, headers=token, params={"limit": 2}).content
