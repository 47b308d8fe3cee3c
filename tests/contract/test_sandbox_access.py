"""Who may read what, absurd requests and settings, and a server of its own."""

import re
import subprocess
import sys

import httpx
import pytest
from starlette.testclient import TestClient

from sandbox.app import create_app
from sandbox.interfaces import access
from sandbox.interfaces.access import _token as make_token
from tests.contract.sandbox_client import CREDIT, HOURLY, SECRET, token_of


def test_health_needs_no_secret(client: TestClient) -> None:
    assert TestClient(client.app).get("/health", timeout=None).json() == {"status": "ok", "size": "small", "seed": 7}


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


@pytest.mark.parametrize("wrong", [{"size": "huge"}, {"dirt": "filthy"}, {"secret": ""}])
def test_absurd_settings_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        create_app(**{"size": "small", "seed": 1, "dirt": "none", "secret": "x", **wrong})


def test_a_real_server_says_where_it_is_and_keeps_its_secret() -> None:
    script = f"from sandbox.app import serve; serve('small', 7, 0, 'none', {SECRET!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.fullmatch(r"sandbox ready at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        assert httpx.get(f"{found[1]}/health", timeout=None).json()["status"] == "ok"
        assert (
            httpx.get(f"{found[1]}{CREDIT}/manifest.json?from=2019-01-01&to=2019-01-01", timeout=None).status_code
            == 401
        )
    finally:
        process.terminate()
        rest, _ = process.communicate()
    assert SECRET not in rest and "GET" not in rest
