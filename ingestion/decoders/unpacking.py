"""Opening received files: plain, gzip or ZIP, told by their first bytes, with limits on what they may unpack to."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from ingestion.declaration import Dataset
from ingestion.errors import BadFile
from ingestion.landing import LandedFile

MAX_UNPACKED = 2 << 30
"""Bytes that one file may have unpacked; a real delivery is far below."""

MAX_RATIO = 200
"""How many times its size a stretch of a packed file may unpack to: real text packs to about a tenth, deflate ends at
1,032, and nothing but a zip bomb comes near to that for megabytes on end."""

_STRETCH = 16 << 20
"""Unpacked bytes after which the ratio is looked at again, so that a bomb costs no more memory than this."""


_BROKEN = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
"""What the readers of archives raise for bytes that are none: an offset or a length may be any number. Their messages
can repeat bytes of the file, which may be personal data, and are not handed on."""

_UNREAD = "it was not read further; ask the source to split it"


class Unpacked:
    """The unpacked bytes of one received file; `read` raises BadFile when they are not what was announced.

    `packed` is the packed file below `stream`, None where the file is not packed.
    """

    def __init__(
        self,
        dataset: Dataset,
        file: LandedFile,
        stream: IO[bytes],
        label: str,
        sha256: str | None = None,
        packed: IO[bytes] | None = None,
    ) -> None:
        self._dataset, self._file, self._stream, self.label, self._sha256 = dataset, file, stream, label, sha256
        self._digest = hashlib.sha256()
        self._packed = packed
        # Sizes at the beginning of the stretch that is being read.
        self._size_before, self._packed_before = 0, packed.tell() if packed else 0
        self.size = 0

    def read_all(self) -> bytes:
        """Everything, in memory."""
        return b"".join(iter(lambda: self.read(1 << 20), b""))

    def read(self, size: int = 1 << 20) -> bytes:
        """Up to `size` bytes, empty at the end, where the announced digest of the member is checked."""
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise self.fault(
                f"cannot be unpacked ({type(error).__name__})", "it is truncated or damaged; ask for it again"
            ) from error
        self.size += len(data)
        self._check_size()
        if self._sha256:
            self._digest.update(data)
        if not data and self._sha256 and self._digest.hexdigest() != self._sha256:
            raise self.fault("does not have the digest that the manifest announces", "ask for it again")
        return data

    def _check_size(self) -> None:
        """No file may have more than the limit; no stretch of a packed one may unpack to many times its own size."""
        if self.size > MAX_UNPACKED:
            raise self.fault(f"has more than {MAX_UNPACKED:,} bytes unpacked", _UNREAD)
        unpacked = self.size - self._size_before
        if self._packed is None or unpacked < _STRETCH:
            return
        place = self._packed.tell()
        if unpacked > (place - self._packed_before) * MAX_RATIO:
            raise self.fault(
                f"unpacks to more than {MAX_RATIO} times its size, which only a zip bomb does",
                f"it was not read beyond {self.size:,} bytes; ask the source",
            )
        self._size_before, self._packed_before = self.size, place

    def fault(self, what: str, then: str) -> BadFile:
        """A BadFile about this file: what is wrong and what to do."""
        return BadFile(f"{self._dataset.id}: {self.label} {what}; {then}.")


@contextmanager
def unpack(dataset: Dataset, file: LandedFile, suffixes: tuple[str, ...]) -> Iterator[Unpacked]:
    """Open a received file; in a ZIP the dataset's member, or the only file that ends in one of `suffixes`."""
    with file.path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        if start[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=raw) as stream:
                yield Unpacked(dataset, file, stream, file.name, packed=raw)  # type: ignore[arg-type]
        elif start == b"PK\x03\x04" or start == b"PK\x05\x06":
            with _open_member(dataset, file, raw, suffixes) as unpacked:
                yield unpacked
        elif file.name.lower().endswith((".gz", ".zip")):
            raise BadFile(f"{dataset.id}: {file.name} is not the packed file that its name says; ask for it again.")
        else:
            yield Unpacked(dataset, file, raw, file.name)


@contextmanager
def _open_member(dataset: Dataset, file: LandedFile, raw: IO[bytes], suffixes: tuple[str, ...]) -> Iterator[Unpacked]:
    try:
        archive = zipfile.ZipFile(raw)
    except _BROKEN as error:
        raise BadFile(
            f"{dataset.id}: {file.name} is not a whole ZIP file ({type(error).__name__}); ask for it again."
        ) from error
    with archive:
        info = _choose_member(dataset, file, archive.infolist(), suffixes)
        label = f"{info.filename} in {file.name}"
        try:
            stream = archive.open(info)
        except _BROKEN as error:
            raise BadFile(
                f"{dataset.id}: {label} cannot be opened ({type(error).__name__}); ask for it again."
            ) from error
        with stream:
            yield Unpacked(dataset, file, stream, label, file.member_sha256, packed=raw)


def _choose_member(
    dataset: Dataset, file: LandedFile, members: list[zipfile.ZipInfo], suffixes: tuple[str, ...]
) -> zipfile.ZipInfo:
    for info in members:
        path = PurePosixPath(info.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in info.filename:
            raise BadFile(
                f"{dataset.id}: {file.name} holds a member that names a place outside of it; "
                "do not open it elsewhere and ask the source."
            )
    wanted = [m for m in members if m.filename == file.member] if file.member else []
    if not wanted and not file.member_sha256:
        wanted = [m for m in members if m.filename.lower().endswith(suffixes) and not m.is_dir()]
    if len(wanted) != 1:
        what = file.member or f"exactly one {suffixes[0]} file"
        raise BadFile(f"{dataset.id}: {file.name} does not hold {what}; ask for a complete archive.")
    _check_stated_size(dataset, file, wanted[0])
    if wanted[0].flag_bits & 1:
        raise BadFile(f"{dataset.id}: {file.name} is encrypted; ask for it without a password.")
    return wanted[0]


def _check_stated_size(dataset: Dataset, file: LandedFile, info: zipfile.ZipInfo) -> None:
    """A member that says itself that it is a bomb need not be opened."""
    unpacked, packed = info.file_size, info.compress_size
    if unpacked > MAX_UNPACKED or (unpacked > _STRETCH and unpacked > packed * MAX_RATIO):
        raise BadFile(
            f"{dataset.id}: {info.filename} in {file.name} says that it unpacks to {unpacked:,} bytes from {packed:,}, "
            "as zip bombs do; it was not read, ask the source."
        )
