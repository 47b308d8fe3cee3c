"""A sandbox of the small province as a client meets it: its account, all rows of a window, manifests, faults."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.testclient import TestClient

from sandbox.app import create_app

SECRET = "an odd secret: é;&"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"sandbox:{SECRET}".encode()).decode()}
HOURLY, CREDIT = "/monitoring/hj212/hourly", "/credit/exchange/credit"


@contextmanager
def running_sandbox(dirt: str = "usual", seed: int = 7) -> Iterator[TestClient]:
    """A client of the small province; one event loop serves all its requests."""
    with TestClient(create_app("small", seed, dirt, SECRET), headers=BASIC) as client:
        yield client


def token_of(client: TestClient) -> str:
    """A token of the smart-zone platform."""
    form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": SECRET}
    answer = client.post("/smart_zone/oauth/token", data=form)
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer" and answer.json()["expires_in"] == 7200
    return answer.json()["access_token"]


def bearer_of(client: TestClient) -> dict[str, str]:
    """The header of a fresh token."""
    return {"Authorization": f"Bearer {token_of(client)}"}


def rows_of(client: TestClient, bearer: dict[str, str], path: str, limit: int = 5000, **window: str) -> list[dict]:
    """Every row of a window of one table, page by page."""
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
    """The files that a folder announces for some days."""
    answer = client.get(f"{path}/manifest.json", params={"from": since, "to": until})
    assert answer.status_code == 200, answer.text
    return answer.json()["files"]


def fault(client: TestClient, **stated: object) -> None:
    """Put a fault in force."""
    assert client.post("/_control/faults", json=stated).status_code == 200
