"""HTTP calls with bounded retries: 429, 5xx, timeouts and dropped connections are tried again, refusals are not."""

from __future__ import annotations

import hashlib
import logging
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
import stamina
from stamina.instrumentation import LoggingOnRetryHook, set_on_retry_hooks

from ingestion.connectors.source import Source
from ingestion.declaration import Dataset
from ingestion.errors import SourceRefused, SourceUnavailable
from ingestion.landing import open_private

# stamina would print to standard output where structlog is installed; a night reports through logging.
set_on_retry_hooks([LoggingOnRetryHook])

_Result = TypeVar("_Result")
_COUNTS = {1: "once", 2: "twice", 3: "three times", 4: "four times", 5: "five times", 6: "six times"}
_AGAIN = "nothing was loaded, run the night again when it is back"
_LONGEST_WAIT = 300.0
_LEAST_BYTES_A_SECOND = 1_000
"""A body that comes slower than this, once the timeout is over, counts as no answer: it might never end."""

_CLOCK_TOLERANCE = 300.0

log = logging.getLogger("zonehouse.ingestion")


@dataclass(frozen=True)
class Retries:
    """How often and how patiently a call is repeated; waits and the timeout of one attempt in seconds."""

    attempts: int = 4
    wait_initial: float = 1.0
    wait_max: float = 30.0
    timeout: float = 60.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Retries:
        """Defaults changed by ZONEHOUSE_HTTP_ATTEMPTS, _WAIT, _WAIT_MAX and _TIMEOUT."""
        return cls(
            attempts=int(environment.get("ZONEHOUSE_HTTP_ATTEMPTS", cls.attempts)),
            wait_initial=float(environment.get("ZONEHOUSE_HTTP_WAIT", cls.wait_initial)),
            wait_max=float(environment.get("ZONEHOUSE_HTTP_WAIT_MAX", cls.wait_max)),
            timeout=float(environment.get("ZONEHOUSE_HTTP_TIMEOUT", cls.timeout)),
        )


class HalfAnswer(Exception):
    """A success status with a body that is not whole."""


class Expired(Exception):
    """The platform answered 401."""


class _Busy(Exception):
    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"answered {status}")
        self.wait = wait


@cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates, read once: it takes longer than a small dataset does."""
    return httpx.create_ssl_context(trust_env=False)


class Caller:
    """Calls one system for one dataset; safe to use from several threads."""

    def __init__(self, dataset: Dataset, source: Source, retries: Retries) -> None:
        self.dataset, self.source, self.retries = dataset, source, retries
        self._clock_was_wrong = False
        # Credentials must not travel through a proxy that happens to stand in the environment.
        self._client = httpx.Client(
            timeout=httpx.Timeout(retries.timeout, connect=min(10.0, retries.timeout)),
            limits=httpx.Limits(max_connections=16),
            verify=_certificates(),
            trust_env=False,
        )

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, method: str, path: str, read: Callable[[httpx.Response], _Result], **options: Any) -> _Result:
        """Call and `read` the open response.

        Raises SourceUnavailable when the attempts are used up, SourceRefused for other 4xx, Expired for 401.
        """
        policy = self.retries
        try:
            for attempt in stamina.retry_context(
                on=_backoff,
                attempts=policy.attempts,
                timeout=None,
                wait_initial=policy.wait_initial,
                wait_max=policy.wait_max,
                wait_jitter=policy.wait_initial / 4,
            ):
                with attempt, self._client.stream(method, self.address(path), **options) as response:
                    self._compare_clocks(response)
                    self._check(response, method, path)
                    return read(response)
        except (httpx.TransportError, HalfAnswer, _Busy) as error:
            times = _COUNTS.get(policy.attempts, f"{policy.attempts} times")
            raise SourceUnavailable(
                f"{self.dataset.id}: the platform {_what_happened(error)} {method} {path} {times}; {_AGAIN}."
            ) from error
        raise AssertionError("stamina ends with a result or an error")

    def address(self, path: str) -> str:
        """The full address of a path below the system's base."""
        return f"{self.source.base_url.rstrip('/')}{path}"

    def refused(self, response: httpx.Response, method: str, path: str) -> SourceRefused:
        """The error for an answer that repeating does not mend."""
        status = response.status_code
        advice = _ADVICE.get(status, "ask the platform's operator")
        return SourceRefused(f"{self.dataset.id}: the platform answered {status} to {method} {path}; {advice}.")

    def body(self, response: httpx.Response) -> Iterator[bytes]:
        """The blocks of an open response; a body that trickles endlessly ends as a timeout."""
        started, size = time.monotonic(), 0
        for block in response.iter_bytes():
            yield block
            size += len(block)
            late = time.monotonic() - started - self.retries.timeout
            if late > 0 and size < late * _LEAST_BYTES_A_SECOND:
                raise httpx.ReadTimeout(f"{size:,} bytes so far", request=response.request)

    def _compare_clocks(self, response: httpx.Response) -> None:
        """Say once when the platform's clock differs from ours: its times of record are as wrong."""
        stated = _moment(response.headers.get("Date"))
        if self._clock_was_wrong or stated is None:
            return
        ahead = (stated - datetime.now(UTC)).total_seconds()
        if abs(ahead) > _CLOCK_TOLERANCE:
            self._clock_was_wrong = True
            log.warning(
                "%s: the platform's clock is %s minutes %s ours; rows it dates after the loaded day are quarantined, "
                "ask the platform's operator to set it.",
                self.dataset.id,
                f"{abs(ahead) / 60:,.0f}",
                "ahead of" if ahead > 0 else "behind",
            )

    def _check(self, response: httpx.Response, method: str, path: str) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            raise _Busy(status, _retry_after(response.headers))
        if status == 401:
            raise Expired
        if status != 200:
            raise self.refused(response, method, path)


_ADVICE = {
    400: "correct the path and parameters of the declaration",
    401: "check the user and the secret of this system",
    403: "ask the platform's operator for access",
    404: "correct the path of the declaration or the base address of the system",
}


def _backoff(error: Exception) -> bool | float:
    """stamina's hook: whether to try again, or the seconds that the platform asked to wait."""
    if isinstance(error, _Busy):
        return True if error.wait is None else min(error.wait, _LONGEST_WAIT)
    return isinstance(error, httpx.TransportError | HalfAnswer)


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date by the platform's own clock."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = _moment(value)
    if until is None:
        return None
    return max(0.0, (until - (_moment(headers.get("Date")) or datetime.now(UTC))).total_seconds())


def _moment(value: str | None) -> datetime | None:
    """The moment that an HTTP date names, None when it cannot be read."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _what_happened(error: Exception) -> str:
    if isinstance(error, _Busy):
        return f"{error} to"
    if isinstance(error, HalfAnswer):
        return f"gave half an answer ({error}) to"
    if isinstance(error, httpx.TimeoutException):
        return "gave no answer in time to"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "broke off its answer to"
    return f"could not be reached ({type(error).__name__}) for"


def save(blocks: Iterator[bytes], path: Path, limit: int) -> tuple[int, str]:
    """Stream a body to a private file, at most one block beyond `limit` bytes; returns its size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    with open_private(path) as stream:
        for block in blocks:
            stream.write(block)
            digest.update(block)
            size += len(block)
            if size > limit:
                break
    return size, digest.hexdigest()
