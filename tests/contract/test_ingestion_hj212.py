"""Packets of HJ 212: real ones, the dirt that real ones have, and a round trip."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.declaration import Dataset, Field
from ingestion.decoders import hj212
from ingestion.decoders.hj212 import decode_hj212, load_factors
from ingestion.errors import BadFile
from ingestion.identifiers import hj212_crc
from ingestion.landing import LandedFile
from tests.contract.hj212_packets import COD, HOURLY, HOURLY_FIELDS, MN, SENT, framed, hourly, load, rules
from tests.contract.ingestion_setting import FIXTURES, deliver, lake, published, quarantine

MEANS_AND_READINGS = HOURLY.model_copy(
    update={
        "format": HOURLY.format.model_copy(update={"command": "2011,2051,2061"}),
        "fields": (*HOURLY.fields, Field(source="Rtd", name="reading", type="number")),
    }
)


def test_real_packets_end_as_they_should(tmp_path: Path) -> None:
    """The standard's own packet and 18 that real devices sent, good and bad."""
    content = (FIXTURES / "packets.jsonl").read_bytes()
    dataset = Dataset.model_validate(MEANS_AND_READINGS.model_dump())
    record = deliver(dataset, tmp_path / "home", date(2024, 12, 31), a_jsonl=content)
    rows, bad = lake(tmp_path / "home", record), quarantine(tmp_path / "home", record)
    assert [f.rows for f in record.files] == [len(content.splitlines())] == [19]
    assert (record.received, record.loaded, record.repeats) == (92, 72, 0)
    loaded = rows.group_by("record_number").agg(pl.len(), pl.col("packet_repairs").first()).sort("record_number").rows()
    assert loaded == [
        (2, 7, None),
        (3, 13, None),
        (4, 12, "oversize,split_incomplete,packet_2005"),
        (5, 8, None),
        (6, 7, None),
        (7, 7, None),
        (8, 6, "packet_2005"),
        (9, 7, None),
        (13, 5, "lower_case_crc"),
    ]
    refused = bad.group_by("record_number", "rule").agg(pl.col("value").sort()).sort("record_number").rows()
    assert refused == [
        (1, "other_command", ["1062"]),
        (9, "unknown_factor", ["w01003"]),
        (10, "other_command", ["9014"]),
        (11, "unknown_factor", ["a50001"]),
        (12, "no_values", [None]),
        (13, "unknown_factor", ["a21006", "a21007"]),
        (14, "packet_crc", ["4980"]),
        (15, "unknown_factor", ["a2101", "a2102", "a2103", "a2104", "a2105", "a2106", "a2107"]),
        (16, "packet_crc", ["2800"]),
        (17, "unknown_factor", ["ele01", "ele02"]),
        (18, "unknown_factor", ["w01008"]),
        (19, "other_command", ["2081"]),
    ]


def test_values_of_real_packets(tmp_path: Path) -> None:
    dataset = Dataset.model_validate(MEANS_AND_READINGS.model_dump())
    content = (FIXTURES / "packets.jsonl").read_bytes()
    record = deliver(dataset, tmp_path / "home", date(2024, 12, 31), a_jsonl=content)
    rows = lake(tmp_path / "home", record)

    def one(number: int, code: str, *names: str) -> tuple[object, ...]:
        return rows.filter(pl.col("record_number") == number, pl.col("pollutant_code") == code).select(names).row(0)

    assert one(2, "w00000", "avg_value", "packet_repairs", "extra") == (
        66.09,
        "duplicate_key",
        '{"Avg#2":"19796346.00","Min#2":"19796286.00","Max#2":"19796346.00"}',
    )
    assert one(3, "a34013", "system_type", "reading", "flag") == ("32", 0.0, "D")
    assert one(5, "a01013", "avg_value", "flag") == (-120.4117, "T")
    assert one(7, "w01018", "mn", "reading", "measured_at", "sampled_at") == (
        "000101",
        4653.8,
        datetime(2024, 1, 23, 13, 10),
        datetime(2024, 1, 23, 11, 3, 6),
    )
    assert one(8, "w00000", "reading", "flag", "sent_at") == (0.0, None, None)
    assert one(9, "w01001", "mn", "avg_value", "measured_at") == ("chang000003", 8.437, datetime(2020, 1, 9, 9))


