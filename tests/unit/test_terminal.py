"""What the command line prints of an answer."""

import io

from rich.console import Console

from orchestration.terminal import answer_layout

COLUMNS = ("item_label", "item_title", "status_label")
ROW = ("第1项", "引进一批重大项目", None)


def printed(width: int, *rows: tuple) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(answer_layout(COLUMNS, rows, console))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_an_answer_that_fits_is_a_table() -> None:
    lines = printed(80, ROW)
    assert len(lines) == 5 and lines[3].startswith("│ 第1项") and "引进一批重大项目" in lines[3]


def test_one_that_is_too_wide_stands_record_by_record() -> None:
    first, second = ROW, ("[red]2", "x" * 30, "滞后")
    assert printed(44, first, second) == [
        "1 " + "─" * 42,
        "item_label    第1项",
        "item_title    引进一批重大项目",
        "status_label",
        "2 " + "─" * 42,
        "item_label    [red]2",
        "item_title    " + "x" * 30,
        "status_label  滞后",
    ]


def test_without_rows_the_columns_are_named() -> None:
    assert "item_label" in printed(80)[1]
    assert len(printed(20)) > 2
