"""Platforms that put files in a place and announce them in a manifest with sizes, digests and row counts."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from ingestion.connectors.calls import Caller, Expired, HalfAnswer, save
from ingestion.declaration import CsvRows, Dataset, FileListing
from ingestion.errors import BadFile, SourceRefused
from ingestion.landing import LandedFile, Staging, file_digest, safe_name

DOWNLOADS = 6
_FIRST_DAY = date(2000, 1, 1)
_LARGEST_MANIFEST = 64 << 20
_LARGEST_FILE = 4 << 30


class _Member(msgspec.Struct):
    name: str
    rows: int
    sha256: str
    kind: str = "changes"


class _Announced(msgspec.Struct):
    name: str
    date: date
    size: int
    sha256: str
    rows: int
    kind: str = "changes"
    members: list[_Member] | None = None


class _Manifest(msgspec.Struct):
    files: list[_Announced]


def fetch_files(caller: Caller, staging: Staging, since: date | None, until: date) -> list[LandedFile]:
    """Land every announced file of the days `since` to `until`, both included, in the order of their days and names.

    A file that a sibling dataset has landed with the announced digest is linked and not fetched again (one archive may
    serve many datasets). Raises BadFile when a file has not the size or digest that the manifest announces; all files
    are fetched first, so that the evidence is complete.
    """
    interface = caller.dataset.interface
    assert isinstance(interface, FileListing)
    headers = {"Accept-Encoding": "identity"}
    account = httpx.BasicAuth(caller.source.user, caller.source.secret)
    try:
        manifest = caller.send(
            "GET",
            f"{interface.path}/manifest.json",
            partial(_read_manifest, caller),
            params={"from": str(since or _FIRST_DAY), "to": str(until)},
            auth=account,
        )
        announced = sorted(manifest.files, key=lambda f: (f.date, f.name))
        _check_names(caller.dataset, announced)
        with ThreadPoolExecutor(DOWNLOADS) as pool:
            landed = _landed_folders(staging)
            fetch = partial(_fetch, caller, staging, interface.path, landed, auth=account, headers=headers)
            results = list(pool.map(fetch, announced))
    except Expired as error:
        raise _not_accepted(caller, interface.path) from error
    for found, file in zip(results, announced, strict=True):
        _compare(caller.dataset, file, found.size, found.sha256)
    return [
        _landed(caller.dataset, staging, file, interface.path, found.twin)
        for found, file in zip(results, announced, strict=True)
    ]


def _not_accepted(caller: Caller, path: str) -> SourceRefused:
    return SourceRefused(
        f"{caller.dataset.id}: the platform answered 401 to GET {path}; check the user and the secret of this system."
    )


def _read_manifest(caller: Caller, response: httpx.Response) -> _Manifest:
    body = bytearray()
    for block in caller.body(response):
        body += block
        if len(body) > _LARGEST_MANIFEST:
            raise BadFile(
                f"{caller.dataset.id}: the manifest has more than {_LARGEST_MANIFEST:,} bytes; "
                "nothing was loaded, ask for fewer days at once."
            )
    try:
        return msgspec.json.decode(bytes(body), type=_Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HalfAnswer(f"a manifest that cannot be read: {error}") from error


def _check_names(dataset: Dataset, announced: list[_Announced]) -> None:
    names = [file.name for file in announced]
    for file in announced:
        safe_name(dataset, file.name)
        if file.size > _LARGEST_FILE:
            raise BadFile(
                f"{dataset.id}: {file.name} is announced with {file.size:,} bytes; ask the source to split it."
            )
    if len(set(names)) < len(names):
        raise BadFile(f"{dataset.id}: the manifest names a file twice; ask the source for a correct manifest.")


class _Fetched(NamedTuple):
    """What one fetch brought; `twin` names the landed folder that already held the file."""

    size: int
    sha256: str
    twin: str | None = None


def _landed_folders(staging: Staging) -> list[Path]:
    """Folders of the batches of this system and load date that have landed already."""
    return [path for path in sorted(staging.day.iterdir()) if path.is_dir() and (path / "manifest.json").is_file()]


def _fetch(
    caller: Caller,
    staging: Staging,
    path: str,
    landed: list[Path],
    file: _Announced,
    *,
    auth: httpx.BasicAuth,
    headers: dict[str, str],
) -> _Fetched:
    """Put one file into staging: by a link to the same bytes where a sibling has landed them, else by a download."""
    target = staging.place(file.name)
    twin = _linked_twin(landed, file, target)
    if twin:
        return _Fetched(file.size, file.sha256.lower(), twin)

    def read(response: httpx.Response) -> _Fetched:
        return _Fetched(*save(caller.body(response), target, file.size))

    return caller.send("GET", f"{path}/{file.name}", read, auth=auth, headers=headers)


def _linked_twin(landed: list[Path], file: _Announced, target: Path) -> str | None:
    """Link the file of a sibling dataset that shares an archive; its bytes are verified, never believed."""
    for folder in landed:
        twin = folder / file.name
        try:
            if twin.stat().st_size == file.size and file_digest(twin) == file.sha256.lower():
                os.link(twin, target)
                return folder.name
        except OSError:  # absent, unreadable or on a volume without links
            continue
    return None


def _compare(dataset: Dataset, file: _Announced, size: int, sha256: str) -> None:
    if size != file.size:
        more = f"more than {file.size:,}" if size > file.size else f"{size:,}"
        raise BadFile(
            f"{dataset.id}: {file.name} has {more} bytes and the manifest announces {file.size:,}; "
            "nothing was loaded, ask the source to deliver it again."
        )
    if sha256 != file.sha256.lower():
        raise BadFile(
            f"{dataset.id}: {file.name} does not have the digest that the manifest announces; "
            "nothing was loaded, ask the source to deliver it again."
        )


def _landed(dataset: Dataset, staging: Staging, file: _Announced, path: str, twin: str | None) -> LandedFile:
    member = _member(dataset, file)
    origin = {"path": f"{path}/{file.name}", "announced": msgspec.to_builtins(file)}
    return LandedFile(
        name=file.name,
        path=staging.path / file.name,
        sha256=file.sha256.lower(),
        size=file.size,
        rows=member.rows if member else file.rows,
        kind=member.kind if member else file.kind,
        business_date=file.date,
        member=member.name if member else None,
        member_sha256=member.sha256.lower() if member else None,
        origin=origin | ({"linked_to": twin} if twin else {}),
    )


def _member(dataset: Dataset, file: _Announced) -> _Member | None:
    wanted = dataset.format.member if isinstance(dataset.format, CsvRows) else None
    if wanted is None:
        return None
    for member in file.members or []:
        if member.name == wanted:
            return member
    raise BadFile(f"{dataset.id}: {file.name} is announced without {wanted}; ask the source for a complete archive.")
