"""Superset's secret key and the first passwords: random, made once, kept in a file that only the owner can read."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

USERS = ("admin", "leader", "auditor", "engineer")


def load_or_create(home: Path) -> dict[str, Any]:
    """`{"secret_key": str, "users": {name: first password}}` of `home`, made on first use with mode 0600.

    A lost file cannot be replaced while the metadata database is there: it is encrypted with the key.
    """
    file = home / "superset" / "credentials.json"
    if file.exists():
        return json.loads(file.read_text())
    if (home / "superset" / "superset.db").exists():
        raise SystemExit(
            f"{file} is missing but the metadata database is there: restore the file or remove the folder."
        )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {
        "secret_key": secrets.token_urlsafe(48),
        "users": {user: secrets.token_urlsafe(12) for user in USERS},
    }
    build = file.with_suffix(".tmp")
    handle = os.open(build, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    build.replace(file)
    return content
