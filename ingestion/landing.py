"""Landing: the bytes as received, one immutable folder per batch, with a manifest that says where they came from."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ingestion.declaration import Dataset
from ingestion.errors import BadFile, IngestionError

SHANGHAI = ZoneInfo("Asia/Shanghai")
_TEMPORARY = re.compile(r"^\.tmp-(\d+)-")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class LandedFile:
    """One received file.

    `rows` is the number of records that the source announced, None when it announced none; `business_date` is the day
    of the file itself, whenever it is fetched, None for a page; `member` names the file inside a ZIP that belongs to the
    dataset.
    """

    name: str
    path: Path
    sha256: str
    size: int
    rows: int | None = None
    kind: str = "changes"
    business_date: date | None = None
    member: str | None = None
    member_sha256: str | None = None
    origin: dict[str, Any] = field(default_factory=dict)


def manifest_of(
    dataset: Dataset, files: Sequence[LandedFile], since: date | None, until: date, batch_id: str
) -> dict[str, Any]:
    """What the folder of a batch records of its files: where each came from and how it is to be read again."""
    return {
        "batch_id": batch_id,
        "dataset": dataset.id,
        "window_since": since,
        "window_until": until,
        "fetched_at": now(),
        "files": [
            {
                "name": f.name,
                "size": f.size,
                "sha256": f.sha256,
                "rows": f.rows,
                "kind": f.kind,
                "business_date": f.business_date,
                "member": f.member,
                "member_sha256": f.member_sha256,
                **f.origin,
            }
            for f in files
        ],
    }


class _Kept(msgspec.Struct):
    name: str
    size: int
    sha256: str
    rows: int | None
    kind: str
    business_date: date | None = None
    member: str | None = None
    member_sha256: str | None = None


class _KeptManifest(msgspec.Struct):
    files: list[_Kept]


def batch_folder(home: Path, system: str, load_date: date, batch_id: str) -> Path:
    """Where the received bytes of a batch lie."""
    return home / "landing" / system / load_date.isoformat() / batch_id


def landed_files(folder: Path) -> list[LandedFile]:
    """The files of a batch, in order, as they can be decoded again. Raises IngestionError when they are gone."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_KeptManifest)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise IngestionError(
            f"{folder.name}: its received bytes are not in landing any more (see retention.jsonl); restore them "
            "from a backup."
        ) from error
    return [
        LandedFile(
            name=f.name,
            path=folder / f.name,
            sha256=f.sha256,
            size=f.size,
            rows=f.rows,
            kind=f.kind,
            business_date=f.business_date,
            member=f.member,
            member_sha256=f.member_sha256,
        )
        for f in manifest.files
    ]


def now() -> datetime:
    """Wall clock of Shanghai, naive."""
    return datetime.now(SHANGHAI).replace(tzinfo=None)


def private_folder(base: Path, path: Path) -> None:
    """Create `path` and what is missing between it and `base`, each for its owner only."""
    base.mkdir(parents=True, exist_ok=True)
    for folder in [*reversed(path.relative_to(base).parents[:-1]), path.relative_to(base)]:
        (base / folder).mkdir(exist_ok=True, mode=0o700)


def safe_name(dataset: Dataset, name: str) -> PurePosixPath:
    """The relative path for a file name given by a source; BadFile when it could leave its folder."""
    path = PurePosixPath(name)
    plain = bool(name) and len(name) <= 255 and all(char.isprintable() and char not in '\\:*?"<>|' for char in name)
    if not plain or path.is_absolute() or str(path) != name or any(part.startswith(".") for part in path.parts):
        raise BadFile(f"{dataset.id}: the file name {name[:100]!r} is not acceptable; the source must rename the file.")
    return path


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that it is either absent or whole, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(path)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(data)
    publish(temporary, path)


def temporary_beside(path: Path) -> Path:
    """A name in the same folder that marks unfinished work of this process."""
    return path.with_name(f".tmp-{os.getpid()}-{secrets.token_hex(4)}-{path.name}")


def publish(temporary: Path, path: Path) -> None:
    """Flush a finished temporary file or folder to disk and give it its name."""
    flush(temporary)
    os.replace(temporary, path)
    flush(path.parent)


def flush(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove unfinished work in `folder` whose process is gone."""
    for path in folder.glob(".tmp-*") if folder.is_dir() else ():
        found = _TEMPORARY.match(path.name)
        if found and not _is_running(int(found[1])):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Staging:
    """A private folder that becomes the landing folder of a batch, or evidence of a refused one."""

    def __init__(self, home: Path, dataset: Dataset, load_date: date) -> None:
        self.dataset = dataset
        self.day = home / "landing" / dataset.system / load_date.isoformat()
        private_folder(home, self.day)
        sweep(self.day)
        self.path = self.day / f".tmp-{os.getpid()}-{secrets.token_hex(4)}-{dataset.dataset}"
        self.path.mkdir(mode=0o700)

    def place(self, name: str) -> Path:
        """Where to write the received file `name`; its folder exists afterwards."""
        path = self.path / safe_name(self.dataset, name)
        private_folder(self.path, path.parent)
        return path

    def write(self, name: str, data: bytes) -> Path:
        """Write a received file, readable by the owner only."""
        path = self.place(name)
        with open_private(path) as stream:
            stream.write(data)
        return path

    def keep(self, batch_id: str, manifest: dict[str, Any]) -> Path:
        """Publish the folder under the batch id; bytes that are already there stay as they are."""
        target = self.day / batch_id
        if target.exists():
            self.discard()
            return target
        self.write("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
        self._publish(target)
        return target

    def _publish(self, target: Path) -> None:
        # Flushing each of some hundred small files takes longer than fetching them: one flush does for all.
        os.sync()
        publish(self.path, target)

    def refuse(self, reason: str) -> Path:
        """Keep what was received as evidence under `refused/`, with the reason."""
        target = self.day / "refused" / f"{self.dataset.dataset}-{now():%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        target.parent.mkdir(exist_ok=True, mode=0o700)
        self.write("refused.json", msgspec.json.encode({"dataset": self.dataset.id, "reason": reason, "at": now()}))
        self._publish(target)
        return target

    def discard(self) -> None:
        """Remove the private folder."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def open_staging(home: Path, dataset: Dataset, load_date: date) -> Iterator[Staging]:
    """A staging folder that is gone afterwards unless it was kept or refused; a BadFile inside keeps the evidence."""
    staging = Staging(home, dataset, load_date)
    try:
        yield staging
    except BadFile as error:
        if staging.path.exists() and any(staging.path.iterdir()):
            staging.refuse(str(error))
        raise
    finally:
        staging.discard()


def open_private(path: Path) -> Any:
    """Open a new file for writing that only the owner can read."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=_BLOCK)
