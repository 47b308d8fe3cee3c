"""The trading exchange: daily batches of XML messages, UTF-8 with BOM, one folder per dataset."""

from datetime import date
from xml.sax.saxutils import escape

import numpy as np

from sandbox.dirt import Dirt, Spoiler
from sandbox.interfaces.files import BuiltFile, shortened
from sandbox.province.trading import DATA_NO, Exchange, Message

_TITLES = {
    "project": ("项目", "PROJECT"),
    "award": ("中标结果公告", "WIN_RESULT_ANNO"),
    "land_deal": ("成交宗地信息", "DEAL_LAND_INFO"),
}
_REQUIRED = {"project": "PROJECT_NAME", "award": "WIN_BIDDER_NAME", "land_deal": "LENDING_NAME"}
_AMOUNT = {"award": "BID_AMOUNT", "land_deal": "DEAL_PRICE"}
_CODE = {"award": "WIN_BIDDER_CODE", "land_deal": "LENDING_CODE"}


def build_trading(exchange: Exchange, dirt: Dirt, dataset: str, day: date, keep: dict[str, float]) -> list[BuiltFile]:
    """The one file of the day, or none when nothing was recorded."""
    messages = exchange.messages(dataset, day)
    if not messages:
        return []
    keys = np.array([int(message.data_key[-15:]) * 4 + int(message.operation) for message in messages])
    spoiler = Spoiler(exchange.seed, f"trading/{dataset}", keys)
    contexts = [dict(message.fields) for message in messages]
    _spoil(spoiler, contexts, dirt, dataset)
    texts = [_des(message, context) for message, context in zip(messages, contexts, strict=True)]
    for row in reversed(spoiler.struck("duplicate_row", dirt.duplicate_row)):
        texts.insert(row, texts[row])
    texts = shortened(texts, keep.get(dataset))
    content = ("\ufeff<MESSAGES>\n" + "\n".join(texts) + "\n</MESSAGES>\n").encode("utf-8")
    return [BuiltFile.of(f"{dataset}_{day:%Y%m%d}.xml", day, content, len(texts), "changes")]


def _spoil(spoiler: Spoiler, contexts: list[dict[str, str]], dirt: Dirt, dataset: str) -> None:
    """Dirt strikes insert and modify messages only; a delete has no fields."""
    for row in spoiler.struck("missing_required", dirt.missing_required):
        contexts[row].pop(_REQUIRED[dataset], None)
    amount, code = _AMOUNT.get(dataset), _CODE.get(dataset)
    for row in spoiler.struck("text_in_number", dirt.text_in_number) if amount else []:
        if amount in contexts[row]:
            contexts[row][amount] += " 元"
    for row in spoiler.struck("lower_case_code", dirt.lower_case_code) if code else []:
        if code in contexts[row]:
            contexts[row][code] = contexts[row][code].lower()


def _des(message: Message, context: dict[str, str]) -> str:
    """One DES element, as the exchange writes it."""
    chinese, english = _TITLES[message.dataset]
    title = {
        "CA_KEY": "88888888889999999999", "DATA_CN": chinese, "DATA_EN": english, "DATA_KEY": message.data_key,
        "DATA_NO": DATA_NO[message.dataset], "DATA_TYPE": message.operation, "ROUTE_WAY": "0",
    }  # fmt: skip
    parts = ["  <DES>"]
    if context:
        parts += ["    <CONTEXT>", *_elements(context), "    </CONTEXT>"]
    return "\n".join([*parts, "    <TITLE>", *_elements(title), "    </TITLE>", "  </DES>"])


def _elements(fields: dict[str, str]) -> list[str]:
    return [f"      <{name}>{escape(value)}</{name}>" for name, value in fields.items()]
