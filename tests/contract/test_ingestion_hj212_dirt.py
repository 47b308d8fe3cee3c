"""What real packets of HJ 212 have besides the standard: each oddity is survived, repaired or refused, and named."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.declaration import Dataset
from ingestion.decoders import hj212
from ingestion.decoders.hj212 import decode_hj212
from ingestion.decoders.hj212_frames import find_packets
from ingestion.errors import BadFile
from ingestion.identifiers import hj212_crc, hj212_crcs
from ingestion.landing import LandedFile
from tests.contract.hj212_mutations import base_segments, mutated_packets
from tests.contract.hj212_packets import COD, HOURLY, MN, framed, hourly, load, rules
from tests.contract.ingestion_setting import DECLARED, deliver, lake

TWO = "w01018-Avg=1,w01018-Min=0.5;w21003-Avg=2"


def repairs(rows: pl.DataFrame) -> list[str | None]:
    return rows["packet_repairs"].unique(maintain_order=True).to_list()


@pytest.mark.parametrize(
    ("packet", "named"),
    [
        (framed(hourly(COD)), None),
        (framed(hourly(COD)) + b"**", "double_star"),
        (framed(hourly(COD + ";")), "trailing_semicolon"),
        (framed(hourly(COD).replace("&&", "&")), "single_ampersand"),
        (framed(hourly(COD).replace("&&", "")), "single_ampersand"),
        (framed(hourly(COD).replace(";CP=", "CP=")), "missing_separator"),
        (framed(hourly(COD).replace("12.5", "12.5" + "0" * 900)), "oversize"),
        (framed(hourly(COD.replace("w01018", "011"))), "packet_2005"),
        (framed(hourly(COD + ",w01018-Avg=99")), "duplicate_key"),
        (framed(hourly(COD).replace("QN=20191231060005123", "QN=1577743205123")), "epoch_qn"),
        (framed(hourly(COD)) + framed(hourly(COD, mn="other")), "glued_packets"),
    ],
)
def test_every_repair_is_named(tmp_path: Path, packet: bytes, named: str | None) -> None:
    record, rows = load(tmp_path, packet)
    assert (record.quarantined, repairs(rows)) == (0, [named])
    assert rows.select("pollutant_code", "avg_value", "flag").row(0) == ("w01018", 12.5, "N")
    assert rows["measured_at"][0] == datetime(2019, 12, 31, 5)
    assert rows["sent_at"][0] == datetime(2019, 12, 31, 6, 0, 5)


def test_a_check_sum_in_small_letters(tmp_path: Path) -> None:
    data = next(d for d in (hourly(COD, mn=str(n)) for n in range(50)) if f"{hj212_crc(d.encode()):X}".isalnum())
    _, rows = load(tmp_path, framed(data, crc=f"{hj212_crc(data.encode()):04x}"))
    assert repairs(rows) == ["lower_case_crc"]


def test_what_devices_leave_out_stays_empty(tmp_path: Path) -> None:
    old = "ST=32;CN=2061;PW=123456;MN=000101;CP=&&DataTime=20191231050000;B01-Avg=3.41;011-Avg=-2;060-Agv=7&&"
    record, rows = load(tmp_path, framed(old))
    assert rows.select("mn", "pollutant_code", "avg_value", "flag", "sent_at", "packet_repairs", "extra").rows() == [
        ("000101", "w00000", 3.41, None, None, "packet_2005", None),
        ("000101", "w01018", -2.0, None, None, "packet_2005", None),
        ("000101", "w21003", None, None, None, "packet_2005", '{"Agv":"7"}'),
    ]
    assert record.new_fields == ["Agv"]


@pytest.mark.parametrize("sent", ["x0191231060005123", "20191331060005123", "25191231060005123", "2019"])
def test_a_qn_that_is_no_time_does_not_cost_the_values(tmp_path: Path, sent: str) -> None:
    odd = hourly(COD).replace("20191231060005123", sent)
    record, rows = load(tmp_path, framed(odd), framed(hourly(COD, time="20191231060000")))
    assert record.quarantined == 0
    assert rows.select("sent_at", "extra").rows() == [
        (None, f'{{"QN":"{sent}"}}'),
        (datetime(2019, 12, 31, 6, 0, 5), None),
    ]


def test_text_that_belongs_to_no_factor_is_kept(tmp_path: Path) -> None:
    record, rows = load(tmp_path, framed(hourly(f'BeginTime=20191231;{COD};no "pair";w01018-Info=a=b\\')))
    assert rows["extra"].to_list() == ['{"Info":"a=b\\\\","BeginTime":"20191231","no \\"pair\\"":null}']
    assert record.new_fields == ["BeginTime", "Info"]


def test_a_wrong_system_type_is_kept_as_sent(tmp_path: Path) -> None:
    _, rows = load(tmp_path, framed(hourly("a21026-Avg=1", system="32")))
    assert rows.select("system_type", "pollutant_code").row(0) == ("32", "a21026")


def test_heartbeats_are_refused_as_another_command(tmp_path: Path) -> None:
    record, _ = load(
        tmp_path, framed(f"QN=20191231060005123;ST=91;CN=9021;PW=1;MN={MN};Flag=4;CP=&&&&"), framed(hourly(COD))
    )
    assert rules(tmp_path, record) == [(1, "other_command")]


def test_running_times_and_states_of_sub_devices(tmp_path: Path) -> None:
    status = DECLARED["monitoring/device_status"]
    hours = framed(hourly("SB01-RT=23.5;SB02-RT=25", time="20191231000000", cn="2041"))
    states = framed(hourly("SB01-RS=1;SB02-RS=4", time="20191231235500", cn="2021"))
    record = deliver(status, tmp_path / "home", a_txt=b"\r\n".join([hours, states, framed(hourly(COD))]))
    rows = lake(tmp_path / "home", record)
    assert rows.select("sub_device", "command", "measured_at", "running_hours", "state").rows() == [
        ("SB01", "2041", datetime(2019, 12, 31), 23.5, None),
        ("SB01", "2021", datetime(2019, 12, 31, 23, 55), None, 1),
        ("SB02", "2021", datetime(2019, 12, 31, 23, 55), None, 4),
    ]
    assert sorted(rules(tmp_path, record)) == [(1, "above_max"), (3, "other_command")]


def part(number: int, body: str, time: str = "20191231050000", total: int = 2, mn: str = MN) -> bytes:
    return framed(hourly(body, time=time, head=f"PNUM={total};PNO={number};", mn=mn))


def files_of(tmp_path: Path, *contents: list[bytes]) -> list[LandedFile]:
    files = []
    for index, packets in enumerate(contents):
        path = tmp_path / f"{index}.txt"
        path.write_bytes(b"\r\n".join(packets) + b"\r\n")
        files.append(LandedFile(path.name, path, "", path.stat().st_size))
    return files


@pytest.mark.parametrize("chunk", [1, 1 << 20])
def test_parts_find_each_other_over_chunks_and_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """In any order, with other packets and the parts of other devices in between."""
    monkeypatch.setattr(hj212, "_CHUNK", chunk)
    monkeypatch.setattr(hj212, "_BLOCK", 300)
    other = [part(n, f"w01018-Avg={n}", total=3, mn="other") for n in (3, 1)]
    files = files_of(
        tmp_path,
        [part(2, "w21003-Flag=D;w21011-Avg=3", time=""), other[0], framed(hourly(COD, mn="whole"))],
        [other[1], part(1, TWO)],
        [part(2, "w00000-Avg=7", total=3, mn="other")],
    )
    chunks = list(decode_hj212(HOURLY, files))
    rows = pl.concat([c.rows for c in chunks]).sort("__file", "__record")
    columns = ["__file", "__record", "MN", "factor", "Avg", "Flag", "DataTime", "repairs"]
    assert rows.select(columns).rows() == [
        (0, 1, MN, "w01018", "1", None, "20191231050000", "split_packet"),
        (0, 1, MN, "w21003", "2", "D", "20191231050000", "split_packet"),
        (0, 1, MN, "w21011", "3", None, "20191231050000", "split_packet"),
        (0, 2, "other", "w01018", "1", None, "20191231050000", "split_packet,duplicate_key"),
        (0, 2, "other", "w00000", "7", None, "20191231050000", "split_packet"),
        (0, 3, "whole", "w01018", "12.5", "N", "20191231050000", None),
    ]
    assert rows["__extra"].to_list()[3] == '{"Avg#2":"3"}'
    assert sum(c.refused.height for c in chunks) == 0
    assert [sum(c.counted.get(i, 0) for c in chunks) for i in range(3)] == [3, 2, 1]


def test_a_packet_that_never_gets_whole_gives_what_it_has(tmp_path: Path) -> None:
    record, rows = load(
        tmp_path, part(1, TWO, total=3), part(3, "w21011-Avg=3", time="", total=3), part(2, COD, "", mn="x")
    )
    assert rows.select("mn", "pollutant_code", "packet_repairs").rows() == [
        (MN, "w01018", "split_incomplete"),
        (MN, "w21003", "split_incomplete"),
        (MN, "w21011", "split_incomplete"),
    ]
    assert rules(tmp_path, record) == [(3, "required")]


def test_a_part_that_is_sent_again_is_a_repeat(tmp_path: Path) -> None:
    first, second = part(1, TWO), part(2, "w21011-Avg=3", time="")
    for order in ([first, first, second, second], [second, first, first, second]):
        home = tmp_path / str(order[0] == first)
        home.mkdir()
        record, rows = load(home, *order)
        assert rows["pollutant_code"].to_list() == ["w01018", "w21003", "w21011"]
        assert (record.repeats, record.quarantined) == (3, 0)


def test_a_part_with_two_bodies_is_put_together_once(tmp_path: Path) -> None:
    twice = f"QN=1;ST=32;CN=2061;MN={MN};XCP=5;PNUM=2;PNO=1;CP=&&PNUM=2;PNO=1;CP=&&{COD}&&"
    record, _ = load(tmp_path, framed(twice), framed(twice.replace("PNO=1", "PNO=2")), framed(twice))
    assert record.received > 0


def test_parts_without_qn_are_told_apart_by_their_time(tmp_path: Path) -> None:
    def old(number: int, hour: int, body: str) -> bytes:
        head = f"ST=31;CN=2061;PW=1;MN={MN};Flag=2;PNUM=2;PNO={number};"
        return framed(f"{head}CP=&&DataTime=201912310{hour}0000;{body}&&")

    record, rows = load(
        tmp_path, old(1, 4, "02-Avg=1"), old(2, 4, "03-Avg=2"), old(1, 5, "02-Avg=3"), old(1, 6, "02-Avg=4")
    )
    assert rows.select(pl.col("measured_at").dt.hour(), "pollutant_code", "avg_value", "packet_repairs").rows() == [
        (4, "a21026", 1.0, "split_packet,packet_2005"),
        (4, "a21002", 2.0, "split_packet,packet_2005"),
        (5, "a21026", 3.0, "split_incomplete,packet_2005"),
        (6, "a21026", 4.0, "split_incomplete,packet_2005"),
    ]
    assert record.received == 4


def test_parts_do_not_wait_in_unbounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion.decoders import hj212_parts

    monkeypatch.setattr(hj212_parts, "_MOST_WAITING", 2_000)
    parts = [part(1, TWO, mn=f"MN{n}") for n in range(60)]
    decoder = hj212._Decoder(HOURLY)
    chunk = decoder.chunk([hj212._Block(0, b"\r\n".join(parts))])
    assert chunk.rows["MN"].n_unique() > 40
    assert decoder.parts._size <= 2_000
    assert chunk.rows.height + decoder.chunk([], is_last=True).rows.height == 120


def test_packets_without_any_line_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hj212, "_LONGEST_LINE", 1_000)
    monkeypatch.setattr(hj212, "_BLOCK", 700)
    packets = [framed(hourly(COD, mn=f"MN{n}")) for n in range(40)]
    record = deliver(HOURLY, tmp_path / "home", a_txt=b"".join(packets))
    assert lake(tmp_path / "home", record)["mn"].to_list() == [f"MN{n}" for n in range(40)]
    (tmp_path / "noise").mkdir()
    other = deliver(HOURLY, tmp_path / "noise" / "home", a_txt=b"x" * 50_000)
    assert (other.loaded, other.quarantined) == (0, other.received)


@given(st.binary(max_size=400).map(lambda b: b.replace(b"#", b"##")))
def test_packets_are_found_as_a_plain_reading_finds_them(text: bytes) -> None:
    import re

    lines = [line.strip() for line in text.split(b"\n")]
    expected = []
    for line in lines:
        cuts = [m.start() for m in re.finditer(rb"##\d{4}", line) if m.start() >= 2]
        expected += [line[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    found = find_packets(text)
    assert [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == [one for one in expected if one]


@given(st.lists(st.binary(max_size=1100), max_size=12))
def test_check_sums_of_many_are_those_of_each(segments: list[bytes]) -> None:
    assert hj212_crcs(segments).tolist() == [hj212_crc(segment) for segment in segments]


@given(st.sampled_from(base_segments()), st.integers(0, 2000), st.integers(1, 255))
def test_one_wrong_byte_is_always_noticed(segment: bytes, place: int, change: int) -> None:
    """The check sum of the standard finds every error within one byte."""
    place %= len(segment)
    spoiled = segment[:place] + bytes([segment[place] ^ change]) + segment[place + 1 :]
    assert hj212_crc(spoiled) != hj212_crc(segment)


def accounted(dataset: Dataset, packets: list[bytes]) -> None:
    """Every line ends as rows, refused, or the file is refused whole; a batch adds up (ingestion asserts that)."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            record = deliver(dataset, Path(folder) / "home", a_txt=b"\r\n".join(packets))
        except BadFile:
            return
        assert record.received == record.loaded + record.quarantined + record.repeats
        assert record.files[0].rows >= any(packet.strip() for packet in packets)


@settings(max_examples=30)
@given(st.integers(0, 10**9), st.integers(1, 60), st.sampled_from(["hourly_report", "daily_report", "device_status"]))
def test_mutated_packets_are_survived(seed: int, count: int, name: str) -> None:
    accounted(DECLARED[f"monitoring/{name}"], mutated_packets(seed, count))


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=120), max_size=20))
def test_noise_is_survived(lines: list[bytes]) -> None:
    accounted(HOURLY, lines)
    accounted(HOURLY, [framed(line.decode("latin-1")) for line in lines])


def test_mutations_repeat_and_differ() -> None:
    assert mutated_packets(1, 50) == mutated_packets(1, 50) != mutated_packets(2, 50)
