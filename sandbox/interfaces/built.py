"""One file as a platform offers it: its bytes and its line of the manifest."""

import hashlib
from dataclasses import dataclass
from datetime import date

import msgspec


class Member(msgspec.Struct):
    """One member of a ZIP as the manifest lists it."""

    name: str
    rows: int
    sha256: str
    kind: str


@dataclass(frozen=True)
class BuiltFile:
    """One file with its bytes and its line of the manifest."""

    name: str
    day: date
    content: bytes
    rows: int
    kind: str
    sha256: str
    members: tuple[Member, ...] = ()

    @staticmethod
    def of(name: str, day: date, content: bytes, rows: int, kind: str, members: tuple[Member, ...] = ()) -> "BuiltFile":
        """A file with its digest."""
        return BuiltFile(name, day, content, rows, kind, hashlib.sha256(content).hexdigest(), members)

    def listed(self) -> dict[str, object]:
        """The file's entry in the manifest."""
        entry: dict[str, object] = {
            "name": self.name, "date": self.day.isoformat(), "size": len(self.content), "sha256": self.sha256,
            "rows": self.rows, "kind": self.kind,
        }  # fmt: skip
        return {**entry, "members": list(self.members)} if self.members else entry
