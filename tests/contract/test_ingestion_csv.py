"""CSV as departments deliver it: encodings, quotation marks, shifted and torn rows, archives."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.decoders import csv_rows
from ingestion.decoders.csv_rows import decode_csv
from ingestion.errors import BadFile
from ingestion.landing import LandedFile
from tests.contract.ingestion_setting import (
    CODE,
    DECLARED,
    FIXTURES,
    HEADER,
    deliver,
    lake,
    persons,
    published,
    quarantine,
)

ROW = f"1,{CODE},有限公司,张三,江西省南昌市（高新区）,12.5"


def csv_bytes(*rows: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join([HEADER, *rows]) + end).encode(encoding)


def zipped(**members: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", "/").replace("_csv", ".csv")), content)
    return whole.getvalue()


def test_real_registrations_load_completely(tmp_path: Path) -> None:
    source = (FIXTURES / "registrations.csv").read_bytes()
    record = deliver(DECLARED["credit/registration_extract"], tmp_path / "home", a_csv=source)
    rows = lake(tmp_path / "home", record)
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (rows.height, rows.height, 0, 0)
    assert rows.height == len(source.decode().splitlines()) - 1
    capital = dict(zip(rows["registered_capital_text"], rows["registered_capital_yuan"], strict=True))
    assert capital["10(万元人民币)"] == Decimal(100000)
    assert capital["1,000(万美元)"] is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    dataset = persons(encoding.removesuffix("-sig"))
    record = deliver(dataset, tmp_path / "home", a_csv=csv_bytes(ROW, encoding=encoding, end=end))
    row = lake(tmp_path / "home", record).row(0, named=True)
    assert row["address"] == "江西省南昌市(高新区)"
    assert row["capital_yuan"] == Decimal("125000.00")
    assert (row["record_number"], row["source_file"], row["source_record_id"]) == (1, "a.csv", "1")


def test_a_byte_order_mark_in_gb18030(tmp_path: Path) -> None:
    record = deliver(persons("gb18030"), tmp_path / "home", a_csv=("\ufeff" + HEADER + "\n" + ROW).encode("gb18030"))
    assert record.loaded == 1


@pytest.mark.parametrize(("declared", "actual"), [("gb18030", "utf-8"), ("utf-8", "gb18030"), ("utf-8", "utf-16")])
def test_another_encoding_is_refused_whole(tmp_path: Path, declared: str, actual: str) -> None:
    dataset = persons(declared)
    with pytest.raises(BadFile, match=r"a\.csv .*(declared|column)"):
        deliver(dataset, tmp_path / "home", a_csv=csv_bytes(*[ROW] * 50, encoding=actual))
    assert published(tmp_path / "home", "lake") == []
    assert [p for p in published(tmp_path / "home", "landing") if p.endswith("/a.csv")]


def test_wrong_rows_go_to_quarantine_and_the_others_load(tmp_path: Path) -> None:
    rows = [
        ROW,
        f"2,{CODE},有限公司,李四",
        f"3,{CODE},有限公司,王五,地址,1,多余",
        f'4,{CODE},有限公司,赵六,"引号没有结束,1',
        f'5,{CODE},有限公司,孙七,"引号, 和 ""双引号""",1',
        "",
        f'6,{CODE},有限公司,周八,"两\r\n行",1',
        "7,,有限公司,吴九,地址,1",
        f"8,{CODE},有限公司,郑十,地址,-1",
        ROW,
    ]
    home = tmp_path / "home"
    record = deliver(persons(), home, a_csv=csv_bytes(*rows))
    assert (record.received, record.loaded, record.quarantined, record.repeats) == (9, 3, 5, 1)
    good, bad = lake(home, record), quarantine(home, record)
    assert good["address"].to_list() == ["江西省南昌市(高新区)", '引号, 和 "双引号"', "两 行"]
    assert good["record_number"].to_list() == [1, 5, 6]
    assert list(zip(bad["record_number"], bad["rule"], strict=True)) == [
        (2, "column_count"),
        (3, "column_count"),
        (4, "quotation"),
        (7, "required"),
        (8, "below_min"),
    ]
    assert bad["owner"].unique().to_list() == ["省市场监管局"]
    assert all(reason.endswith(".") for reason in bad["reason"])


