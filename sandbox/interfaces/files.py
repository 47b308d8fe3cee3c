"""What the file interfaces share: built files, manifests with digests, and the routes that serve both."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import Fault, FaultBoard
from sandbox.interfaces.access import basic_denied
from sandbox.interfaces.answers import BadRequest, json_response, refusal
from sandbox.interfaces.built import BuiltFile, Member
from sandbox.interfaces.damage import ANNOUNCED, damaged
from sandbox.interfaces.troubles import Troubles, ahead
from sandbox.province.scale import FIRST_DAY, LAST_DAY

__all__ = ["BuiltFile", "FileFeed", "Member", "feed_routes", "shortened", "span_of"]

_Row = TypeVar("_Row")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


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
    _days: OrderedDict["_DayAsServed", dict[str, BuiltFile]] = field(default_factory=OrderedDict)
    _listings: OrderedDict["_DayAsServed", list[dict[str, object]]] = field(default_factory=OrderedDict)
    _as_announced: dict[date, "_DayAsServed"] = field(default_factory=dict)
    _struck: dict[str, BuiltFile] = field(default_factory=dict)

    def files_of(self, day: date) -> dict[str, BuiltFile]:
        """The day's files by name, as the last manifest of this day announced them."""
        if not FIRST_DAY <= day <= LAST_DAY:
            return {}
        key = self._as_announced.get(day, _DayAsServed(day))
        if key not in self._days:
            self._days[key] = {built.name: self._with_clock(built, key) for built in self.build(day, dict(key.cuts))}
            while len(self._days) > self.days_kept:
                self._days.popitem(last=False)
        self._days.move_to_end(key)
        return self._days[key]

    def file(self, name: str) -> BuiltFile | None:
        """One file as the last manifest announced it; None when there is no such file."""
        day = self.day_of(name)
        if day is None:
            return None
        return self._struck.get(name) or self.files_of(day).get(name)

    async def listing(self, since: date, until: date, faults: Sequence[Fault]) -> list[dict[str, object]]:
        """The manifest entries of the days since..until; the files are what `faults` make of them from now on."""
        entries: list[dict[str, object]] = []
        day = max(since, FIRST_DAY)
        while day <= min(until, LAST_DAY):
            key = self._as_announced[day] = _DayAsServed.of(day, faults)
            if key not in self._listings:
                self._listings[key] = [built.listed() for built in self.files_of(day).values()]
                while len(self._listings) > self.listings_kept:
                    self._listings.popitem(last=False)
            entries += self._listings[key]
            day += timedelta(days=1)
            # A long manifest builds many days; others get their turn in between.
            await asyncio.sleep(0)
        self._struck = {name: built for name, built in self._struck.items() if not since <= built.day <= until}
        for fault in faults:
            if fault.kind in ANNOUNCED:
                self._strike(entries, fault)
        return entries

    def _strike(self, entries: list[dict[str, object]], fault: Fault) -> None:
        """Damage the last of the announced files that the fault can change."""
        for place in reversed(range(len(entries))):
            day, name = date.fromisoformat(str(entries[place]["date"])), str(entries[place]["name"])
            if not fault.is_about(day, day):
                continue
            whole = self._struck.get(name) or self.files_of(day)[name]
            changed = damaged(whole, fault)
            if changed.sha256 != whole.sha256:
                self._struck[name] = changed
                entries[place] = changed.listed()
                return

    def _with_clock(self, built: BuiltFile, key: "_DayAsServed") -> BuiltFile:
        for dataset, seconds in key.clocks:
            built = damaged(built, Fault(self.system, dataset, "clock_skew", seconds=seconds))
        return built


@dataclass(frozen=True)
class _DayAsServed:
    """A day of a feed: the share of its rows that a cut left and the seconds a clock is ahead, by dataset."""

    day: date
    cuts: tuple[tuple[str, float], ...] = ()
    clocks: tuple[tuple[str, float], ...] = ()

    @staticmethod
    def of(day: date, faults: Sequence[Fault]) -> "_DayAsServed":
        """The day under those of the faults that are about it."""
        own = [fault for fault in faults if fault.is_about(day, day)]
        return _DayAsServed(
            day,
            cuts=tuple((fault.dataset, fault.ratio) for fault in own if fault.kind == "truncate"),
            clocks=tuple((fault.dataset, fault.seconds or 0.0) for fault in own if fault.kind == "clock_skew"),
        )


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

    async def manifest(request: Request) -> Response:
        denied = basic_denied(request, secret)
        if denied is not None:
            return denied
        since, until = span_of(request, feed.longest_days)
        troubles = Troubles(board, feed.system, feed.datasets, (since, until))
        refused = await troubles.refusal()
        if refused is not None:
            return refused
        faults = [
            fault
            for kind in ("truncate", "clock_skew", *ANNOUNCED)
            for name in sorted(feed.datasets)
            if (fault := board.take(feed.system, frozenset([name]), kind, (since, until))) is not None
        ]
        answer = json_response({"files": await feed.listing(since, until, faults)})
        clock = next((fault.seconds for fault in faults if fault.kind == "clock_skew"), None)
        return ahead(answer, clock) if clock else answer

    async def content(request: Request) -> Response:
        denied = basic_denied(request, secret)
        if denied is not None:
            return denied
        name = request.path_params["name"]
        day = feed.day_of(name)
        troubles = Troubles(board, feed.system, feed.datasets, (day, day) if day else (FIRST_DAY, LAST_DAY))
        refused = await troubles.refusal()
        if refused is not None:
            return refused
        built = feed.file(name)
        if built is None:
            return refusal(404, "there is no such file")
        body = built.content
        if troubles.take("wrong_digest") is not None:
            body = body[:-1] + bytes([body[-1] ^ 0x01])
        if troubles.take("half_file") is not None:
            body = body[: len(body) // 2]
        return troubles.sent(Response(body, media_type="application/octet-stream"))

    base = f"/{feed.system}{feed.path}"
    return [Route(f"{base}/manifest.json", manifest), Route(f"{base}/{{name:path}}", content)]
