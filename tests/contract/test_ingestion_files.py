"""The file connector against a real server: manifests, digests, archives, trouble."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import random
import threading
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ingestion.batch import Window, ingest
from ingestion.connectors import file_listing
from ingestion.connectors.calls import Retries
from ingestion.connectors.source import Source
from ingestion.errors import BadFile, SourceRefused, SourceUnavailable
from tests.contract.ingestion_setting import CODE, DECLARED, OTHER_CODE, lake, published
from tests.contract.local_platform import Platform, running_platform
from tests.contract.test_ingestion_hj212 import COD, framed, hourly

HOURLY, ABNORMAL = DECLARED["monitoring/hourly_report"], DECLARED["credit/abnormal_list"]
DAY = date(2019, 12, 31)
QUICK = Retries(attempts=3, wait_initial=0.01, wait_max=0.02, timeout=600)
ACCOUNT = "Basic " + base64.b64encode(b"sandbox:secret").decode()


class Files:
    """A place with files and their manifest."""

    def __init__(self, platform: Platform, root: str) -> None:
        self.platform, self.root = platform, root
        self.entries: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.manifest_body: bytes | None = None
        platform.answers[f"{root}/manifest.json"] = self.manifest

    def add(self, name: str, content: bytes, rows: int, day: str = "2019-12-31", **entry: Any) -> None:
        digest = hashlib.sha256(content).hexdigest()
        announced = {"name": name, "date": day, "size": len(content), "sha256": digest, "rows": rows, "kind": "changes"}
        self.entries.append(announced | entry)

        async def answer(request: Request) -> Response:
            return Response(content) if request.headers.get("authorization") == ACCOUNT else Response(status_code=401)

        self.platform.answers[f"{self.root}/{name}"] = answer

    async def manifest(self, request: Request) -> Response:
        self.asked.append(dict(request.query_params))
        if request.headers.get("authorization") != ACCOUNT:
            return Response(status_code=401)
        return Response(json.dumps({"files": self.entries}) if self.manifest_body is None else self.manifest_body)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as server:
        yield server


@pytest.fixture
def hours(platform: Platform) -> Files:
    """Twelve hours of one device."""
    files = Files(platform, "/monitoring/hj212/hourly")
    for hour in reversed(range(12)):
        packets = framed(hourly(COD, time=f"20191231{hour:02d}0000")) + b"\r\n"
        files.add(f"20191231/360100_20191231{hour:02d}.hj212.gz", gzip.compress(packets, mtime=0), 1)
    return files


def monitoring(platform: Platform, secret: str = "secret") -> Source:
    return Source("monitoring", f"{platform.url}/monitoring", "sandbox", secret)


def fetch_hours(platform: Platform, home: Path) -> Any:
    return ingest(HOURLY, monitoring(platform), home, Window(DAY, DAY), QUICK)


def refused(home: Path) -> list[str]:
    return [p for p in published(home, "landing") if "/refused/" in p]


def test_many_files_of_a_day(platform: Platform, hours: Files, tmp_path: Path) -> None:
    record = fetch_hours(platform, tmp_path)
    rows = lake(tmp_path, record)
    assert (record.received, record.loaded, len(record.files)) == (12, 12, 12)
    assert rows["measured_at"].dt.hour().to_list() == list(range(12))
    assert rows["source_file"][3] == "20191231/360100_2019123103.hj212.gz"
    assert rows["source_file_sha256"][3] == record.files[3].sha256
    assert hours.asked == [{"from": "2019-12-31", "to": "2019-12-31"}]
    landed = [p for p in published(tmp_path, "landing") if p.endswith(".gz")]
    assert len(landed) == 12
    assert {(tmp_path / p).stat().st_mode & 0o777 for p in landed} == {0o600}


def test_a_day_without_files(platform: Platform, tmp_path: Path) -> None:
    Files(platform, "/monitoring/hj212/hourly")
    record = fetch_hours(platform, tmp_path)
    assert (record.received, record.files) == (0, [])
    assert lake(tmp_path, record).columns == list(HOURLY.lake_schema())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": "0" * 64}, "does not have the digest"),
        ({"size": 10_000}, "bytes and the manifest announces 10,000"),
        ({"size": 5}, "more than 5 bytes"),
        ({"rows": 2}, "holds 1 rows and 2 were announced"),
        ({"name": "../outside.gz"}, "not acceptable"),
        ({"name": "/etc/passwd"}, "not acceptable"),
        ({"name": "20191231/.hidden"}, "not acceptable"),
    ],
)
def test_files_that_are_not_as_announced(
    platform: Platform, hours: Files, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    hours.entries[5] |= change
    with pytest.raises(BadFile, match=words) as error:
        fetch_hours(platform, tmp_path)
    assert str(error.value).startswith("monitoring/hourly_report: ")
    assert published(tmp_path, "lake") + published(tmp_path, "batches") == []
    assert not (tmp_path.parent / "outside.gz").exists()


def test_the_bytes_of_a_refused_delivery_stay_as_evidence(platform: Platform, hours: Files, tmp_path: Path) -> None:
    hours.entries[0] |= {"sha256": "0" * 64}
    with pytest.raises(BadFile):
        fetch_hours(platform, tmp_path)
    assert len([p for p in refused(tmp_path) if p.endswith(".gz")]) == 12
    reason = next(tmp_path / p for p in refused(tmp_path) if p.endswith("refused.json"))
    assert "digest" in json.loads(reason.read_bytes())["reason"]


def test_a_corrected_delivery_loads_after_a_refusal(platform: Platform, hours: Files, tmp_path: Path) -> None:
    right = hours.entries[0]["rows"]
    hours.entries[0]["rows"] = 7
    with pytest.raises(BadFile):
        fetch_hours(platform, tmp_path)
    hours.entries[0]["rows"] = right
    assert fetch_hours(platform, tmp_path).loaded == 12


def test_one_slow_or_broken_download_is_tried_again(platform: Platform, hours: Files, tmp_path: Path) -> None:
    path = f"{hours.root}/{hours.entries[4]['name']}"
    good, lock, trouble = platform.answers[path], threading.Lock(), [500, 503]

    async def answer(request: Request) -> Response:
        with lock:
            return Response(status_code=trouble.pop()) if trouble else await good(request)

    platform.answers[path] = answer
    assert fetch_hours(platform, tmp_path).loaded == 12
    assert platform.count(path) == 3


def test_a_download_that_never_comes(platform: Platform, hours: Files, tmp_path: Path) -> None:
    async def answer(request: Request) -> Response:
        return Response(status_code=503)

    path = f"{hours.root}/{hours.entries[4]['name']}"
    platform.answers[path] = answer
    with pytest.raises(SourceUnavailable, match=r"answered 503 to GET .*hj212\.gz three times; nothing was loaded"):
        fetch_hours(platform, tmp_path)
    assert [p for area in ("landing", "lake", "batches") for p in published(tmp_path, area)] == []


def test_refusals(platform: Platform, hours: Files, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="401 to GET"):
        ingest(HOURLY, monitoring(platform, "wrong"), tmp_path, Window(DAY, DAY), QUICK)
    assert len(platform.seen) == 1
    platform.answers.pop(f"{hours.root}/{hours.entries[0]['name']}")
    with pytest.raises(SourceRefused, match="404 to GET"):
        fetch_hours(platform, tmp_path)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"files": [{"name": "a"}]}', b'{"files": [{"name"'])
def test_a_manifest_that_cannot_be_read(platform: Platform, hours: Files, tmp_path: Path, body: bytes) -> None:
    hours.manifest_body = body
    with pytest.raises(SourceUnavailable, match="half an answer"):
        fetch_hours(platform, tmp_path)


LISTING = "busexclist,uni_social_crd_cd,comp_nm,inclu_dt,inclu_reason,decorg_cn,remove_dt,remexcpres_cn,last_modified"


def abnormal_zip(*rows: str, encoding: str = "gb18030") -> tuple[bytes, dict[str, Any]]:
    """An archive with the list and another member, and what the manifest says about it."""
    content = "\r\n".join([LISTING, *rows, ""]).encode(encoding)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("registration.csv", "x\r\n")
        archive.writestr("abnormal_list.csv", content)
    digest = hashlib.sha256(content).hexdigest()
    members = [
        {"name": "registration.csv", "rows": 0, "sha256": "0" * 64, "kind": "full"},
        {"name": "abnormal_list.csv", "rows": len(rows), "sha256": digest, "kind": "changes"},
    ]
    return whole.getvalue(), {"members": members}


LISTED = f"1,{CODE},某（江西）公司,2019-12-01,通过登记的住所无法联系,市场监管局,,,2019-12-31 08:00:00"
REMOVED = f"2,{OTHER_CODE},另一公司,2019-01-01,未公示年度报告,市场监管局,9999-12-31,,2019-12-31 09:00:00"


DECEMBER = Window(date(2019, 12, 1), DAY)


def fetch_list(platform: Platform, home: Path, window: Window = DECEMBER) -> Any:
    source = Source("credit", f"{platform.url}/credit", "sandbox", "secret")
    return ingest(ABNORMAL, source, home, window, QUICK)


def test_a_member_of_a_daily_archive(platform: Platform, tmp_path: Path) -> None:
    files = Files(platform, "/credit/exchange/credit")
    content, entry = abnormal_zip(LISTED, REMOVED)
    files.add("credit_20191231.zip", content, 2, **entry)
    record = fetch_list(platform, tmp_path)
    assert (record.received, record.loaded, record.kind) == (2, 2, "changes")
    assert lake(tmp_path, record).select("enterprise_name", "listed_date", "removed_date").rows() == [
        ("某(江西)公司", date(2019, 12, 1), None),
        ("另一公司", date(2019, 1, 1), None),
    ]


def test_a_row_has_the_day_of_its_file_in_any_window(platform: Platform, tmp_path: Path) -> None:
    """Three days one by one or at once: a row keeps the day of its file, and what a file says of the next day is refused."""
    files, days = Files(platform, "/credit/exchange/credit"), [date(2019, 7, day) for day in (1, 2, 3)]
    for day in days:
        stamps = {"own": day, "late": date(2019, 5, 20), "wrong_clock": day + timedelta(days=1)}
        rows = [f"{name}{day.day},{CODE},公司,2019-05-01,原因,局,,,{stamp} 00:00:00" for name, stamp in stamps.items()]
        content, entry = abnormal_zip(*rows)
        files.add(f"credit_{day:%Y%m%d}.zip", content, len(rows), str(day), **entry)
    announced = files.entries

    def fetched(home: Path, window: Window) -> set[tuple[Any, ...]]:
        files.entries = [entry for entry in announced if str(window.since) <= entry["date"] <= str(window.until)]
        record = fetch_list(platform, home, window)
        assert record.quarantined == len(record.files)
        return set(lake(home, record).select("listing_id", "file_date").rows())

    at_once = fetched(tmp_path / "at once", Window(days[0], days[-1]))
    assert at_once == {(f"{name}{day.day}", day) for day in days for name in ("own", "late")}
    assert set().union(*(fetched(tmp_path / "nights", Window(day, day)) for day in days)) == at_once


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sha256": "0" * 64}, "digest that the manifest announces"),
        ({"rows": 3}, "holds 2 rows and 3 were announced"),
        ({"name": "other.csv"}, "without abnormal_list.csv"),
    ],
)
def test_a_member_that_is_not_as_announced(
    platform: Platform, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    files = Files(platform, "/credit/exchange/credit")
    content, entry = abnormal_zip(LISTED, REMOVED)
    entry["members"][1] |= change
    files.add("credit_20191231.zip", content, 2, **entry)
    with pytest.raises(BadFile, match=words):
        fetch_list(platform, tmp_path)
    assert published(tmp_path, "lake") == []


def test_an_archive_in_another_encoding(platform: Platform, tmp_path: Path) -> None:
    files = Files(platform, "/credit/exchange/credit")
    content, entry = abnormal_zip(LISTED, REMOVED, encoding="utf-8")
    files.add("credit_20191231.zip", content, 2, **entry)
    with pytest.raises(BadFile, match="UTF-8 and not gb18030"):
        fetch_list(platform, tmp_path)


def test_an_archive_of_many_datasets_is_fetched_once(platform: Platform, tmp_path: Path) -> None:
    """The second dataset links the file that the first one landed; it has to be the announced one."""
    files = Files(platform, "/credit/exchange/credit")
    content, entry = abnormal_zip(LISTED, REMOVED)
    files.add("credit_20191231.zip", content, 2, **entry)
    first = fetch_list(platform, tmp_path)
    sibling = ABNORMAL.model_copy(update={"dataset": "other_list"})
    source = Source("credit", f"{platform.url}/credit", "sandbox", "secret")
    second = ingest(sibling, source, tmp_path, Window(date(2019, 12, 1), DAY), QUICK)
    assert (second.received, second.loaded, second.files) == (2, 2, first.files)
    assert platform.count(f"{files.root}/credit_20191231.zip") == 1
    one, other = (tmp_path / "landing/credit/2019-12-31" / r.batch_id / "credit_20191231.zip" for r in (first, second))
    assert one.samefile(other)
    manifest = json.loads(other.with_name("manifest.json").read_bytes())
    assert manifest["files"][0]["linked_to"] == first.batch_id


@pytest.mark.parametrize("wrong", ["other bytes", "other size", "unreadable"])
def test_a_landed_file_that_is_not_the_announced_one_is_not_linked(
    platform: Platform, tmp_path: Path, wrong: str
) -> None:
    files = Files(platform, "/credit/exchange/credit")
    content, entry = abnormal_zip(LISTED, REMOVED)
    files.add("credit_20191231.zip", content, 2, **entry)
    first = fetch_list(platform, tmp_path)
    landed = tmp_path / "landing/credit/2019-12-31" / first.batch_id / "credit_20191231.zip"
    if wrong == "unreadable":
        landed.unlink()
        landed.symlink_to("nowhere")
    else:
        landed.write_bytes(content[:-1] + (b"" if wrong == "other size" else b"!"))
    sibling = ABNORMAL.model_copy(update={"dataset": "other_list"})
    source = Source("credit", f"{platform.url}/credit", "sandbox", "secret")
    assert ingest(sibling, source, tmp_path, Window(date(2019, 12, 1), DAY), QUICK).loaded == 2
    assert platform.count(f"{files.root}/credit_20191231.zip") == 2


@pytest.mark.parametrize("before", [0, 20 << 20], ids=["from the beginning", "after honest bytes"])
def test_a_bomb_is_not_unpacked(platform: Platform, hours: Files, tmp_path: Path, before: int) -> None:
    name = "20191231/360200_2019123100.hj212.gz"
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    noise = random.Random(7).randbytes(before)
    hours.add(name, packer.compress(noise + bytes(80 << 20)) + packer.flush(), 1)
    with pytest.raises(BadFile, match=r"unpacks to more than 200 times its size, .* not read beyond \d\d,") as error:
        fetch_hours(platform, tmp_path)
    assert name in str(error.value)


def test_an_archive_that_says_it_is_a_bomb_is_not_opened(platform: Platform, tmp_path: Path) -> None:
    files = Files(platform, "/credit/exchange/credit")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("abnormal_list.csv", bytes(64 << 20))
    _, entry = abnormal_zip(LISTED)
    files.add("credit_20191231.zip", whole.getvalue(), 1, **entry)
    with pytest.raises(BadFile, match=r"says that it unpacks to 67,108,864 bytes from .* as zip bombs do"):
        fetch_list(platform, tmp_path)


def test_a_manifest_without_end_is_refused(
    platform: Platform, hours: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_listing, "_LARGEST_MANIFEST", 100)
    with pytest.raises(BadFile, match="the manifest has more than 100 bytes; nothing was loaded"):
        fetch_hours(platform, tmp_path)
    assert len(platform.seen) == 1
