"""The two consoles of the command line and the options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.measure import Measurement
from rich.rule import Rule
from rich.table import Table
from rich.text import Text


def _open_what_is_closed() -> None:
    """Let a standard stream that the caller closed (`>&-`) lead nowhere, lest a file opened later takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode)  # noqa: SIM115
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)


_open_what_is_closed()
# A log file is searched line by line: only a terminal gets its lines wrapped.
out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, soft_wrap=not sys.stderr.isatty())

_UNLIMITED = 1_000_000

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LoadDate = Annotated[
    datetime | None,
    typer.Option("--load-date", formats=["%Y-%m-%d"], help="Business day of the new batch; that of the last release."),
]


def answer_layout(columns: Sequence[str], rows: Sequence[Sequence[Any]], console: Console) -> RenderableType:
    """An answer as a table; where that is wider than the console, record by record, each column on a line of its own."""
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    table = Table(*columns)
    for row in texts:
        table.add_row(*map(Text, row))
    width = Measurement.get(console, console.options.update(max_width=_UNLIMITED), table).maximum
    if not rows or width <= console.width:
        return table
    records: list[RenderableType] = []
    for number, row in enumerate(texts, start=1):
        record = Table.grid("name", "value", padding=(0, 2))
        for name, value in zip(columns, row, strict=True):
            record.add_row(Text(name, "dim"), Text(value))
        records += [Rule(Text(str(number)), align="left"), record]
    return Group(*records)


def load_date_or_last(home: Path, given: datetime | None) -> date:
    """The day that was given, else the day of the release that readers see. Raises BadParameter without either."""
    from warehouse import release

    if given is not None:
        return given.date()
    current = release.current_id(home)
    if current is None:
        raise typer.BadParameter("There is no release yet; give --load-date.")
    return date.fromisoformat(release.manifest(home, current)["as_of_date"])
