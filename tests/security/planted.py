"""Deliveries with planted personal data: one file per declared dataset that drops or hashes a field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.sax.saxutils import escape

from ingestion.declaration import Dataset, Field, XmlMessages

MARKS = ("PLANT", "1390791", "36010219800101")
"""What every planted value holds: a part of a name, of a telephone number or of an identity number."""

_GOOD = {
    "uscc": "91360829688526472W",
    "region_code": "360100",
    "industry_code": "3211",
    "standard_no": "GB 8978-1996",
    "month": "2019-06",
    "date": "2019-06-01",
    "timestamp": "2019-12-30 05:00:00",
    "boolean": "1",
    "capital_text": "500万元人民币",
}
Row = dict[str, str]


def personal(field: Field, number: int) -> str:
    """A name, telephone or identity number of its own for a field and row."""
    place = f"{sum(map(ord, field.source)) % 1000:03d}{number % 10}"
    looks = f"{field.source} {field.name}".lower()
    if any(part in looks for part in ("phone", "mobile", "contact_information")):
        return f"1390791{place}"
    if any(part in looks for part in ("code", "_id", "zjhm", "hash")):
        return f"36010219800101{place}"
    return f"欧阳震霆PLANT{place}"


def planted_file(dataset: Dataset) -> tuple[str, bytes]:
    """Name and bytes: good rows, repeats, rows that break rules and rows that are broken, all with planted values."""
    rows = [_row(dataset, number) for number in range(4)]
    rows.append(rows[0])
    rows += list(_bad_rows(dataset))
    kind = dataset.format.kind
    if kind == "json_rows":
        odd = [[rows[0]], "欧阳震霆PLANT", ["欧阳震霆PLANT"], {**rows[0], "new": "x", "CONTACT-NAME": "PLANT"}]
        return "planted.json", json.dumps([*rows, *odd], ensure_ascii=False).encode()
    if kind == "csv_rows":
        return "planted.csv", _csv(dataset, rows)
    assert isinstance(dataset.format, XmlMessages)
    return "planted.xml", _xml(dataset, dataset.format, rows)


def headless_csv(dataset: Dataset) -> bytes:
    """Rows without the header, so that the first row stands where names are expected."""
    lines = [",".join(_row(dataset, number).values()) for number in range(3)]
    return "\n".join(lines).encode(dataset.format.encoding)  # type: ignore[union-attr]


def _row(dataset: Dataset, number: int) -> Row:
    row = {}
    for source in dataset.sources:
        fields = [field for field in dataset.fields if field.source == source]
        row[source] = _value(fields[0], number) if fields else _unit(dataset, source)
    return row


def _value(field: Field, number: int) -> str:
    if field.sensitivity:
        return personal(field, number)
    if field.allowed:
        return field.allowed[0]
    least = int(max(field.min or 0, 1))
    plain = f"{field.name}{number}" if field.type in ("text", "name") else str(least)
    return _GOOD.get(field.type, plain)


def _unit(dataset: Dataset, source: str) -> str:
    """A unit that the fields which are measured by it know."""
    return next(next(iter(f.factors or {})) for f in dataset.fields if f.factor_field == source)


def _bad_rows(dataset: Dataset) -> Iterator[Row]:
    for number, field in enumerate((f for f in dataset.fields if not f.sensitivity), start=5):
        if field.required:
            yield _row(dataset, number) | {field.source: ""}
        elif field.type not in ("text", "name"):
            yield _row(dataset, number) | {field.source: "~"}


def _csv(dataset: Dataset, rows: list[Row]) -> bytes:
    names = [*dataset.sources, "new_field"]
    lines = [",".join(names)] + [",".join([*row.values(), "news"]) for row in rows]
    cells = [*rows[0].values(), "news"]
    shorter = [cells[:place] + cells[place + cut :] for cut in (1, 2) for place in (0, len(cells) // 2)]
    longer = [cells[:place] + ["x"] * more + cells[place:] for more in (1, 3) for place in (0, len(cells) // 2)]
    lines += [",".join(cells) for cells in [*shorter, *longer]]
    lines += [lines[1] + '"', lines[1].replace(",", ',"', 1), '"' + lines[1]]
    return "\n".join(lines).encode(dataset.format.encoding)  # type: ignore[union-attr]


def _xml(dataset: Dataset, form: XmlMessages, rows: list[Row]) -> bytes:
    title = ("DATA_KEY", "DATA_TYPE")

    def message(row: Row, entity: str, twice: bool = False) -> str:
        fields = [(name, value) for name, value in row.items() if name not in title] * (2 if twice else 1)
        context = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields)
        head = f"<DATA_EN>{entity}</DATA_EN><DATA_NO>{form.data_no}</DATA_NO>"
        head += "".join(f"<{name}>{escape(row[name])}</{name}>" for name in title if name in row)
        return f"<DES><CONTEXT>{context}</CONTEXT><TITLE>{head}</TITLE></DES>"

    messages = [message(row, form.entity) for row in rows]
    messages += [message(rows[0], "OTHER"), message(rows[1], form.entity, True), message(rows[1], "OTHER", True)]
    return ("<MESSAGES>" + "".join(messages) + "</MESSAGES>").encode()
