"""Who may read: HTTP Basic for file interfaces and control, OAuth2 client-credential tokens for the platform."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from sandbox.interfaces.answers import BadRequest, json_response, refusal

USER = "sandbox"
TOKEN_SECONDS = 7200
_LONGEST_BODY = 64 * 1024


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _is_known(user: str, given: str, secret: str) -> bool:
    # Both comparisons always run, so the time does not tell which one failed.
    right_user, right_secret = _same(user, USER), _same(given, secret)
    return right_user and right_secret


def basic_denied(request: Request, secret: str) -> Response | None:
    """None when the request carries the right HTTP Basic credentials, else the 401 to send."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, colon, given = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        user, colon, given = "", "", ""
    if scheme.lower() == "basic" and colon and _is_known(user, given, secret):
        return None
    return refusal(401, "wrong or missing user and secret", {"WWW-Authenticate": 'Basic realm="sandbox"'})


async def limited_body(request: Request) -> bytes:
    """The request's body, or BadRequest when it is absurdly long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise BadRequest(f"the body is longer than {_LONGEST_BODY} bytes")
    return body


async def token_response(request: Request, secret: str) -> Response:
    """Answer of the token endpoint (RFC 6749 section 4.4)."""
    try:
        form = parse_qs((await limited_body(request)).decode("utf-8"), strict_parsing=True, max_num_fields=20)
    except ValueError:
        raise BadRequest("the body must be a form with grant_type, client_id and client_secret") from None
    if form.get("grant_type") != ["client_credentials"]:
        raise BadRequest("grant_type must be client_credentials")
    if not _is_known("".join(form.get("client_id", [])), "".join(form.get("client_secret", [])), secret):
        return refusal(401, "wrong client_id or client_secret")
    # Two tokens of one second differ, or a renewed one could be as stale as the one it replaces.
    token = _token(secret, int(time.time()) + TOKEN_SECONDS, secrets.token_hex(4))
    return json_response({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})


def _token(secret: str, expires: int, serial: str) -> str:
    signature = hmac.new(secret.encode(), f"{expires}.{serial}".encode(), hashlib.sha256).hexdigest()
    return f"{expires}.{serial}.{signature}"


def bearer_denied(request: Request, secret: str) -> Response | None:
    """None when the request carries a token of ours that still holds, else the 401 to send."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    expires, _, rest = token.partition(".")
    plain = token.isascii() and expires.isdigit() and len(expires) < 12
    known = plain and _same(token, _token(secret, int(expires), rest.partition(".")[0]))
    if scheme.lower() == "bearer" and known and int(expires) > time.time():
        return None
    return refusal(401, "missing, wrong or expired token", {"WWW-Authenticate": "Bearer"})
