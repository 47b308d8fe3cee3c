"""Packets of HJ 212 made for tests, and how they are loaded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from ingestion.batch import BatchRecord
from ingestion.identifiers import hj212_crc
from tests.contract.ingestion_setting import DECLARED, deliver, lake, quarantine

HOURLY = DECLARED["monitoring/hourly_report"]
HOURLY_FIELDS = [f.name for f in HOURLY.fields]
MN = "36010000112233445566AABB"
SENT = datetime(2019, 12, 31, 6, 0, 5)


def framed(data: str, crc: str | None = None, length: int | None = None) -> bytes:
    """A packet with the right length and CRC, or with others."""
    content = data.encode()
    crc = f"{hj212_crc(content):04X}" if crc is None else crc
    return b"##%04d" % (len(content) if length is None else length) + content + crc.encode()


def hourly(
    body: str, time: str = "20191231050000", head: str = "", mn: str = MN, cn: str = "2061", system: str = "32"
) -> str:
    stamp = f"DataTime={time};" if time else ""
    return f"QN=20191231060005123;ST={system};CN={cn};PW=123456;MN={mn};Flag=4;{head}CP=&&{stamp}{body}&&"


COD = "w01018-Cou=1.5,w01018-Min=10.1,w01018-Avg=12.5,w01018-Max=14,w01018-Flag=N"


def load(tmp_path: Path, *packets: bytes) -> tuple[BatchRecord, pl.DataFrame]:
    record = deliver(HOURLY, tmp_path / "home", a_txt=b"\r\n".join([*packets, b""]))
    return record, lake(tmp_path / "home", record)


def rules(tmp_path: Path, record: BatchRecord) -> list[tuple[int, str]]:
    bad = quarantine(tmp_path / "home", record)
    return list(zip(bad["record_number"], bad["rule"], strict=True))
