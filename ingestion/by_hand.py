"""Files that a person hands over: copied into staging like fetched ones."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from ingestion.declaration import CsvRows, Dataset
from ingestion.errors import BadFile
from ingestion.landing import LandedFile, Staging, open_private, safe_name

_BLOCK = 1 << 20


def take_files(dataset: Dataset, files: list[Path], staging: Staging, load_date: date) -> list[LandedFile]:
    """Copy `files` into `staging`; BadFile when one cannot be read, or two have the same name."""
    names = [path.name for path in files]
    if len(set(names)) < len(names):
        raise BadFile(f"{dataset.id}: two of the files have the same name; rename one and deliver them again.")
    return [_take(dataset, path, staging, load_date) for path in files]


def _take(dataset: Dataset, path: Path, staging: Staging, load_date: date) -> LandedFile:
    safe_name(dataset, path.name)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, open_private(staging.place(path.name)) as target:
            while block := source.read(_BLOCK):
                target.write(block)
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise BadFile(f"{dataset.id}: {path.name} cannot be read ({error.strerror}); deliver it again.") from error
    return LandedFile(
        name=path.name,
        path=staging.path / path.name,
        sha256=digest.hexdigest(),
        size=size,
        kind="by_hand",
        business_date=load_date,
        member=dataset.format.member if isinstance(dataset.format, CsvRows) else None,
        origin={"delivered": "by hand"},
    )
