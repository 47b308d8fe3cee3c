"""Refused rows go to their owner as a workbook and come back, or are read again after a rule was mended."""

import re
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

import ingestion
from ingestion.errors import BadFile, IngestionError
from ingestion.quarantine import Selection, quarantined_rows, row_history, summary, waiting
from ingestion.records import BatchRecord, read_records
from ingestion.replay import replay_workbook, reread
from ingestion.workbook import WORDING, write_workbooks
from tests.contract.ingestion_setting import CODE, DAY, HEADER, OTHER_CODE, deliver, lake, persons

LATER = date(2020, 1, 2)
PERSONS = {"credit/persons": persons()}
BAD_CODE = "91360829688526472X"
GOOD = f"1,{CODE},有限公司,王小明,工业大道1号,500"
BAD = f"2,{BAD_CODE},有限公司,李小红,工业大道2号,500"
SHIFTED = f"3,{OTHER_CODE},,有限公司,赵小刚,创新大道2号,300"
KEY = b"k" * 64


def received(home: Path) -> BatchRecord:
    return deliver(PERSONS["credit/persons"], home, a_csv="\n".join([HEADER, GOOD, BAD, SHIFTED]).encode())


def exported(home: Path, tmp_path: Path) -> Path:
    rows = waiting(quarantined_rows(home, Selection()))
    (path,) = write_workbooks(tmp_path / "out", PERSONS, rows).values()
    return path


