"""The smart-zone platform: REST JSON with tokens, `updated_since` / `updated_before` windows and cursor pages."""

import base64
import binascii
import contextlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import FaultBoard
from sandbox.interfaces.access import bearer_denied, token_response
from sandbox.interfaces.answers import BadRequest, json_response
from sandbox.interfaces.table import SYSTEM, Table
from sandbox.interfaces.troubles import Troubles, ahead
from sandbox.province.scale import FIRST_DAY, LAST_DAY

LONGEST_PAGE = 5_000
_PARAMETERS = frozenset(("updated_since", "updated_before", "limit", "cursor"))
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}", re.ASCII)
_RECORD_TIMES = ("updated_at", "report_time")
_CURSOR = re.compile(r"(\d{1,9})\|([\d:T-]*)\|([\d:T-]*)\|(0\.\d{1,17}|)")


@dataclass(frozen=True)
class PageRequest:
    """What one page request asks for; `keep` is the share of rows that a fault left."""

    since: str
    before: str
    limit: int
    offset: int
    keep: str

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the window."""
        first = datetime.fromisoformat(self.since).date() if self.since else FIRST_DAY
        last = (datetime.fromisoformat(self.before) - timedelta(seconds=1)).date() if self.before else LAST_DAY
        return first, last

    def cursor(self, offset: int) -> str:
        """The opaque cursor of the page that starts at `offset`."""
        text = f"{offset}|{self.since}|{self.before}|{self.keep}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page_request(request: Request) -> PageRequest:
    """The parameters of a page request, or BadRequest."""
    given = request.query_params
    unknown = set(given) - _PARAMETERS
    if unknown:
        raise BadRequest(f"unknown parameter {sorted(unknown)[0][:40]!r}; use {', '.join(sorted(_PARAMETERS))}")
    if any(len(given.getlist(name)) > 1 for name in given):
        raise BadRequest("a parameter is given more than once")
    limit = given.get("limit", str(LONGEST_PAGE))
    if not (limit.isascii() and limit.isdigit() and len(limit) < 8 and 1 <= int(limit) <= LONGEST_PAGE):
        raise BadRequest(f"limit must be a whole number from 1 to {LONGEST_PAGE}")
    since, before = (_time(given.get(name, ""), name) for name in ("updated_since", "updated_before"))
    if since and before and since >= before:
        raise BadRequest("updated_since must lie before updated_before")
    offset, keep = _position(given.get("cursor"), since, before)
    return PageRequest(since, before, int(limit), offset, keep)


def _time(text: str, name: str) -> str:
    if not text:
        return ""
    try:
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise BadRequest(f"{name} must be a time like 2019-01-01T00:00:00") from None


def _position(cursor: str | None, since: str, before: str) -> tuple[int, str]:
    """(offset, kept share) that a cursor of ours holds; it belongs to one window."""
    if cursor is None:
        return 0, ""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    known = _CURSOR.fullmatch(text)
    if known is None:
        raise BadRequest("the cursor is not one that this platform gave out")
    if (known[2], known[3]) != (since, before):
        raise BadRequest("the cursor belongs to another updated_since or updated_before")
    return int(known[1]), known[4]


def _page(table: Table, asked: PageRequest, troubles: Troubles) -> Response:
    """One page, or what a fault makes of it."""
    since = np.datetime64(asked.since, "s") if asked.since else None
    before = np.datetime64(asked.before, "s") if asked.before else None
    spans = table.rows_between(since, before)
    total = sum(end - first for _, first, end in spans)
    if asked.keep:
        total = min(total, max(1, round(total * float(asked.keep))))
    hidden = _not_there_yet(asked, total, troubles)
    rows = table.page(spans, asked.offset + hidden, min(asked.limit, max(0, total - hidden - asked.offset)))
    following = asked.offset + len(rows)
    cursor = asked.cursor(following) if rows and following < total - hidden else None
    if troubles.take("repeated_cursor") is not None:
        cursor = asked.cursor(asked.offset)
    clock = troubles.take("clock_skew")
    if clock is not None:
        rows = [_ahead(row, timedelta(seconds=clock.seconds or 0.0)) for row in rows]
    data = {"rows": rows, "next_cursor": cursor, "total": total - hidden}
    answer = json_response({"code": 0, "message": "ok", "data": data})
    if troubles.take("wrong_encoding") is not None:
        answer = Response(bytes(answer.body).decode().encode("gb18030"), media_type="application/json")
    return ahead(answer, clock.seconds) if clock else answer


def _not_there_yet(asked: PageRequest, total: int, troubles: Troubles) -> int:
    """Rows at the beginning of a table that appear only after its first page: those behind it then move along."""
    if asked.offset or total <= asked.limit:
        return 0
    fault = troubles.take("changing_page")
    return min(fault.rows, total - 1) if fault is not None else 0


def _ahead(row: msgspec.Struct, shift: timedelta) -> msgspec.Struct:
    """The row with its times of record `shift` later, where they can be read."""
    later = {}
    for name in _RECORD_TIMES:
        with contextlib.suppress(ValueError):
            later[name] = str(datetime.fromisoformat(str(getattr(row, name, None))) + shift)
    return msgspec.structs.replace(row, **later)


def platform_routes(all_tables: list[Table], board: FaultBoard, secret: str) -> list[Route]:
    """The token endpoint and one route per table."""

    async def token(request: Request) -> Response:
        return await token_response(request, secret)

    def endpoint(table: Table) -> Route:
        async def serve_page(request: Request) -> Response:
            denied = bearer_denied(request, secret)
            if denied is not None:
                return denied
            asked = page_request(request)
            troubles = Troubles(board, SYSTEM, frozenset([table.dataset]), asked.days)
            refused = await troubles.refusal() or troubles.stale(request)
            if refused is not None:
                return refused
            cut = troubles.take("truncate") if asked.offset == 0 else None
            if cut is not None:
                asked = replace(asked, keep=f"{cut.ratio:.6f}")
            return troubles.sent(_page(table, asked, troubles))

        return Route(f"/{SYSTEM}{table.path}", serve_page)

    return [Route(f"/{SYSTEM}/oauth/token", token, methods=["POST"]), *map(endpoint, all_tables)]
