"""REST platforms: a client-credential token, then cursor pages that are landed as they came."""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import date, timedelta

import httpx
import msgspec

from ingestion.connectors.calls import Caller, Expired, HalfAnswer
from ingestion.declaration import RestJson
from ingestion.errors import BadFile, SourceRefused
from ingestion.landing import LandedFile, Staging

READINGS = 3
"""How often a window is read at most: a page that changes while it is read is rare, three in a row are a defect."""

log = logging.getLogger("zonehouse.ingestion")
_LARGEST_PAGE = 256 << 20
_MOST_PAGES = 100_000


class _Token(msgspec.Struct):
    access_token: str


class _Data(msgspec.Struct):
    rows: list[msgspec.Raw]
    next_cursor: str | None = None
    total: int | None = None


class _Page(msgspec.Struct):
    data: _Data | None = None
    code: int = 0
    message: str = ""


class _Unsteady(Exception):
    """The pages of one reading do not fit together; the text says how, without an end."""


def fetch_pages(caller: Caller, staging: Staging, since: date | None, until: date) -> list[LandedFile]:
    """Land every page of the window [since 00:00, until + 1 day 00:00).

    A table that changes while it is read is read again from its first page. Raises BadFile when the pages of the last
    reading do not fit together either: they do not add up to the announced total, or a cursor comes twice.
    """
    interface = caller.dataset.interface
    assert isinstance(interface, RestJson)
    session = _Session(caller, interface.path)
    window = {"updated_before": f"{until + timedelta(days=1)}T00:00:00", "limit": str(interface.page_size)}
    if since:
        window["updated_since"] = f"{since}T00:00:00"
    for reading in range(1, READINGS + 1):
        files: list[LandedFile] = []
        try:
            _read_window(session, staging, window, files)
            return files
        except _Unsteady as error:
            what = str(error)
        if reading < READINGS:
            log.warning("%s: %s; its pages are read again.", caller.dataset.id, what)
            _forget(files)
            time.sleep(min(caller.retries.wait_initial * reading, caller.retries.wait_max))
    raise BadFile(
        f"{caller.dataset.id}: {what}, in each of {READINGS} readings; "
        "nothing was loaded, run the night again or report it to the platform's operator."
    )


def _read_window(session: _Session, staging: Staging, window: dict[str, str], files: list[LandedFile]) -> None:
    """Land the pages of one reading in `files`; raises _Unsteady when they do not fit together."""
    cursor: str | None = None
    cursors: set[str] = set()
    received, total = 0, None
    while True:
        body, page = session.page(window | ({"cursor": cursor} if cursor else {}))
        assert page.data is not None
        files.append(_land(staging, len(files) + 1, body, page, cursor, window))
        received += len(page.data.rows)
        stated = page.data.total
        if stated is not None and total is not None and stated != total:
            raise _Unsteady(f"page {len(files)} announces {stated:,} rows in all and the pages before it {total:,}")
        total = stated if stated is not None else total
        cursor = page.data.next_cursor
        if not cursor:
            break
        if cursor in cursors or len(files) >= _MOST_PAGES:
            raise _Unsteady(f"page {len(files)} names the cursor {cursor[:60]!r} again, so that the pages never end")
        cursors.add(cursor)
    if total is not None and total != received:
        raise _Unsteady(f"the platform announced {total:,} rows and sent {received:,} on {len(files)} pages")


def _forget(files: list[LandedFile]) -> None:
    """Remove the pages of a reading that is done again: a shorter one would leave some of them behind."""
    for file in files:
        file.path.unlink()


def _land(
    staging: Staging,
    number: int,
    body: bytes,
    page: _Page,
    cursor: str | None,
    window: dict[str, str],
) -> LandedFile:
    name = f"page-{number:05d}.json"
    assert page.data is not None
    return LandedFile(
        name=name,
        path=staging.write(name, body),
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        rows=len(page.data.rows),
        kind="changes" if "updated_since" in window else "full",
        origin={"parameters": window, "cursor_before": cursor, "cursor_after": page.data.next_cursor},
    )


class _Session:
    """A token and the calls made with it."""

    def __init__(self, caller: Caller, path: str) -> None:
        self.caller, self.path = caller, path
        self.token: str | None = None

    def page(self, parameters: dict[str, str]) -> tuple[bytes, _Page]:
        """One page as bytes and parsed; an expired token is renewed once."""
        for attempt in (1, 2):
            self.token = self.token or self._new_token()
            headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
            try:
                return self.caller.send("GET", self.path, self._read, params=parameters, headers=headers)
            except Expired:
                self.token = None
                if attempt == 2:
                    break
        raise self._not_accepted(self.path, "GET")

    def _new_token(self) -> str:
        source = self.caller.source
        form = {"grant_type": "client_credentials", "client_id": source.user, "client_secret": source.secret}
        try:
            return self.caller.send("POST", "/oauth/token", self._read_token, data=form)
        except Expired as error:
            raise self._not_accepted("/oauth/token", "POST") from error

    def _not_accepted(self, path: str, method: str) -> SourceRefused:
        return SourceRefused(
            f"{self.caller.dataset.id}: the platform answered 401 to {method} {path}; "
            "check the user and the secret of this system."
        )

    def _read(self, response: httpx.Response) -> tuple[bytes, _Page]:
        body = self._bounded(response)
        self._check_encoding(body)
        try:
            page = msgspec.json.decode(body, type=_Page)
        except msgspec.DecodeError as error:
            raise HalfAnswer("a page that is not whole JSON") from error
        if page.code in (429, 500, 502, 503, 504):
            raise HalfAnswer(f"code {page.code}")
        if page.code != 0 or page.data is None:
            raise SourceRefused(
                f"{self.caller.dataset.id}: the platform answered code {page.code} ({page.message[:100]}) "
                f"to GET {self.path}; ask the platform's operator."
            )
        return body, page

    def _bounded(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for block in self.caller.body(response):
            body += block
            if len(body) > _LARGEST_PAGE:
                raise BadFile(
                    f"{self.caller.dataset.id}: a page of {self.path} has more than {_LARGEST_PAGE:,} bytes; "
                    "nothing was loaded, lower the page size of the declaration."
                )
        return bytes(body)

    def _check_encoding(self, body: bytes) -> None:
        """A page in another encoding is refused: asking again would bring the same."""
        try:
            body.decode()
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and error.end == len(body):
                raise HalfAnswer("a page that is not whole JSON") from error
            raise BadFile(
                f"{self.caller.dataset.id}: a page of {self.path} is not UTF-8 (after {error.start:,} bytes: "
                f"{error.reason}); nothing was loaded, ask the platform's operator for the agreed encoding."
            ) from error

    def _read_token(self, response: httpx.Response) -> str:
        try:
            return msgspec.json.decode(self._bounded(response), type=_Token).access_token
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HalfAnswer("no access token") from error