def test_a_time_after_the_loaded_day_is_refused_with_the_day_to_load_it_under(tmp_path: Path) -> None:
    last_hour, next_hour = framed(hourly(COD, time="20191231230000")), framed(hourly(COD, time="20200101000000"))
    record, rows = load(tmp_path, last_hour, next_hour)
    assert rows["measured_at"].to_list() == [datetime(2019, 12, 31, 23)]
    assert rules(tmp_path, record) == [(2, "after_load_date")]
    assert "after 2019-12-31" in quarantine(tmp_path / "home", record)["reason"][0]


def test_values_of_one_packet(tmp_path: Path) -> None:
    gas = "a21026-ZsAvg=30.5,a21026-Avg=20.25,a21026-Flag=M;a00000-Cou=19191.973,a00000-Avg=5.331"
    _, rows = load(tmp_path, framed(hourly(gas, system="31")))
    assert rows.select(HOURLY_FIELDS).rows() == [
        (MN, "31", datetime(2019, 12, 31, 5), "a21026", 20.25, None, None, 30.5, None, "M", None, SENT, None),
        (MN, "31", datetime(2019, 12, 31, 5), "a00000", 5.331, None, None, None, 19191.973, None, None, SENT, None),
    ]
    assert rows["source_record_id"][0] == f"{MN}|a21026|2019-12-31 05:00:00"


def test_codes_of_2005_are_translated(tmp_path: Path) -> None:
    _, rows = load(tmp_path, framed(hourly("011-Avg=1;060-Avg=2;B01-Cou=3;02-Avg=4;S01-Avg=5")))
    assert rows["pollutant_code"].to_list() == ["w01018", "w21003", "w00000", "a21026", "a19001"]
    assert load_factors()["101"] == "w21011"


def test_codes_of_no_edition_are_refused_alone(tmp_path: Path) -> None:
    record, rows = load(tmp_path, framed(hourly(f"{COD};a2101-Avg=1;LA-td=5;e10103-Avg=2")))
    assert rows["pollutant_code"].to_list() == ["w01018", "LA", "e10103"]
    assert rules(tmp_path, record) == [(1, "unknown_factor")]
    assert record.new_fields == ["td"]
    assert rows["extra"].to_list() == [None, '{"td":"5"}', None]


@pytest.mark.parametrize(
    "packet",
    [
        framed(hourly(COD)),
        framed(hourly(COD), crc=f"{hj212_crc(hourly(COD).encode()):04x}"),
        framed(hourly(COD)) + b"**",
        framed(hourly(COD + ";")),
        framed(hourly(COD)) + b"  ",
    ],
)
def test_harmless_dirt_loads(tmp_path: Path, packet: bytes) -> None:
    record, rows = load(tmp_path, packet)
    assert (record.received, record.loaded) == (1, 1)
    assert rows["avg_value"].to_list() == [12.5]


def test_damaged_packets_are_refused_whole_and_count_once(tmp_path: Path) -> None:
    good = hourly(COD + ";w21003-Avg=1")
    packets = [
        framed(good, crc="0000" if hj212_crc(good.encode()) else "0001"),
        framed(good, length=len(good) - 3),
        framed(good, length=len(good) + 3),
        b"#" + framed(good),
        b"##12",
        b"noise",
        framed(hourly(COD, cn="2051")),
        framed("QN=1;CN=2061;no parameters"),
        framed(hourly("")),
        framed(good),
    ]
    record, rows = load(tmp_path, *packets)
    assert rules(tmp_path, record) == [
        (1, "packet_crc"),
        (2, "packet_length"),
        (3, "packet_length"),
        (4, "packet_form"),
        (5, "packet_form"),
        (6, "packet_form"),
        (7, "other_command"),
        (8, "packet_form"),
        (9, "no_values"),
    ]
    assert rows["record_number"].to_list() == [10, 10]
    assert (record.received, record.files[0].rows) == (11, 10)


def test_glued_packets_are_cut_apart(tmp_path: Path) -> None:
    hours = [framed(hourly(COD, time=f"201912310{h}0000")) for h in range(3)]
    record, rows = load(tmp_path, hours[0] + hours[1], hours[2])
    assert record.files[0].rows == 3
    assert rows["measured_at"].dt.hour().to_list() == [0, 1, 2]


def test_a_key_given_twice_keeps_its_first_value(tmp_path: Path) -> None:
    _, rows = load(tmp_path, framed(hourly("w00000-Avg=66.09,w00000-Flag=N;w01018-Avg=1;w00000-Avg=19796346.00")))
    assert rows.select("pollutant_code", "avg_value", "extra").rows() == [
        ("w00000", 66.09, '{"Avg#2":"19796346.00"}'),
        ("w01018", 1.0, None),
    ]


