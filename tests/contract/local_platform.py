"""A real HTTP server on a free loopback port that behaves as a test tells it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class Platform:
    """What the server saw, and how it answers: `answers` maps a path to a handler."""

    url: str = ""
    seen: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    def count(self, path: str) -> int:
        """How often a path was called."""
        return self.seen.count(path)

    async def answer(self, request: Request) -> Response:
        """Answer one call."""
        path = request.url.path
        self.seen.append(path)
        handler = self.answers.get(path)
        return await handler(request) if handler else Response(status_code=404)


@contextmanager
def running_platform() -> Iterator[Platform]:
    """A platform that serves until the block ends."""
    platform = Platform()
    app = Starlette(routes=[Route("/{path:path}", platform.answer, methods=["GET", "POST"])])
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    platform.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", date_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the test server did not start")
            threading.Event().wait(0.01)
        yield platform
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
