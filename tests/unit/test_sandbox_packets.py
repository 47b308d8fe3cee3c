"""Packets of HJ 212-2017 built by the sandbox: check sums of real packets, text and limits of the standard."""

import re
from datetime import date

import numpy as np
import pytest

from sandbox.interfaces.hj212 import crc16, packet, segments
from sandbox.province.model import build_province

REAL = {
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&": "1C80",
    "QN=20210320163101890;ST=32;CN=2011;PW=123456;MN=81733553213013;Flag=4;CP=&&DataTime=20210320013400;"
    "w00000-Rtd=181.682,w00000-Flag=N;w21001-SampleTime=20210320005400,w21001-Rtd=45.160,w21001-Flag=N;"
    "w21011-SampleTime=20210320013400,w21011-Rtd=1.970,w21011-Flag=N;w21003-SampleTime=20210320013400,"
    "w21003-Rtd=53.131,w21003-Flag=N;w01018-SampleTime=20210320013400,w01018-Rtd=194.200,w01018-Flag=N;"
    "w01001-SampleTime=20210320013406,w01001-Rtd=7.496,w01001-Flag=N&&": "6E80",
}


def plain_crc(data: bytes) -> int:
    """The algorithm as the standard words it, one byte and one bit at a time."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            carry = register & 1
            register >>= 1
            if carry:
                register ^= 0xA001
    return register


def test_real_packets_have_their_real_check_sum() -> None:
    found = [f"{value:04X}" for value in crc16([text.encode() for text in REAL])]
    assert found == list(REAL.values())
    first = next(iter(REAL))
    assert packet(first.encode(), "1C80") == f"##0101{first}1C80\r\n".encode()


def test_the_batch_agrees_with_the_plain_algorithm() -> None:
    rng = np.random.default_rng(1)
    segments_of_all_lengths = [rng.integers(0, 256, n, dtype=np.uint8).tobytes() for n in [1, 2, 3, 17, 200, 949, 1024]]
    assert crc16(segments_of_all_lengths).tolist() == [plain_crc(one) for one in segments_of_all_lengths]
    assert crc16([]).tolist() == []


@pytest.mark.parametrize("day", [date(2018, 2, 28), date(2019, 12, 31)])
def test_segments_keep_to_the_standard(day: date) -> None:
    province = build_province("small", 7)
    for values in province.pollution.day(day):
        count = len(values.device)
        mn = [province.outlets.mn[i] for i in values.device]
        flags = np.full((count, 24), "N")
        flags[0, 3] = "D"
        made = segments(day, values, mn, flags, np.full((count, 24), 61_234))
        assert len(made) == count * 24
        fourth = made[3].decode()
        next_day = "20180228" if day.year == 2018 else "20191231"
        assert fourth.startswith(f"QN={next_day}040101234;ST=3")
        assert f"MN={mn[0]};Flag=4;CP=&&DataTime={day:%Y%m%d}030000;" in fourth
        assert "-Flag=D" in fourth and "-Flag=N" not in fourth and "-Flag=D" not in made[4].decode()
        for one in made:
            assert len(one) <= 1024
            assert len(one.split(b"&&")[1]) <= 950
            assert re.fullmatch(rb"QN=\d{17};ST=3[12];CN=2061;PW=123456;MN=[0-9A-F]{24};Flag=4;CP=&&[^&]+&&", one)
        last = made[23].decode()
        assert last.startswith(f"QN={'20180301' if day.year == 2018 else '20200101'}00")


def test_amount_follows_from_flow_and_concentration() -> None:
    province = build_province("small", 7)
    for values in province.pollution.day(date(2019, 7, 1)):
        flow = values.average[:, :, 0]
        per_hour = 3.6 if values.profile.startswith("water") else 3600.0
        np.testing.assert_allclose(values.amount[:, :, 0], flow * per_hour)
        np.testing.assert_allclose(values.amount[:, :, 2], values.average[:, :, 2] * flow * 3600e-6)
        assert (values.low <= values.average).all() and (values.average <= values.high).all()
