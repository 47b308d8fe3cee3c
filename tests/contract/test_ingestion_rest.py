"""The REST connector against a real server: pages, tokens, refusals, trouble."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ingestion.batch import Window, ingest, read_records
from ingestion.connectors.calls import Retries
from ingestion.connectors.source import Source
from ingestion.errors import BadDeclaration, BadFile, SourceRefused, SourceUnavailable
from tests.contract.ingestion_setting import CODE, DECLARED, lake, published
from tests.contract.local_platform import Platform, running_platform

ENTERPRISE = DECLARED["smart_zone/enterprise"]
PATH = "/smart_zone/api/v1/enterprises"
TOKEN = "/smart_zone/oauth/token"
WINDOW = Window(date(2019, 1, 1), date(2019, 1, 31))
QUICK = Retries(attempts=4, wait_initial=0.01, wait_max=0.02, timeout=0.5)


class Enterprises:
    """The platform's enterprises: pages of `size` rows; `trouble` is used up before good answers come."""

    def __init__(self, platform: Platform, count: int = 7, size: int = 3) -> None:
        self.rows = [
            {
                "company_id": str(i),
                "credit_code": CODE,
                "company_name": "某公司",
                "park_id": "1",
                "updated_at": "2019-01-05 08:00:00",
            }
            for i in range(count)
        ]
        self.size, self.tokens, self.asked = size, 0, list[dict[str, str]]()
        self.trouble: list[Response] = []
        self.valid = "token-1"
        platform.answers = {TOKEN: self.token, PATH: self.page}

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if form != {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "secret"}:
            return Response(status_code=401)
        self.tokens += 1
        return Response(
            json.dumps({"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 7200})
        )

    async def page(self, request: Request) -> Response:
        self.asked.append(dict(request.query_params))
        if request.headers.get("authorization") != f"Bearer {self.valid}":
            return Response(status_code=401)
        if self.trouble:
            return self.trouble.pop(0)
        start = int(request.query_params.get("cursor", "0"))
        end = start + self.size
        return self.answer(self.rows[start:end], str(end) if end < len(self.rows) else None)

    def answer(self, rows: list[Any], cursor: str | None, total: int | None = None) -> Response:
        data = {"rows": rows, "next_cursor": cursor, "total": len(self.rows) if total is None else total}
        return Response(json.dumps({"code": 0, "message": "ok", "data": data}))


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as server:
        yield server


def source(platform: Platform, secret: str = "secret") -> Source:
    return Source("smart_zone", f"{platform.url}/smart_zone", "sandbox", secret)


def test_all_pages_of_a_window(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    record = ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert (record.received, record.loaded, record.kind) == (7, 7, "changes")
    assert [f.name for f in record.files] == ["page-00001.json", "page-00002.json", "page-00003.json"]
    assert [f.rows for f in record.files] == [3, 3, 1]
    assert lake(tmp_path, record)["source_file"].to_list()[::3] == [f.name for f in record.files]
    bounds = {"updated_since": "2019-01-01T00:00:00", "updated_before": "2019-02-01T00:00:00", "limit": "5000"}
    assert served.asked == [bounds, bounds | {"cursor": "3"}, bounds | {"cursor": "6"}]
    assert (record.cursor_before, record.cursor_after) == ("2019-01-01T00:00:00", "2019-02-01T00:00:00")
    landed = tmp_path / "landing/smart_zone/2019-01-31" / record.batch_id
    assert json.loads((landed / "page-00003.json").read_bytes())["data"]["next_cursor"] is None
    assert "secret" not in (landed / "manifest.json").read_text()


def test_without_a_beginning_everything_is_asked_for(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    record = ingest(ENTERPRISE, source(platform), tmp_path, Window(None, date(2019, 1, 31)), QUICK)
    assert "updated_since" not in served.asked[0]
    assert (record.kind, record.cursor_before) == ("full", None)


def test_the_same_bytes_give_the_same_batch(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    first = ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    files = [published(tmp_path, area) for area in ("landing", "lake", "batches")]
    served.valid = "token-2"
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK) == first
    assert [published(tmp_path, area) for area in ("landing", "lake", "batches")] == files
    served.valid = "token-3"
    served.rows.pop()
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).batch_id != first.batch_id
    assert len(read_records(tmp_path)) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_trouble_is_waited_out(platform: Platform, tmp_path: Path, status: int) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(status_code=status)] * 3
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).loaded == 7
    assert platform.count(PATH) == 6


def test_lasting_trouble_ends_with_one_sentence(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(status_code=500)] * 9
    with pytest.raises(SourceUnavailable) as error:
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert str(error.value) == (
        "smart_zone/enterprise: the platform answered 500 to GET /api/v1/enterprises four times; "
        "nothing was loaded, run the night again when it is back."
    )
    assert platform.count(PATH) == 4
    assert [p for area in ("lake", "batches", "landing") for p in published(tmp_path, area)] == []


def test_the_asked_waiting_time_is_kept(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(status_code=429, headers={"Retry-After": "1"})]
    start = time.monotonic()
    ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert time.monotonic() - start >= 1.0


@pytest.mark.parametrize(
    "body",
    [
        b'{"code":0,"data":{"rows":[{"company_',
        b"",
        b"<html>busy</html>",
        b'{"code":503,"message":"busy"}',
        b'{"code":0,"data":{}}',
    ],
)
def test_half_an_answer_is_asked_for_again(platform: Platform, tmp_path: Path, body: bytes) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(body)]
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).loaded == 7


