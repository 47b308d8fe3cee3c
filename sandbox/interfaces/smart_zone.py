"""The smart-zone platform: REST JSON with tokens, `updated_since` / `updated_before` windows and cursor pages."""

import asyncio
import base64
import binascii
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.dirt import Dirt
from sandbox.faults import FaultBoard
from sandbox.interfaces.access import bearer_denied, token_response
from sandbox.interfaces.answers import BadRequest, json_response, refusal
from sandbox.interfaces.tables import (
    Block,
    enterprise_block,
    enterprise_indicator_block,
    outlet_block,
    platform_block,
    zone_block,
    zone_indicator_block,
)
from sandbox.province.model import Province
from sandbox.province.reports import report_events

SYSTEM = "smart_zone"
LONGEST_PAGE = 5_000
_PARAMETERS = frozenset(("updated_since", "updated_before", "limit", "cursor"))
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}", re.ASCII)
_CURSOR = re.compile(r"(\d{1,9})\|([\d:T-]*)\|([\d:T-]*)\|(0\.\d{1,17}|)")


@dataclass
class Table:
    """One table made of blocks in order of time; blocks are built when needed and a few are kept."""

    dataset: str
    path: str
    sources: list[Callable[[], Block]]
    blocks_kept: int
    _times: dict[int, np.ndarray] = field(default_factory=dict)
    _blocks: OrderedDict[int, Block] = field(default_factory=OrderedDict)

    def rows_between(self, since: np.datetime64 | None, before: np.datetime64 | None) -> list[tuple[int, int, int]]:
        """(block, first row, end row) of everything recorded in [since, before)."""
        spans = []
        for number in range(len(self.sources)):
            times = self._recorded_at(number)
            first = 0 if since is None else int(np.searchsorted(times, since, "left"))
            end = len(times) if before is None else int(np.searchsorted(times, before, "left"))
            if end > first:
                spans.append((number, first, end))
        return spans

    def page(self, spans: list[tuple[int, int, int]], offset: int, limit: int) -> list[dict[str, object]]:
        """Rows offset..offset+limit of the given spans."""
        rows: list[dict[str, object]] = []
        for number, first, end in spans:
            size = end - first
            if offset >= size:
                offset -= size
                continue
            block = self._block(number)
            start, stop = first + offset, min(end, first + offset + limit - len(rows))
            names = list(block.columns)
            slices = [values[start:stop] for values in block.columns.values()]
            rows += [dict(zip(names, row, strict=True)) for row in zip(*slices, strict=True)]
            offset = 0
            if len(rows) == limit:
                break
        return rows

    def _recorded_at(self, number: int) -> np.ndarray:
        if number not in self._times:
            self._times[number] = self._block(number).recorded_at
        return self._times[number]

    def _block(self, number: int) -> Block:
        if number not in self._blocks:
            self._blocks[number] = self.sources[number]()
            while len(self._blocks) > self.blocks_kept:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]


@dataclass(frozen=True)
class PageRequest:
    """What one page request asks for; `keep` is the share of rows that a fault left."""

    since: str
    before: str
    limit: int
    offset: int
    keep: str

    def cursor(self, offset: int) -> str:
        """The opaque cursor of the page that starts at `offset`."""
        text = f"{offset}|{self.since}|{self.before}|{self.keep}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def tables(province: Province, dirt: Dirt) -> list[Table]:
    """Every table of the platform."""
    events = report_events()
    return [
        Table("zone", "/api/v1/zones", [partial(zone_block, province, dirt)], 1),
        Table("enterprise", "/api/v1/enterprises", [partial(enterprise_block, province, dirt)], 1),
        Table("outlet", "/api/v1/outlets", [partial(outlet_block, province, dirt)], 1),
        Table("innovation_platform", "/api/v1/innovation_platforms", [partial(platform_block, province, dirt)], 1),
        Table("zone_indicator", "/api/v1/zone_indicators",
              [partial(zone_indicator_block, province, dirt, event) for event in events], len(events)),
        Table("enterprise_indicator", "/api/v1/enterprise_indicators",
              [partial(enterprise_indicator_block, province, dirt, event) for event in events], 6),
    ]  # fmt: skip


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


def _answer(table: Table, asked: PageRequest) -> Response:
    since = np.datetime64(asked.since, "s") if asked.since else None
    before = np.datetime64(asked.before, "s") if asked.before else None
    spans = table.rows_between(since, before)
    total = sum(end - first for _, first, end in spans)
    if asked.keep:
        total = min(total, max(1, round(total * float(asked.keep))))
    rows = table.page(spans, asked.offset, min(asked.limit, max(0, total - asked.offset)))
    following = asked.offset + len(rows)
    cursor = asked.cursor(following) if rows and following < total else None
    return json_response({"code": 0, "message": "ok", "data": {"rows": rows, "next_cursor": cursor, "total": total}})


def platform_routes(all_tables: list[Table], board: FaultBoard, secret: str) -> list[Route]:
    """The token endpoint and one route per table."""

    async def token(request: Request) -> Response:
        return await token_response(request, secret)

    def endpoint(table: Table) -> Route:
        async def serve_page(request: Request) -> Response:
            denied = bearer_denied(request, secret)
            if denied is not None:
                return denied
            own = frozenset([table.dataset])
            slow = board.take(SYSTEM, own, "slow")
            if slow is not None:
                await asyncio.sleep(slow.seconds)
            if board.take(SYSTEM, own, "http_500") is not None:
                return refusal(500, "the platform is out of order")
            asked = page_request(request)
            cut = board.take(SYSTEM, own, "truncate") if asked.offset == 0 else None
            if cut is not None:
                asked = PageRequest(asked.since, asked.before, asked.limit, asked.offset, f"{cut.ratio:.6f}")
            return _answer(table, asked)

        return Route(f"/{SYSTEM}{table.path}", serve_page)

    return [Route(f"/{SYSTEM}/oauth/token", token, methods=["POST"]), *map(endpoint, all_tables)]