def test_personal_data_stays_in_landing(tmp_path: Path) -> None:
    names = ["张三", "李四", "王五", "赵六"]
    rows = [
        f"1,{CODE},公司,张三,地址,1",
        f"2,{CODE},公司,李四,地址,x",
        f"3,{CODE},多余,公司,王五,地址,1",
        # Shifted by one, but with the right number of fields: the name stands under another heading.
        f"4,{CODE},,公司,赵六,x",
    ]
    home = tmp_path / "home"
    record = deliver(persons(), home, a_csv=csv_bytes(*rows))
    assert "person" not in lake(home, record).columns
    text = lake(home, record).write_csv() + quarantine(home, record).write_csv()
    assert (record.loaded, record.quarantined) == (1, 3)
    assert not [name for name in names if name in text]
    landed = next(p for p in (home / "landing").rglob("a.csv"))
    assert all(name in landed.read_text() for name in names)
    assert landed.stat().st_mode & 0o777 == 0o600


def test_a_new_column_is_kept_and_reported(tmp_path: Path) -> None:
    home = tmp_path / "home"
    content = f"phone2,{HEADER}\r\n12,{ROW}\r\n,{ROW}\r\n".encode()
    record = deliver(persons(), home, a_csv=content)
    assert record.new_fields == ["phone2"]
    assert lake(home, record)["extra"].to_list()[0] == '{"phone2":"12"}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"id,code,kind,person,addr\n", "lacks the column capital"),
        (b"<html>not found</html>\n", "lacks the columns id, code"),
        (b"id,code,kind,person,addr,capital,id\n", "twice"),
    ],
)
def test_a_file_that_is_not_as_declared_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        deliver(persons(), tmp_path / "home", a_csv=content)
    assert published(tmp_path / "home", "lake") + published(tmp_path / "home", "batches") == []


def test_an_empty_table_gives_an_empty_lake_file(tmp_path: Path) -> None:
    record = deliver(persons(), tmp_path / "home", a_csv=csv_bytes())
    rows = lake(tmp_path / "home", record)
    assert record.received == rows.height == 0
    assert rows.columns == list(persons().lake_schema())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a_zip", zipped(inner_csv=csv_bytes(ROW), readme=b"")),
        ("a_csv_gz", gzip.compress(csv_bytes(ROW), mtime=0)),
        ("a_data", gzip.compress(csv_bytes(ROW), mtime=0)),
    ],
)
def test_packed_deliveries(tmp_path: Path, name: str, content: bytes) -> None:
    record = deliver(persons(), tmp_path / "home", **{name: content})
    assert (record.received, record.loaded) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a_zip", zipped(a_csv=csv_bytes(ROW))[:-30], "not a whole ZIP"),
        ("a_zip", zipped(a_csv=csv_bytes(ROW), b_csv=csv_bytes(ROW)), "exactly one"),
        ("a_zip", zipped(**{"..__a_csv": csv_bytes(ROW)}), "outside"),
        ("a_zip", b"no archive", "not the packed file"),
        ("a_csv_gz", gzip.compress(csv_bytes(*[ROW] * 100), mtime=0)[:-20], "cannot be unpacked"),
        ("a_csv_gz", gzip.compress(b"0" * (20 << 20), mtime=0), "unpacks to more than"),
    ],
)
def test_bad_archives_are_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        deliver(persons(), tmp_path / "home", **{name: content})
    assert published(tmp_path / "home", "lake") == []


FIELD = st.text(st.characters(codec="gb18030", exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[FIELD] * 6), max_size=12), st.sampled_from(["utf-8", "gb18030"]), st.integers(5, 400))
def test_what_a_csv_writer_writes_comes_back(
    tmp_path: Path, rows: list[tuple[str, ...]], encoding: str, block: int
) -> None:
    """Any fields, cut into blocks anywhere, come back as they were, apart from blank lines."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(HEADER.split(","))
    writer.writerows(rows)
    path = tmp_path / "x.csv"
    path.write_bytes(target.getvalue().encode(encoding))
    file = LandedFile("x.csv", path, "", path.stat().st_size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "_BLOCK", block)
        chunks = list(decode_csv(persons(encoding), [file]))
    found = [row for chunk in chunks for row in chunk.rows.select(HEADER.split(",")).rows()]
    assert sum(chunk.refused.height for chunk in chunks) == 0
    assert found == rows
