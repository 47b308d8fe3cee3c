"""The two consoles of the command line and the options that several commands share."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

# A log file is searched line by line: only a terminal gets its lines wrapped.
out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, soft_wrap=not sys.stderr.isatty())

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LoadDate = Annotated[
    datetime | None,
    typer.Option("--load-date", formats=["%Y-%m-%d"], help="Business day of the new batch; that of the last release."),
]


def load_date_or_last(home: Path, given: datetime | None) -> date:
    """The day that was given, else the day of the release that readers see. Raises BadParameter without either."""
    from warehouse import release

    if given is not None:
        return given.date()
    current = release.current_id(home)
    if current is None:
        raise typer.BadParameter("There is no release yet; give --load-date.")
    return date.fromisoformat(release.manifest(home, current)["as_of_date"])
