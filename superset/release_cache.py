"""The chart cache. Superset's own key says nothing about the data; here every key starts with the release id."""

from __future__ import annotations

from typing import Any

import releases
from flask_caching.backends.filesystemcache import FileSystemCache


class ReleaseCache(FileSystemCache):
    """Answers computed on one release are never shown for another. Release ids are never reused."""

    def _of_release(self, key: str) -> str:
        return f"{releases.pinned().name}|{key}"

    def get(self, key: str) -> Any:
        return super().get(self._of_release(key))

    def set(self, key: str, value: Any, timeout: int | None = None, **kwargs: Any) -> bool:
        return bool(super().set(self._of_release(key), value, timeout=timeout, **kwargs))

    def add(self, key: str, value: Any, timeout: int | None = None) -> bool:
        # The base class's add calls set, which already adds the release to the key.
        return False if self.has(key) else self.set(key, value, timeout=timeout)

    def delete(self, key: str, **kwargs: Any) -> bool:
        return bool(super().delete(self._of_release(key), **kwargs))

    def has(self, key: str) -> bool:
        return bool(super().has(self._of_release(key)))
