"""What every interface does to its answers while a fault is in force: late, refused, broken off, or with a wrong date."""

import asyncio
import time
from dataclasses import dataclass
from datetime import date
from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Fault, FaultBoard
from sandbox.interfaces.answers import refusal


@dataclass(frozen=True)
class Troubles:
    """The faults that one request about `days` (first, last) to some datasets of a system may meet."""

    board: FaultBoard
    system: str
    datasets: frozenset[str]
    days: tuple[date, date]

    def find(self, kind: str) -> Fault | None:
        """The fault of a kind, not used up."""
        return self.board.find(self.system, self.datasets, kind, self.days)

    def take(self, kind: str) -> Fault | None:
        """The fault of a kind, one of its times used up."""
        return self.board.take(self.system, self.datasets, kind, self.days)

    async def refusal(self) -> Response | None:
        """Waits while the platform is slow; the 429 or 500 to send, or None."""
        slow = self.take("slow")
        if slow is not None:
            await asyncio.sleep(slow.seconds or 0.0)
        busy = self.take("http_429")
        if busy is not None:
            return refusal(429, "too many requests", {"Retry-After": str(round(busy.seconds or 0.0))})
        if self.take("http_500") is not None:
            return refusal(500, "the platform is out of order")
        return None

    def stale(self, request: Request) -> Response | None:
        """The 401 for a token that has been used too often, or None."""
        fault = self.find("stale_token")
        if fault is None or not self.board.token_is_spent(fault, request.headers.get("authorization", "")):
            return None
        self.board.use(fault)
        return refusal(401, "the token has expired", {"WWW-Authenticate": "Bearer"})

    def sent(self, answer: Response) -> Response:
        """The answer as it leaves: whole, or broken off in the middle of its body."""
        return BrokenOff(answer) if self.take("dropped_connection") is not None else answer


def ahead(answer: Response, seconds: float | None) -> Response:
    """The answer of a platform whose clock is `seconds` ahead."""
    answer.headers["Date"] = formatdate(time.time() + (seconds or 0.0), usegmt=True)
    return answer


class BrokenOff(Response):
    """Half of another answer; then the server, left without the rest, closes the connection."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, status_code=whole.status_code)
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce the whole length, send half of it, and end."""
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


class Dated:
    """Middleware that gives every answer a Date header, unless it has one: a skewed clock needs its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and date the answer."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Date", formatdate(usegmt=True))
            await send(message)

        await self._app(scope, receive, dated)
