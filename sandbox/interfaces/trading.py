"""The trading exchange: daily batches of XML messages, UTF-8 with BOM, one folder per dataset."""

from datetime import date
from xml.sax.saxutils import escape

import numpy as np

from sandbox.dirt import Dirt, Served, spoil
from sandbox.interfaces.files import BuiltFile, shortened
from sandbox.interfaces.records import Columns, Records, TradingTable, seconds

SYSTEM = "trading"
# Beside the fields of CONTEXT a row holds what the TITLE element says of its message.
_TITLE = ("DATA_KEY", "DATA_TYPE")


def file_name(table: TradingTable, day: date) -> str:
    """The one file of a day."""
    return f"{table.dataset}_{day:%Y%m%d}.xml"


def records_of(table: TradingTable, day: date) -> Records:
    """The day's messages as rows: DATA_KEY, DATA_TYPE and the CONTEXT fields, None in a delete message, which has none."""
    messages = table.messages(day)
    columns: Columns = {
        "DATA_KEY": [message.data_key for message in messages],
        "DATA_TYPE": [message.operation for message in messages],
    }
    contexts = [dict(message.fields) for message in messages]
    for name in dict.fromkeys(name for context in contexts for name in context):
        columns[name] = [context.get(name) for context in contexts]
    keys = np.array([int(message.data_key[-15:]) * 4 + int(message.operation) for message in messages], dtype=np.int64)
    return Records(columns, seconds([message.recorded_at for message in messages]), keys)


def served_on(table: TradingTable, seed: int, dirt: Dirt, day: date) -> Served:
    """The day's messages with their dirt."""
    return spoil(records_of(table, day), table.roles, dirt, seed, f"{SYSTEM}/{table.dataset}", "DATA_TIMESTAMP")


def build_trading(table: TradingTable, seed: int, dirt: Dirt, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The one file of the day, or none when nothing was recorded."""
    served = served_on(table, seed, dirt, day)
    if not len(served):
        return []
    texts = shortened(_messages(table, served.columns), keep.get(table.dataset))
    content = ("\ufeff<MESSAGES>\n" + "\n".join(texts) + "\n</MESSAGES>\n").encode("utf-8")
    return [BuiltFile.of(file_name(table, day), day, content, len(texts), "changes")]


def _messages(table: TradingTable, columns: Columns) -> list[str]:
    names = [name for name in columns if name not in _TITLE]
    contexts = zip(*(columns[name] for name in names), strict=True) if names else [()] * len(columns["DATA_KEY"])
    return [
        _des(table, str(key), str(kind), {n: str(v) for n, v in zip(names, values, strict=True) if v is not None})
        for key, kind, values in zip(columns["DATA_KEY"], columns["DATA_TYPE"], contexts, strict=True)
    ]


def _des(table: TradingTable, data_key: str, operation: str, context: dict[str, str]) -> str:
    """One DES element, as the exchange writes it."""
    title = {
        "CA_KEY": "88888888889999999999", "DATA_CN": table.chinese, "DATA_EN": table.english, "DATA_KEY": data_key,
        "DATA_NO": table.data_no, "DATA_TYPE": operation, "ROUTE_WAY": "0",
    }  # fmt: skip
    parts = ["  <DES>"]
    if context:
        parts += ["    <CONTEXT>", *_elements(context), "    </CONTEXT>"]
    return "\n".join([*parts, "    <TITLE>", *_elements(title), "    </TITLE>", "  </DES>"])


def _elements(fields: dict[str, str]) -> list[str]:
    return [f"      <{name}>{escape(value)}</{name}>" for name, value in fields.items()]
