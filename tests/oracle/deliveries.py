"""What comes by hand between the releases: what eight zones and two years would not hold by themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset, load_declarations
from tests.oracle.lake import Lake

RENAMED, NEW_NAME = "361121", "361104"
"""上饶县, since 2019-10-01 广信区."""
JOINED, JOINED_INTO = "360105", "360112"
"""湾里区, since 2020-06-01 part of 新建区."""
MOVER, SECOND_MOVER = "1305000099", "1251000193"
"""Enterprises of the seed that move on 2019-08-23 and 2020-06-05."""
RESTATED_ZONE = "1251"
RESTATED_YUAN = 31_800_000_000
"""Revenue of December 2019 as stated on 2020-01-09, and never restated."""


class Delivery(NamedTuple):
    """Rows of one dataset as a platform spells them, and the day on which somebody brings them."""

    day: date
    dataset: str
    rows: list[dict[str, str]]


def _block(number: int, county: str, at: str, done: str = "") -> dict[str, str]:
    return {
        "milestone_id": f"HAND-{number}",
        "scope_type": "county",
        "scope_code": county,
        "work_item": "13",
        "milestone_code": "block_merged",
        "milestone_name": "散落区块整合",
        "planned_date": "2019-11-30",
        "done_date": done,
        "document_no": "饶府字〔2019〕1号" if done else "",
        "updated_at": at,
    }


def _revenue(amount_wan: int, at: str) -> dict[str, str]:
    month = {"park_id": RESTATED_ZONE, "year_caliber": "2018", "stat_month": "2019-12"}
    return {**month, "zyywsr_value": str(amount_wan), "report_time": at}


def _listed(lake: Lake, enterprise_id: str, at: str) -> dict[str, str]:
    """The enterprise as the platform last knew it, now on the list of key polluters; it has no outlet."""
    [last] = (
        lake.latest("smart_zone/enterprise", "enterprise_id")
        .filter(pl.col("enterprise_id") == enterprise_id)
        .to_dicts()
    )
    return {
        "company_id": enterprise_id,
        "credit_code": last["uscc"],
        "company_name": last["enterprise_name"],
        "park_id": last["zone_id"],
        "industry_code": last["industry_code"],
        "standard_size": last["standard_size"],
        "address": last["address"],
        "company_state": last["enterprise_state"],
        "is_high_tech": "否",
        "is_key_polluter": "是",
        "updated_at": at,
    }


def due(home: Path, since: date | None, day: date) -> list[Delivery]:
    """What is brought after the last release (from `since` on) and by the day."""
    lake = Lake(home, day)
    brought = [
        Delivery(
            date(2019, 1, 25),
            "smart_zone/reform_milestone",
            [
                _block(1, RENAMED, "2019-01-22 09:00:00"),
                _block(2, RENAMED, "2019-01-22 09:01:00"),
                _block(3, JOINED, "2019-01-22 09:02:00"),
            ],
        ),
        Delivery(
            date(2019, 1, 28),
            "smart_zone/enterprise",
            [_listed(lake, MOVER, "2019-01-25 09:00:00"), _listed(lake, SECOND_MOVER, "2019-01-25 09:01:00")],
        ),
        Delivery(
            date(2019, 11, 5),
            "smart_zone/reform_milestone",
            [_block(2, NEW_NAME, "2019-11-04 09:00:00", done="2019-10-28")],
        ),
        Delivery(date(2019, 11, 6), "smart_zone/enterprise", [_listed(lake, MOVER, "2019-11-05 09:00:00")]),
        Delivery(
            date(2020, 1, 9), "smart_zone/zone_indicator", [_revenue(RESTATED_YUAN // 10_000, "2020-01-09 09:00:00")]
        ),
        # Written before the zone's first report of December and found later: it never was the last word.
        Delivery(date(2020, 1, 18), "smart_zone/zone_indicator", [_revenue(9_000_000, "2019-12-31 08:00:00")]),
        Delivery(date(2020, 6, 20), "smart_zone/enterprise", [_listed(lake, SECOND_MOVER, "2020-06-19 09:00:00")]),
    ]
    return [one for one in brought if (since is None or since <= one.day) and one.day <= day]


def deliver(home: Path, since: date | None, day: date, key: bytes) -> list[BatchRecord]:
    """Load what is due."""
    declared = load_declarations()
    return [_load(home, declared[one.dataset], number, one, key) for number, one in enumerate(due(home, since, day))]


def _load(home: Path, dataset: Dataset, number: int, one: Delivery, key: bytes) -> BatchRecord:
    folder = home / "delivered"
    folder.mkdir(exist_ok=True)
    file = folder / f"{one.day}-{dataset.dataset}-{number}.json"
    file.write_text(json.dumps([_whole(dataset, row) for row in one.rows], ensure_ascii=False), "utf-8")
    record = ingest_files(dataset, [file], home, one.day, hash_key=key)
    assert record.loaded == len(one.rows), f"{file.name}: {record.quarantined} rows were refused"
    return record


def _whole(dataset: Dataset, row: Mapping[str, str]) -> dict[str, str]:
    """All fields that the dataset declares, what is not stated as empty."""
    return {field.source: "" for field in dataset.fields} | dict(row)