def test_a_connection_that_breaks_off_is_tried_again(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(b"{}", headers={"content-length": "5000"})]
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).loaded == 7


def test_nobody_listening(tmp_path: Path) -> None:
    nobody = Source("smart_zone", "http://127.0.0.1:9/smart_zone", "sandbox", "secret")
    with pytest.raises(SourceUnavailable, match="could not be reached"):
        ingest(ENTERPRISE, nobody, tmp_path, WINDOW, QUICK)


def test_an_expired_token_is_renewed_once(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.valid = "token-2"
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).loaded == 7
    assert served.tokens == 2
    served.valid = "none"
    with pytest.raises(SourceRefused, match="401 to GET /api/v1/enterprises; check the user and the secret"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert served.tokens == 4


def test_a_wrong_secret_is_refused_at_once(platform: Platform, tmp_path: Path) -> None:
    Enterprises(platform)
    with pytest.raises(SourceRefused, match="401 to POST /oauth/token") as error:
        ingest(ENTERPRISE, source(platform, "wrong"), tmp_path, WINDOW, QUICK)
    assert platform.seen == [TOKEN]
    assert "wrong" not in str(error.value)


@pytest.mark.parametrize("status", [400, 403, 404, 302, 410])
def test_refusals_are_not_repeated(platform: Platform, tmp_path: Path, status: int) -> None:
    served = Enterprises(platform)
    served.trouble = [Response(status_code=status)] * 4
    with pytest.raises(SourceRefused, match=f"answered {status} to GET /api/v1/enterprises; "):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert platform.count(PATH) == 1


def test_a_cursor_that_comes_again_does_not_loop(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [served.answer(served.rows[:1], "0") for _ in range(9)]
    with pytest.raises(BadFile, match="cursor '0' again"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert platform.count(PATH) == 2
    assert [p for p in published(tmp_path, "landing") if "refused" in p and p.endswith("page-00001.json")]


def test_fewer_rows_than_announced_are_refused(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [served.answer(served.rows[:2], None, total=7)]
    with pytest.raises(BadFile, match="announced 7 rows and sent 2"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)


def test_another_systems_source_is_not_called(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(BadDeclaration):
        ingest(ENTERPRISE, Source("credit", platform.url, "u", "s"), tmp_path, WINDOW, QUICK)
    assert platform.seen == []
