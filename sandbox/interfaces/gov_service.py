"""The exchange of government services: daily gzipped JSON lines, one folder per dataset."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from sandbox.dirt import Dirt, Served, spoil
from sandbox.interfaces.files import BuiltFile, shortened
from sandbox.interfaces.records import LinesTable

SYSTEM = "gov_service"
_encode: Callable[[object], bytes] = msgspec.json.Encoder().encode


def file_name(table: LinesTable, day: date) -> str:
    """The one file of a day."""
    return f"{table.dataset}_{day:%Y%m%d}.jsonl.gz"


def served_on(table: LinesTable, seed: int, dirt: Dirt, day: date) -> Served:
    """The rows recorded on one day, with their dirt."""
    records = table.records(day, day + timedelta(days=1))
    return spoil(records, table.roles, dirt, seed, f"{SYSTEM}/{table.dataset}", "cd_time")


def build_lines(table: LinesTable, seed: int, dirt: Dirt, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The one file of the day, or none when nothing was recorded."""
    served = served_on(table, seed, dirt, day)
    if not len(served):
        return []
    names = list(served.columns)
    lines = [_encode(dict(zip(names, row, strict=True))) for row in zip(*served.columns.values(), strict=True)]
    lines = shortened(lines, keep.get(table.dataset))
    content = gzip.compress(b"\n".join(lines) + b"\n", 6, mtime=0)
    return [BuiltFile.of(file_name(table, day), day, content, len(lines), "changes")]