def test_a_packet_sent_twice_is_an_exact_repeat(tmp_path: Path) -> None:
    record, _ = load(tmp_path, *[framed(hourly(COD))] * 3)
    assert (record.received, record.loaded, record.repeats) == (3, 1, 2)


def test_parts_of_a_split_packet_belong_together(tmp_path: Path) -> None:
    first = hourly("w01018-Avg=1,w01018-Min=0.5;w21003-Avg=2", head="PNUM=2;PNO=1;")
    second = hourly("w21003-Flag=D;w21011-Avg=3", time="", head="PNUM=2;PNO=2;")
    record, rows = load(tmp_path, framed(first), framed(second))
    assert rows.select("pollutant_code", "avg_value", "flag").rows() == [
        ("w01018", 1.0, None),
        ("w21003", 2.0, "D"),
        ("w21011", 3.0, None),
    ]
    assert rows["measured_at"].n_unique() == 1
    assert record.quarantined == 0


def test_row_rules_hold_for_measured_values(tmp_path: Path) -> None:
    packets = [
        framed(hourly("w01018-Avg=abc;w21003-Flag=X;w21011-Avg=-0.5,w21011-Flag=N")),
        framed(hourly(COD, time="")),
        framed(hourly(COD, mn="")),
        framed(hourly(COD, time="20191331050000")),
    ]
    record, rows = load(tmp_path, *packets)
    assert rules(tmp_path, record) == [
        (1, "number"),
        (1, "allowed_value"),
        (2, "required"),
        (3, "required"),
        (4, "timestamp"),
    ]
    assert rows["avg_value"].to_list() == [-0.5]


def test_chinese_and_torn_bytes_are_survived(tmp_path: Path) -> None:
    chinese = framed(hourly(f"{COD};w21003-Info=故障"))
    torn = framed(hourly(COD)).replace(b"12.5", b"1\xff.5")
    record, rows = load(tmp_path, chinese, torn)
    assert rows["extra"].to_list()[1] is not None
    assert rules(tmp_path, record) == [(2, "packet_crc")]


def test_gzip(tmp_path: Path) -> None:
    content = framed(hourly(COD)) + b"\r\n"
    assert deliver(HOURLY, tmp_path / "home", a_gz=gzip.compress(content)).loaded == 1


def test_lines_that_hold_no_packet_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="JSON with a packet"):
        deliver(HOURLY, tmp_path / "home", a_jsonl=b'{"packet": 1}\n')
    assert published(tmp_path / "home", "lake") == []


NUMBER = st.decimals(min_value=-1000, max_value=10**6, places=3).map(str)
FACTORS = st.sampled_from(["w01018", "w21003", "w00000", "a21026", "a01012"])
VALUES = st.dictionaries(st.sampled_from(["Avg", "Min", "Max", "Cou"]), NUMBER, min_size=1)
MEASURED = st.dictionaries(FACTORS, VALUES, min_size=1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MEASURED, min_size=1, max_size=12), st.integers(40, 3000), st.booleans())
def test_what_a_device_sends_comes_back(
    tmp_path: Path, hours: list[dict[str, dict[str, str]]], block: int, wrapped: bool
) -> None:
    """Any values, in blocks of any size, bare or wrapped in JSON lines."""
    expected, packets = [], []
    for hour, factors in enumerate(hours):
        time = datetime(2019, 12, 31) + timedelta(hours=hour)
        body = ";".join(",".join(f"{f}-{k}={v}" for k, v in values.items()) for f, values in factors.items())
        packets.append(framed(hourly(body, time=f"{time:%Y%m%d%H%M%S}")))
        expected += [(hour + 1, f, *(v.get(k) for k in ("Avg", "Min", "Max", "Cou"))) for f, v in factors.items()]
    path = tmp_path / "x.txt"
    lines = [json.dumps({"packet": p.decode()}).encode() for p in packets] if wrapped else packets
    path.write_bytes(b"\r\n".join(lines) + b"\r\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hj212, "_BLOCK", block)
        patch.setattr(hj212, "_CHUNK", 1500)
        chunks = list(decode_hj212(HOURLY, [LandedFile("x.txt", path, "", path.stat().st_size)]))
    found = [r for c in chunks for r in c.rows.select("__record", "factor", "Avg", "Min", "Max", "Cou").rows()]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert sum(c.counted.get(0, 0) for c in chunks) == len(hours)
    assert sum(c.refused.height for c in chunks) == 0
