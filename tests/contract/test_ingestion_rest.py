"""The REST connector against a real server: pages, tokens, refusals, trouble."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ingestion.batch import Window, ingest, read_records
from ingestion.connectors import calls
from ingestion.connectors.calls import Retries, _retry_after
from ingestion.connectors.source import Source
from ingestion.errors import BadDeclaration, BadFile, SourceRefused, SourceUnavailable
from tests.contract.ingestion_setting import CODE, DECLARED, lake, published, quarantine
from tests.contract.local_platform import Platform, running_platform

ENTERPRISE = DECLARED["smart_zone/enterprise"]
PATH = "/smart_zone/api/v1/enterprises"
TOKEN = "/smart_zone/oauth/token"
WINDOW = Window(date(2019, 1, 1), date(2019, 1, 31))
QUICK = Retries(attempts=4, wait_initial=0.01, wait_max=0.02, timeout=600)


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
    with pytest.raises(BadFile, match="cursor '0' again, so that the pages never end, in each of 3 readings"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert platform.count(PATH) == 2 * 3
    assert [p for p in published(tmp_path, "landing") if "refused" in p and p.endswith("page-00001.json")]


def test_fewer_rows_than_announced_are_refused(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [served.answer(served.rows[:2], None, total=7) for _ in range(3)]
    with pytest.raises(
        BadFile, match="announced 7 rows and sent 2 on 1 pages, in each of 3 readings; nothing was loaded"
    ):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert platform.count(PATH) == 3
    assert [p for area in ("lake", "batches") for p in published(tmp_path, area)] == []


def test_a_page_that_changes_while_it_is_read_is_read_again(
    platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A row appears before the rows of the first page: the last total fits, but one row came twice and one never."""
    served = Enterprises(platform)
    served.trouble = [served.answer(served.rows[1:4], "3", total=6)]
    record = ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert (record.received, record.repeats) == (7, 0)
    assert sorted(lake(tmp_path, record)["enterprise_id"]) == [str(i) for i in range(7)]
    assert "page 2 announces 7 rows in all and the pages before it 6; its pages are read again" in caplog.text


def test_no_page_of_a_broken_off_reading_is_left(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [served.answer(served.rows[:1], str(i), total=5 + (i == 4)) for i in range(5)]
    record = ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    landed = [Path(p).name for p in published(tmp_path, "landing")]
    assert landed == ["manifest.json", "page-00001.json", "page-00002.json", "page-00003.json"]
    assert record.received == 7


def test_a_page_in_another_encoding_is_not_asked_for_again(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.trouble = [Response('{"code":0,"data":{"rows":[{"company_name":"某公司"}]}}'.encode("gb18030"))]
    with pytest.raises(BadFile, match=r"a page of /api/v1/enterprises is not UTF-8 \(after 45 bytes"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert platform.count(PATH) == 1


def test_a_body_that_trickles_endlessly_ends_as_a_timeout(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock of its own, which is 400 seconds on whenever it is read."""
    served = Enterprises(platform)
    readings = itertools.count(step=400.0)
    monkeypatch.setattr(calls, "time", SimpleNamespace(monotonic=lambda: next(readings)))

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.001)

    served.trouble = [StreamingResponse(trickle()) for _ in range(2)]
    with pytest.raises(SourceUnavailable, match="gave no answer in time to GET /api/v1/enterprises twice"):
        ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, replace(QUICK, attempts=2))
    assert served.trouble == []


@pytest.mark.parametrize(("hours", "words"), [(3, "180 minutes ahead of ours"), (-26, "1,560 minutes behind ours")])
def test_a_wrong_clock_is_noticed_once(
    platform: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
    hours: int, words: str,
) -> None:  # fmt: skip
    now = datetime(2019, 6, 30, 23, tzinfo=UTC)
    monkeypatch.setattr(calls, "datetime", SimpleNamespace(now=lambda _: now))
    served = Enterprises(platform)
    good = served.page

    async def skewed(request: Request) -> Response:
        answer = await good(request)
        answer.headers["Date"] = format_datetime(now + timedelta(hours=hours), usegmt=True)
        return answer

    platform.answers[PATH] = skewed
    assert ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK).loaded == 7
    assert [r.getMessage() for r in caplog.records if "clock" in r.getMessage()] == [
        f"smart_zone/enterprise: the platform's clock is {words}; rows it dates after the loaded day are quarantined, "
        "ask the platform's operator to set it."
    ]


def test_rows_dated_after_the_loaded_day_are_quarantined(platform: Platform, tmp_path: Path) -> None:
    served = Enterprises(platform)
    served.rows[3]["updated_at"] = "2019-02-01 00:00:00"
    record = ingest(ENTERPRISE, source(platform), tmp_path, WINDOW, QUICK)
    assert (record.loaded, record.quarantined) == (6, 1)
    assert quarantine(tmp_path, record)["rule"].to_list() == ["after_load_date"]


def test_a_waiting_time_that_is_a_date_is_read_by_the_platforms_clock() -> None:
    late = {"Retry-After": "Thu, 01 Jan 2099 00:00:07 GMT", "Date": "Thu, 01 Jan 2099 00:00:00 GMT"}
    assert _retry_after(httpx.Headers(late)) == 7.0
    assert _retry_after(httpx.Headers({"Retry-After": "Thu, 01 Jan 2009 00:00:07 GMT"})) == 0.0
    assert _retry_after(httpx.Headers({"Retry-After": "12"})) == 12.0
    assert _retry_after(httpx.Headers({"Retry-After": "soon", "Date": "now"})) is None
    assert _retry_after(httpx.Headers({"Retry-After": "\u00b2".encode("latin-1")})) is None


def test_another_systems_source_is_not_called(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(BadDeclaration):
        ingest(ENTERPRISE, Source("credit", platform.url, "u", "s"), tmp_path, WINDOW, QUICK)
    assert platform.seen == []
