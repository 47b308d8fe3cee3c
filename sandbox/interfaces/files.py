"""What the file interfaces share: built files, manifests with digests, and the routes that serve both."""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import FaultBoard
from sandbox.interfaces.access import basic_denied
from sandbox.interfaces.answers import BadRequest, json_response, refusal
from sandbox.province.scale import FIRST_DAY, LAST_DAY

_Row = TypeVar("_Row")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Member(msgspec.Struct):
    """One member of a ZIP as the manifest lists it."""

    name: str
    rows: int
    sha256: str
    kind: str


@dataclass(frozen=True)
class BuiltFile:
    """One file with its bytes and its line of the manifest."""

    name: str
    day: date
    content: bytes
    rows: int
    kind: str
    sha256: str
    members: tuple[Member, ...] = ()

    @staticmethod
    def of(name: str, day: date, content: bytes, rows: int, kind: str, members: tuple[Member, ...] = ()) -> "BuiltFile":
        """A file with its digest."""
        return BuiltFile(name, day, content, rows, kind, hashlib.sha256(content).hexdigest(), members)

    def listed(self) -> dict[str, object]:
        """The file's entry in the manifest."""
        entry: dict[str, object] = {
            "name": self.name, "date": self.day.isoformat(), "size": len(self.content), "sha256": self.sha256,
            "rows": self.rows, "kind": self.kind,
        }  # fmt: skip
        return {**entry, "members": list(self.members)} if self.members else entry


def shortened(rows: list[_Row], keep: float | None) -> list[_Row]:
    """All rows, or the first share `keep` of them (at least one)."""
    return rows if keep is None else rows[: max(1, round(len(rows) * keep))]


@dataclass
class FileFeed:
    """One folder of files: `build(day, keep)` makes a day's files, `keep` the share of rows per cut dataset."""

    system: str
    path: str
    datasets: frozenset[str]
    build: Callable[[date, dict[str, float]], list[BuiltFile]]
    day_of: Callable[[str], date | None]
    longest_days: int
    days_kept: int
    listings_kept: int = 62
    _days: OrderedDict[tuple[date, tuple[tuple[str, float], ...]], dict[str, BuiltFile]] = field(
        default_factory=OrderedDict
    )
    _listings: OrderedDict[tuple[date, tuple[tuple[str, float], ...]], list[dict[str, object]]] = field(
        default_factory=OrderedDict
    )
    _cut: dict[date, dict[str, float]] = field(default_factory=dict)

    def files_of(self, day: date) -> dict[str, BuiltFile]:
        """The day's files by name, as the last manifest of this day announced them."""
        if not FIRST_DAY <= day <= LAST_DAY:
            return {}
        keep = self._cut.get(day, {})
        key = (day, tuple(sorted(keep.items())))
        if key not in self._days:
            self._days[key] = {built.name: built for built in self.build(day, keep)}
            while len(self._days) > self.days_kept:
                self._days.popitem(last=False)
        self._days.move_to_end(key)
        return self._days[key]

    async def listing(self, since: date, until: date, keep: dict[str, float]) -> list[dict[str, object]]:
        """The manifest entries of the days since..until; `keep` cuts them from now on."""
        entries: list[dict[str, object]] = []
        day = max(since, FIRST_DAY)
        while day <= min(until, LAST_DAY):
            self._cut[day] = keep
            key = (day, tuple(sorted(keep.items())))
            if key not in self._listings:
                self._listings[key] = [built.listed() for built in self.files_of(day).values()]
                while len(self._listings) > self.listings_kept:
                    self._listings.popitem(last=False)
            entries += self._listings[key]
            day += timedelta(days=1)
            # A long manifest builds many days; others get their turn in between.
            await asyncio.sleep(0)
        return entries


def span_of(request: Request, longest_days: int) -> tuple[date, date]:
    """The days `from`..`to` of a manifest request, or BadRequest."""
    unknown = set(request.query_params) - {"from", "to"}
    if unknown:
        raise BadRequest(f"unknown parameter {sorted(unknown)[0][:40]!r}; a manifest takes from and to")
    since, until = (_day(request, name) for name in ("from", "to"))
    if since > until:
        raise BadRequest(f"from {since} lies after to {until}")
    served = max(since, FIRST_DAY), min(until, LAST_DAY)
    if (served[1] - served[0]).days >= longest_days:
        raise BadRequest(f"from {since} to {until} is longer than {longest_days} days")
    return served


def _day(request: Request, name: str) -> date:
    values = request.query_params.getlist(name)
    if len(values) != 1 or not _DAY.fullmatch(values[0]):
        raise BadRequest(f"{name} must be given once as YYYY-MM-DD")
    try:
        return date.fromisoformat(values[0])
    except ValueError:
        raise BadRequest(f"{name} is not a day of the calendar") from None


def feed_routes(feed: FileFeed, board: FaultBoard, secret: str) -> list[Route]:
    """The manifest and the files of one feed."""

    async def troubled(request: Request) -> Response | None:
        denied = basic_denied(request, secret)
        if denied is not None:
            return denied
        slow = board.take(feed.system, feed.datasets, "slow")
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        if board.take(feed.system, feed.datasets, "http_500") is not None:
            return refusal(500, "the exchange is out of order")
        return None

    async def manifest(request: Request) -> Response:
        trouble = await troubled(request)
        if trouble is not None:
            return trouble
        since, until = span_of(request, feed.longest_days)
        cuts = {name: board.take(feed.system, frozenset([name]), "truncate") for name in sorted(feed.datasets)}
        keep = {name: fault.ratio for name, fault in cuts.items() if fault is not None}
        return json_response({"files": await feed.listing(since, until, keep)})

    async def content(request: Request) -> Response:
        trouble = await troubled(request)
        if trouble is not None:
            return trouble
        name = request.path_params["name"]
        day = feed.day_of(name)
        built = feed.files_of(day).get(name) if day is not None else None
        if built is None:
            return refusal(404, "there is no such file")
        body = built.content
        if board.take(feed.system, feed.datasets, "wrong_digest") is not None:
            body = body[:-1] + bytes([body[-1] ^ 0x01])
        return Response(body, media_type="application/octet-stream")

    base = f"/{feed.system}{feed.path}"
    return [Route(f"{base}/manifest.json", manifest), Route(f"{base}/{{name:path}}", content)]
