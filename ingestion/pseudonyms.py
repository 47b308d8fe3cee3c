"""Keyed hashes that stand for personal data: rows of one person can be joined, and nobody can be named from them.

The same value gives the same hash in every batch and dataset as long as the key stays. A plain hash of a telephone or
identity number could be undone by trying them all; without the key that is not possible (BLAKE2b keyed, RFC 7693).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

import polars as pl

from ingestion.declaration import Dataset
from ingestion.errors import IngestionError
from ingestion.landing import write_atomically

KEY_FILE = "hash.key"
_SHORTEST_KEY = 16
_DIGEST_BYTES = 16


def hash_key(home: Path, setting: str | None) -> bytes:
    """The key as 64 bytes: from `setting`, else from `home`/hash.key, which is made for its owner only when absent.

    Raises IngestionError when the key has less than 16 characters, or when `setting` differs from the file: with
    another key the hashes of one person would no longer be the same.
    """
    path = home / KEY_FILE
    kept = path.read_text("ascii").strip() if path.exists() else None
    if setting and kept and setting != kept:
        raise IngestionError(
            f"The set hash key differs from the one in {KEY_FILE} of the state folder, so hashes would not match those "
            "of earlier batches; set that key, or remove the file to begin anew."
        )
    text = setting or kept
    if text is None:
        with contextlib.suppress(FileExistsError):
            _create(path)
        text = path.read_text("ascii").strip()
    if len(text) < _SHORTEST_KEY:
        raise IngestionError(f"The hash key has less than {_SHORTEST_KEY} characters; set a longer one.")
    return hashlib.blake2b(text.encode()).digest()


def _create(path: Path) -> None:
    """A new key, unless another process was faster (FileExistsError)."""
    new = path.with_name(f".{KEY_FILE}-{secrets.token_hex(4)}")
    write_atomically(new, secrets.token_hex(32).encode() + b"\n", mode=0o600)
    try:
        os.link(new, path)
    finally:
        new.unlink()


def pseudonymise(dataset: Dataset, rows: pl.DataFrame, key: bytes | None) -> pl.DataFrame:
    """Typed rows with the hash (32 hexadecimal digits) in place of each value that is declared so; null stays null.

    Raises IngestionError when there is something to hash and no key.
    """
    if not dataset.hashed_fields:
        return rows
    if key is None:
        raise IngestionError(f"{dataset.id}: it hashes personal data and no key was given; set ZONEHOUSE_HASH_KEY.")
    return rows.with_columns(_hashed(rows[field.name], key) for field in dataset.hashed_fields)


def _hashed(values: pl.Series, key: bytes) -> pl.Series:
    keyed = hashlib.blake2b(key=key, digest_size=_DIGEST_BYTES)
    distinct = values.unique().drop_nulls()
    hashes = []
    for value in distinct:
        state = keyed.copy()
        state.update(value.encode())
        hashes.append(state.hexdigest())
    return values.replace_strict(distinct, pl.Series(hashes, dtype=pl.String), default=None, return_dtype=pl.String)
