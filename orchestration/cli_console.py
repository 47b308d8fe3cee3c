"""The auditors' commands: ask a release, and read what its tables and columns are."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from orchestration.settings import Settings
from orchestration.terminal import AsJson, answer_layout, out

# A statement may begin with a comment, which is no option.
STATEMENT_FIRST = {"ignore_unknown_options": True}

ReleaseId = Annotated[str | None, typer.Option("--release", help="A release other than the current one.")]
BuiltFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A file that `zonehouse as-of` built, in place of a release."),
]


def sql(
    statement: Annotated[str, typer.Argument(metavar="SQL")],
    release_id: ReleaseId = None,
    file: BuiltFile = None,
    output: Annotated[
        Literal["table", "csv", "json"] | None, typer.Option("--format", help="table where --excel is not given.")
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="CSV with the mark by which Excel knows UTF-8.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds after which the query is stopped.")] = 60.0,
) -> None:
    """Ask a release, read-only and locked: no file, no network, no write."""
    from warehouse import console

    if excel and output not in (None, "csv"):
        raise typer.BadParameter(f"Excel opens CSV, not {output}.", param_hint="--excel")
    answer = console.query_file(_file(release_id, file), statement, timeout)
    if excel or output == "csv":
        print((console.BYTE_ORDER_MARK if excel else "") + console.as_csv(answer), end="")
    elif output == "json":
        print(console.as_json(answer))
    else:
        out.print(answer_layout(answer.columns, answer.rows, out))


def describe(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="With or without its schema.")] = None,
    release_id: ReleaseId = None,
    file: BuiltFile = None,
    as_json: AsJson = False,
) -> None:
    """The tables of a release with their labels; the columns of one table with label, unit and description."""
    from warehouse import describe as notes

    path = _file(release_id, file)
    if table is None:
        listed = notes.tables(path)
        if as_json:
            print(json.dumps([asdict(note) for note in listed], ensure_ascii=False))
        else:
            out.print(_grid(("schema", "table", "label", "rows"), [astuple(note) for note in listed]))
        return
    name, comment, columns = notes.columns(path, table)
    if as_json:
        shown = {"table": name, "comment": comment, "columns": [asdict(note) for note in columns]}
        print(json.dumps(shown, ensure_ascii=False))
        return
    out.print(Text(f"{name}  {comment}"))
    out.print(_grid(("column", "type", "label", "unit", "description"), [astuple(note) for note in columns]))


def _file(release_id: str | None, file: Path | None) -> Path:
    from warehouse import console

    if file and release_id:
        raise typer.BadParameter("ask a release or a file, not both.", param_hint="--file")
    return file or console.file_of(Settings().home_path, release_id)


def _grid(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> Table:
    """A line for each row; the last column takes what is left of the width."""
    table = Table(box=None, pad_edge=False)
    for number, name in enumerate(head, start=1):
        is_count = name == "rows"
        table.add_column(name, no_wrap=number < len(head), justify="right" if is_count else "left")
    for row in rows:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    return table
