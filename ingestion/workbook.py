"""Workbooks of refused rows: one per owner department, to be corrected in Excel and taken up again.

A workbook has a sheet per dataset. Its first columns say where the row came from, why it was refused and what to do;
then follow the fields as the source names them, to be corrected in place. A row marked 是 under 重报 is taken up again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.declaration import Dataset
from ingestion.errors import BadFile
from ingestion.landing import temporary_beside

ROW_ID, AGAIN, YES = "行标识", "重报", "是"
_FIXED = {
    AGAIN: 8, "原因": 44, "怎么改": 44, "接收日期": 12, "来源文件": 26, "第几条": 8, ROW_ID: 24, "原文": 30,
}  # fmt: skip
_HEADER_ROW = 4
_LARGEST_WORKBOOK = 64 << 20
_LARGEST_UNPACKED = 1 << 30
_UNREADABLE = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError)
_LONGEST_CELL = 32_000
_NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_HEAD = PatternFill("solid", fgColor="1F4E79")
_REASON = PatternFill("solid", fgColor="FDE9D9")
WORDING: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "rule_wording.yml").read_text(encoding="utf-8")
)
"""`reason` and `remedy` of every rule that ingestion itself applies; a declared rule brings its own."""


def in_words(dataset: Dataset, row: Mapping[str, Any]) -> tuple[str, str]:
    """(原因, 怎么改) of a refused row."""
    for rule in dataset.rules:
        if rule.name == row["rule"]:
            reason, _, remedy = rule.reason_zh.partition("；")
            return reason, remedy
    known = WORDING[row["rule"]]
    field = next((f for f in dataset.fields if f.name == row["field"]), None)
    facts = {
        "field": field.source if field else "",
        "value": (row["value"] or "")[:100],
        "least": f"{field.min:g}" if field and field.min is not None else "",
        "greatest": f"{field.max:g}" if field and field.max is not None else "",
        "listed": "、".join(field.allowed or ()) if field else "",
    }
    return known["reason"].format(**facts), known["remedy"].format(**facts)


def write_workbooks(folder: Path, datasets: Mapping[str, Dataset], rows: pl.DataFrame) -> dict[str, Path]:
    """One workbook per owner of `rows` (quarantine rows), readable by the service user only; owner -> path."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = {}
    for owner in rows["owner"].unique().sort().to_list():
        own = rows.filter(pl.col("owner") == owner)
        days: list[date] = own["load_date"].sort().to_list()
        path = folder / f"待更正数据_{owner.replace('/', '_')}_{days[0]:%Y%m%d}-{days[-1]:%Y%m%d}.xlsx"
        book = Workbook()
        book.remove(book.worksheets[0])
        for part in own.partition_by("system", "dataset", maintain_order=True):
            _write_sheet(book, datasets[f"{part['system'][0]}/{part['dataset'][0]}"], part)
        temporary = temporary_beside(path)
        temporary.touch(mode=0o600)
        book.save(temporary)
        temporary.replace(path)
        written[owner] = path
    return written