def correct(path: Path, row_id_end: str, **cells: str) -> None:
    """Change cells of the row whose id ends so, and mark it."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    header = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        if str(sheet.cell(row, header["行标识"]).value).endswith(row_id_end):
            for name, value in ({"重报": "是"} | cells).items():
                sheet.cell(row, header[name]).value = value
    book.save(path)


def test_a_workbook_says_in_chinese_why_and_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    received(home)
    path = exported(home, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "省市场监管局" in path.name
    sheet = load_workbook(path).worksheets[0]
    header = [cell.value for cell in sheet[4]]
    first = dict(zip(header, [cell.value for cell in sheet[5]], strict=True))
    assert first["原因"] == f"统一社会信用代码“{BAD_CODE}”的校验位不符"
    assert first["怎么改"].startswith("按营业执照核对代码")
    assert (first["code"], first["id"], first["第几条"]) == (BAD_CODE, "2", "2")
    assert first["person"] == "***"
    second = dict(zip(header, [cell.value for cell in sheet[6]], strict=True))
    assert "列数" in second["原因"]
    assert second["原文"].startswith("3,") and "赵小刚" not in second["原文"]


def test_every_rule_that_can_refuse_a_row_is_worded_for_its_owner() -> None:
    code = "\n".join(path.read_text("utf-8") for path in Path(ingestion.__file__).parent.rglob("*.py"))
    forms = (r'Fault\(\s*"(\w+)"', r'_faults\(text, values, "(\w+)"', r'"rule": "([a-z_]+)"', r'rule, what = "(\w+)"',
             r'lit\("(\w+)"\)\.alias\("rule"\)', r'return "(packet_\w+)"', r'\.add\(\s*segment, "(\w+)"')  # fmt: skip
    used = {rule for form in forms for rule in re.findall(form, code)} | {"other_command"}
    assert used <= WORDING.keys()
    assert [rule for rule in WORDING if f'"{rule}"' not in code] == []


def test_what_a_platform_sent_never_becomes_a_formula(tmp_path: Path) -> None:
    home = tmp_path / "home"
    deliver(persons(), home, a_csv=f"{HEADER}\n=1+1,{BAD_CODE},有限公司,王小明,工业大道1号,500".encode())
    sheet = load_workbook(exported(home, tmp_path)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "=1+1" for cell in cells)
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_corrected_row_is_loaded_and_keeps_its_history(tmp_path: Path) -> None:
    home = tmp_path / "home"
    original = received(home)
    path = exported(home, tmp_path)
    correct(path, "-2", code=OTHER_CODE)
    (record,) = replay_workbook(home, PERSONS, path, LATER, None)
    assert (record.received, record.loaded, record.quarantined, record.kind) == (1, 1, 0, "replay")
    assert record.cursor_after is None
    row = lake(home, record).row(0, named=True)
    assert (row["entity_id"], row["uscc"], row["source_file"]) == ("2", OTHER_CODE, path.name)
    # The workbook masks the columns beside a personal one; the correction has them as they were received.
    assert (row["kind"], row["address"]) == ("有限公司", "工业大道2号")
    rows = quarantined_rows(home, Selection())
    assert rows.height == 2
    (left,) = waiting(rows)["row_id"].to_list()
    assert left.endswith("-3")
    (past,) = row_history(home, next(iter(record.replayed)))
    assert past["batch_id"] == original.batch_id
    assert past["outcome"] == f"taken up on {LATER} by batch {record.batch_id}: loaded"
    counts = summary(rows).select("rule", "waiting", "taken_up").rows()
    assert sorted(counts) == [("column_count", 1, 0), ("uscc_check", 0, 1)]


def test_a_row_that_could_not_be_taken_apart_is_filled_in(tmp_path: Path) -> None:
    home = tmp_path / "home"
    received(home)
    path = exported(home, tmp_path)
    correct(path, "-3", id="3", code=OTHER_CODE, kind="有限公司", addr="创新大道2号", capital="300")
    (record,) = replay_workbook(home, PERSONS, path, LATER, None)
    assert lake(home, record)["capital_yuan"].to_list() == [3_000_000]


def test_a_correction_that_is_wrong_again_is_quarantined_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    received(home)
    path = exported(home, tmp_path)
    correct(path, "-2", code="not a code")
    (record,) = replay_workbook(home, PERSONS, path, LATER, None)
    assert (record.loaded, record.quarantined) == (0, 1)
    first = next(iter(record.replayed))
    chain = row_history(home, first)
    assert [row["outcome"] for row in chain] == [
        f"taken up on {LATER} by batch {record.batch_id}: refused again",
        "waits for a correction",
    ]


def test_the_same_workbook_twice_does_nothing_more(tmp_path: Path) -> None:
    home = tmp_path / "home"
    received(home)
    path = exported(home, tmp_path)
    correct(path, "-2", code=OTHER_CODE)
    once = replay_workbook(home, PERSONS, path, LATER, None)
    assert replay_workbook(home, PERSONS, path, LATER, None) == once
    assert len(read_records(home)) == 2
    correct(path, "-3", id="3")
    with pytest.raises(BadFile, match=r"was taken up before by batch"):
        replay_workbook(home, PERSONS, path, LATER, None)
    assert len(read_records(home)) == 2


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda sheet: sheet.delete_rows(2), "does not name a dataset"),
        (lambda sheet: sheet.delete_cols(7), "lacks the column 行标识"),
        (lambda sheet: sheet.cell(5, 7, "ffffffffffff-1-1"), "has no refused row ffffffffffff-1-1"),
    ],
)
def test_a_changed_workbook_is_refused_in_one_sentence(tmp_path: Path, spoil, sentence: str) -> None:
    home = tmp_path / "home"
    received(home)
    path = exported(home, tmp_path)
    correct(path, "-2", code=OTHER_CODE)
    book = load_workbook(path)
    spoil(book.worksheets[0])
    book.save(path)
    with pytest.raises(BadFile, match=sentence):
        replay_workbook(home, PERSONS, path, LATER, None)
    assert len(read_records(home)) == 1


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 no")
    with pytest.raises(BadFile, match="it is no Excel workbook"):
        replay_workbook(tmp_path, PERSONS, path, LATER, None)


def test_rows_are_read_again_after_a_rule_was_mended(tmp_path: Path) -> None:
    home = tmp_path / "home"
    original = received(home)
    assert reread(home, PERSONS, Selection(), LATER, None) == []
    mended = persons()
    fields = [f.model_copy(update={"type": "text"}) if f.name == "uscc" else f for f in mended.fields]
    mended = mended.model_copy(update={"fields": tuple(fields)})
    (record,) = reread(home, {"credit/persons": mended}, Selection(), LATER, None)
    assert (record.received, record.loaded, record.replay_of) == (1, 1, original.batch_id)
    row = lake(home, record).row(0, named=True)
    assert (row["uscc"], row["source_file"], row["record_number"]) == (BAD_CODE, "a.csv", 2)
    assert row["file_date"] == LATER
    assert waiting(quarantined_rows(home, Selection()))["rule"].to_list() == ["column_count"]
    assert reread(home, {"credit/persons": mended}, Selection(), LATER, None) == []


def test_a_hashed_value_survives_a_correction(tmp_path: Path) -> None:
    fields = [
        {"source": "id", "name": "entity_id", "type": "text", "required": True},
        {"source": "phone", "name": "phone_hash", "type": "text", "sensitivity": "hash"},
        {"source": "capital", "name": "capital_yuan", "type": "money"},
    ]
    dataset = persons(fields=fields)
    home = tmp_path / "home"
    content = b"id,phone,capital\n1,13800000000,5\n2,13800000000,x\n"
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    from ingestion.batch import ingest_files

    first = ingest_files(dataset, [path], home, DAY, KEY)
    rows = waiting(quarantined_rows(home, Selection()))
    (workbook,) = write_workbooks(tmp_path / "out", {dataset.id: dataset}, rows).values()
    assert b"13800000000" not in workbook.read_bytes()
    correct(workbook, "-2", capital="7")
    (record,) = replay_workbook(home, {dataset.id: dataset}, workbook, LATER, KEY)
    hashes = pl.concat([lake(home, first), lake(home, record)])["phone_hash"].to_list()
    assert len(hashes) == 2 and len(set(hashes)) == 1 and hashes[0]


def test_a_packet_with_one_bad_factor_does_not_double_the_others(tmp_path: Path, monkeypatch) -> None:
    from ingestion.decoders import hj212
    from tests.contract.ingestion_setting import DECLARED

    data = "QN=20191231010000000;ST=32;CN=2061;PW=1;MN=010000A8900016F000169DC0;Flag=4;CP=&&DataTime=20191231000000;"
    data += "w01018-Avg=5,w01018-Flag=N;w99998-Avg=3,w99998-Flag=N&&"
    from ingestion.identifiers import hj212_crcs

    packet = f"##{len(data):04d}{data}{int(hj212_crcs([data.encode()])[0]):04X}\r\n"
    dataset = DECLARED["monitoring/hourly_report"]
    home = tmp_path / "home"
    first = deliver(dataset, home, a_txt=packet.encode())
    assert (first.loaded, first.quarantined) == (1, 1)
    table = hj212.load_factors() | {"w99998": "w99998"}
    monkeypatch.setattr(hj212, "load_factors", lambda: table)
    (record,) = reread(home, {dataset.id: dataset}, Selection(), LATER, None)
    assert lake(home, record)["pollutant_code"].to_list() == ["w99998"]
    assert waiting(quarantined_rows(home, Selection())).height == 0


def test_an_unknown_row_id_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="No quarantined row has the id nothing"):
        row_history(tmp_path, "nothing")
