"""JSON answers and refusals in one shape."""

from collections.abc import Callable

import msgspec
from starlette.responses import Response

_encode: Callable[[object], bytes] = msgspec.json.Encoder().encode


class BadRequest(ValueError):
    """The request cannot be understood; the text tells the caller what to change."""


def json_response(body: object, status: int = 200) -> Response:
    """The body as UTF-8 JSON."""
    return Response(_encode(body), status_code=status, media_type="application/json")


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """A refusal with one clear message."""
    response = json_response({"code": status, "message": message, "data": None}, status)
    response.headers.update(headers or {})
    return response