def _write_sheet(book: Workbook, dataset: Dataset, rows: pl.DataFrame) -> None:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet(f"{number} {_NOT_IN_TITLES.sub('', dataset.title)}"[:31])
    titles = [f"{dataset.title}（{dataset.owner}）", f"数据集 {dataset.id}", _guidance(dataset)]
    for place, text in enumerate(titles, start=1):
        cell = _put(sheet, place, 1, text)
        cell.font = Font(bold=place == 1, size=14 if place == 1 else 10)
    headers = [*_FIXED, *dataset.sources]
    described = {f.source: f.description + (f"（{f.unit}）" if f.unit else "") for f in dataset.fields}
    for column, name in enumerate(headers, start=1):
        cell = _put(sheet, _HEADER_ROW, column, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        if described.get(name):
            cell.comment = Comment(described[name], "Zonehouse")
        sheet.column_dimensions[get_column_letter(column)].width = _FIXED.get(name, max(14, len(name) + 4))
    for place, row in enumerate(rows.iter_rows(named=True), start=_HEADER_ROW + 1):
        _write_row(sheet, place, dataset, row, headers)
    sheet.freeze_panes = sheet.cell(_HEADER_ROW + 1, 4)
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{get_column_letter(len(headers))}{_HEADER_ROW + rows.height}"
    choice = DataValidation(type="list", formula1=f'"{YES}"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"A{_HEADER_ROW + 1}:A{_HEADER_ROW + rows.height}")


def _guidance(dataset: Dataset) -> str:
    if dataset.format.kind == "hj212":
        return "数据包由现场数采仪重新上传，不在本表更正。"
    return "在右侧各列直接改正，在“重报”列填“是”，保存后交回。显示 *** 的是个人信息，保持原样。"


def _write_row(sheet: Worksheet, place: int, dataset: Dataset, row: dict[str, Any], headers: list[str]) -> None:
    reason, remedy = in_words(dataset, row)
    fields = source_fields(dataset, row["raw"])
    shown = {
        "原因": reason,
        "怎么改": remedy,
        "接收日期": row["load_date"].isoformat(),
        "来源文件": row["source_file"],
        "第几条": str(row["record_number"]),
        ROW_ID: row["row_id"],
        "原文": None if fields else row["raw"],
    } | fields
    wrong = next((f.source for f in dataset.fields if f.name == row["field"]), None)
    for column, name in enumerate(headers, start=1):
        text = shown.get(name)
        if text is None and name != wrong:
            continue
        cell = _put(sheet, place, column, text or "")
        cell.alignment = Alignment(wrap_text=name in ("原因", "怎么改"), vertical="top")
        if name in ("原因", wrong):
            cell.fill = _REASON


def source_fields(dataset: Dataset, raw: str | None) -> dict[str, str]:
    """The source fields of a refused row's raw text; none where the row could not be taken apart."""
    try:
        content = msgspec.json.decode(raw or "", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
    return {name: str(content[name]) for name in dataset.sources if content.get(name) is not None}


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Text as text: what begins with = must not become a formula, whatever a platform sent."""
    cell = sheet.cell(row, column)
    cell.value = _NOT_PRINTABLE.sub("\ufffd", text)[:_LONGEST_CELL]
    cell.data_type, cell.number_format = "s", "@"
    cell.quotePrefix = True
    return cell


def read_workbook(path: Path, datasets: Mapping[str, Dataset]) -> dict[str, pl.DataFrame]:
    """The rows marked for another try: dataset id -> `row_id`, `record_number` (row of the sheet) and the source fields.

    Raises BadFile when the file is no workbook of this kind.
    """
    if path.stat().st_size > _LARGEST_WORKBOOK:
        raise BadFile(f"{path.name}: the workbook has more than {_LARGEST_WORKBOOK:,} bytes; split it.")
    book = _opened(path)
    found = {}
    for sheet in book.worksheets:
        dataset = _dataset_of(path, sheet, datasets)
        rows = _marked_rows(path, sheet, dataset)
        if rows.height:
            found[dataset.id] = rows
    return found


def _opened(path: Path) -> Workbook:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _LARGEST_UNPACKED:
            raise BadFile(f"{path.name}: the workbook unpacks to {unpacked:,} bytes; it was not read, split it.")
        return load_workbook(path, read_only=True, data_only=True)
    except _UNREADABLE as error:
        raise BadFile(
            f"{path.name}: it is no Excel workbook ({error}); save it as .xlsx and hand it in again."
        ) from error


def _dataset_of(path: Path, sheet: Any, datasets: Mapping[str, Dataset]) -> Dataset:
    text = next(sheet.iter_rows(min_row=2, max_row=2, max_col=1, values_only=True), (None,))[0]
    dataset_id = str(text or "").removeprefix("数据集 ").strip()
    if dataset_id not in datasets:
        raise BadFile(
            f"{path.name}: the sheet {sheet.title!r} does not name a dataset in its second line; "
            "correct the workbook that `zonehouse quarantine export` wrote, without changing its first four lines."
        )
    return datasets[dataset_id]


def _marked_rows(path: Path, sheet: Any, dataset: Dataset) -> pl.DataFrame:
    lines = sheet.iter_rows(min_row=_HEADER_ROW, values_only=True)
    header = [str(name or "") for name in next(lines, ())]
    lacking = [name for name in (AGAIN, ROW_ID, *dataset.sources) if name not in header]
    if lacking:
        raise BadFile(
            f"{path.name}: the sheet {sheet.title!r} lacks the column {lacking[0]}; "
            "correct the workbook that `zonehouse quarantine export` wrote, without changing its columns."
        )
    places = [header.index(name) for name in (ROW_ID, *dataset.sources)]
    again = header.index(AGAIN)
    rows = [
        (number, *(_as_text(line[place]) for place in places))
        for number, line in enumerate(lines, start=_HEADER_ROW + 1)
        if _as_text(line[again]) == YES
    ]
    schema = {"record_number": pl.Int64(), "row_id": pl.String()} | dict.fromkeys(dataset.sources, pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row")


def _as_text(value: object) -> str | None:
    """A cell as the platform would have sent it; Excel turns what looks like a number or a date into one."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None
