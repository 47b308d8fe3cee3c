"""The credit register: a nightly ZIP of GB18030 CSV files, changes only, but everything on the first of a month."""

import hashlib
import io
import zipfile
from datetime import date, timedelta

import polars as pl

from sandbox.dirt import Dirt, Served, spoil
from sandbox.interfaces.files import BuiltFile, Member, shortened
from sandbox.interfaces.records import CreditTable

SYSTEM = "credit"
_Row = tuple[str | None, ...]
# After this many cells a shifted row goes wrong.
_SOUND_CELLS = 3


def file_name(day: date) -> str:
    """The one file of a day."""
    return f"credit_{day:%Y%m%d}.zip"


def is_full(day: date) -> bool:
    """Whether the day's file holds everything instead of the day's changes."""
    return day.day == 1


def served_on(table: CreditTable, seed: int, dirt: Dirt, day: date) -> Served:
    """The rows of one member of the day's ZIP, with their dirt.

    The dirt of a row changes from month to month: one that is in every full extract is not always dirty in the same way.
    """
    records = table.records(day, day + timedelta(days=1), is_full(day))
    draws = f"{SYSTEM}/{table.dataset}/{day:%Y%m}"
    return spoil(records, table.roles, dirt, seed, draws, "last_modified", has_cells=True)


def build_credit(
    tables: list[CreditTable], seed: int, dirt: Dirt, day: date, keep: dict[str, float]
) -> list[BuiltFile]:
    """The one ZIP of the day with a member for each table; `keep` cuts tables to a share of their rows."""
    members = {table.dataset: _text(served_on(table, seed, dirt, day), keep.get(table.dataset)) for table in tables}
    return [_archive(day, "full" if is_full(day) else "changes", members)]


def _text(served: Served, keep: float | None) -> tuple[str, int]:
    """The member as CSV text with its heading, and how many rows it has."""
    columns = {name: list(values) for name, values in served.columns.items()}
    for row in served.shifted:
        shifted = _shifted(tuple(_cell(values[row]) for values in columns.values()))
        for values, cell in zip(columns.values(), shifted, strict=True):
            values[row] = cell
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String), strict=False)
    rows = len(shortened(list(range(len(served))), keep))
    # An empty text would be written as a pair of quotation marks.
    return frame.head(rows).select(pl.all().replace("", None)).write_csv(line_terminator="\r\n"), rows


def _cell(value: object) -> str | None:
    return None if value is None else str(value)


def _shifted(row: _Row) -> _Row:
    """An empty cell slipped in: all that stands behind it is one column too far right.

    Where that would put a date into the last column (the time of record), a cell is lost instead and the last one is empty,
    so that a shifted row can always be told.
    """
    slipped = (*row[:_SOUND_CELLS], None, *row[_SOUND_CELLS:-1])
    looks_right = (slipped[-1] or "")[:4].isdigit()
    return (*row[: _SOUND_CELLS - 1], *row[_SOUND_CELLS:], None) if looks_right else slipped


def _archive(day: date, kind: str, tables: dict[str, tuple[str, int]]) -> BuiltFile:
    """The ZIP with its members in order; its bytes depend on nothing but their content."""
    whole = io.BytesIO()
    members = []
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (text, rows) in tables.items():
            content = text.encode("gb18030")
            info = zipfile.ZipInfo(f"{name}.csv", (day.year, day.month, day.day, 23, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content, compresslevel=1)
            members.append(Member(f"{name}.csv", rows, hashlib.sha256(content).hexdigest(), kind))
    total = sum(member.rows for member in members)
    return BuiltFile.of(file_name(day), day, whole.getvalue(), total, kind, tuple(members))
