"""A short way to everything that a sandbox serves over HTTP, as rows of text, and to what it says is true."""

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from starlette.testclient import TestClient

from sandbox.app import create_app
from sandbox.dirt import Dirt

SECRET = "s"
_BASIC = ("sandbox", SECRET)
Row = dict[str, str | None]


class Answer(NamedTuple):
    """The records of one file, or of a whole window of pages (`file` is None)."""

    file: str | None
    records: list[Row]


class Feed:
    """One sandbox of the small province."""

    def __init__(self, dirt: Dirt | str, seed: int = 7) -> None:
        self.client = TestClient(create_app("small", seed, dirt, SECRET))
        form = {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": SECRET}
        token = self.client.post("/smart_zone/oauth/token", data=form).json()["access_token"]
        self.bearer = {"Authorization": f"Bearer {token}"}

    def pages(self, path: str, first: str, last: str, limit: int = 5000) -> list[dict]:
        """The rows of one table as JSON gives them, for the days first..last."""
        end = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
        window = {"updated_since": f"{first}T00:00:00", "updated_before": f"{end}T00:00:00", "limit": str(limit)}
        rows: list[dict] = []
        cursor: dict[str, str] = {}
        while True:
            answer = self.client.get(f"/smart_zone{path}", headers=self.bearer, params={**window, **cursor})
            assert answer.status_code == 200, answer.text
            rows += answer.json()["data"]["rows"]
            following = answer.json()["data"]["next_cursor"]
            if following is None:
                return rows
            cursor = {"cursor": following}

    def files(self, base: str, first: str, last: str) -> Iterator[tuple[str, bytes]]:
        """(name, content) of every file of a folder."""
        window = {"from": first, "to": last}
        listed = self.client.get(f"{base}/manifest.json", params=window, auth=_BASIC)
        assert listed.status_code == 200, listed.text
        for file in listed.json()["files"]:
            answer = self.client.get(f"{base}/{file['name']}", auth=_BASIC)
            assert answer.status_code == 200
            yield file["name"], answer.content

    def served(self, system: str, dataset: str, path: str, first: str, last: str) -> list[Answer]:
        """What the feed serves, value by value as text; None is null or absent."""
        if system == "smart_zone":
            return [Answer(None, [_texts(row) for row in self.pages(path, first, last)])]
        parse = {"credit": _cells, "trading": _messages, "gov_service": _lines}[system]
        return [Answer(name, parse(body, dataset)) for name, body in self.files(f"/{system}{path}", first, last)]

    def truth(self, what: str, **asked: str) -> list[dict]:
        """One answer of the truth."""
        answer = self.client.get(f"/truth/{what}", params=asked, auth=_BASIC)
        assert answer.status_code == 200, answer.text
        return answer.json()[what]

    def defects(self, system: str, dataset: str, first: str, last: str) -> list[dict]:
        return self.truth("defects", system=system, dataset=dataset, **{"from": first, "to": last})

    def clean(self, system: str, dataset: str, first: str, last: str) -> list[Row]:
        """The true rows, as text."""
        rows = self.truth("rows", system=system, dataset=dataset, **{"from": first, "to": last})
        return [_texts(row) for row in rows]


def _texts(row: dict) -> Row:
    return {name: None if value is None else str(value) for name, value in row.items()}


def _cells(archive: bytes, dataset: str) -> list[Row]:
    content = zipfile.ZipFile(io.BytesIO(archive)).read(f"{dataset}.csv").decode("gb18030")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _messages(content: bytes, _: str) -> list[Row]:
    rows = []
    for message in ET.fromstring(content).iter("DES"):
        fields = [*(message.find("CONTEXT") if message.find("CONTEXT") is not None else [])]
        title = {name: message.findtext(f"TITLE/{name}") for name in ("DATA_KEY", "DATA_TYPE")}
        rows.append({**title, **{field.tag: field.text or "" for field in fields}})
    return rows


def _lines(content: bytes, _: str) -> list[Row]:
    return [_texts(json.loads(line)) for line in gzip.decompress(content).decode("utf-8").splitlines()]
