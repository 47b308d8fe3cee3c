"""What comes by hand between the releases: what eight zones and two years would not hold by themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ingestion.batch import BatchRecord, ingest_files
from ingestion.declaration import Dataset, load_declarations
from tests.oracle.lake import Lake

RENAMED, NEW_NAME = "361121", "361104"
"""上饶县, since 2019-10-01 广信区."""
ENDED = "360105"
"""湾里区, a county until 2020-06-01."""
MOVER, SECOND_MOVER = "1305000099", "1251000193"
"""Enterprises of the seed that move on 2019-08-23 and 2020-06-05."""
RESTATED_ZONE, RESTATED_YUAN = "1251", 31_800_000_000
"""Revenue of December 2019 as stated on 2020-01-09 and never again."""
NEW_ZONE, UPGRADED_ZONE = "9001", "1091"
DELETED_DEAL = "9136115020190506000001"

Row = dict[str, str]


class Delivery(NamedTuple):
    """Rows of one dataset as a platform spells them, and the day on which somebody brings them."""

    day: date
    dataset: str
    rows: list[Row]


def _block(number: int, county: str, at: str, done: str = "") -> Row:
    place = {"scope_type": "county", "scope_code": county, "planned_date": "2019-11-30"}
    return {**place, **_milestone(f"HAND-{number}", 13, "block_merged", at, done)}


def _milestone(name: str, item: int, code: str, at: str, done: str) -> Row:
    kind = {"milestone_id": name, "work_item": str(item), "milestone_code": code, "milestone_name": code}
    return {**kind, "done_date": done, "document_no": "府字〔2019〕1号" if done else "", "updated_at": at}


def _revenue(yuan: int, at: str) -> Row:
    month = {"park_id": RESTATED_ZONE, "year_caliber": "2018", "stat_month": "2019-12"}
    return {**month, "zyywsr_value": str(yuan // 10_000), "report_time": at}


def _last(lake: Lake, dataset: str, **key: str) -> Mapping[str, Any]:
    """The last version of one record."""
    found = lake.latest(dataset, *key).filter(pl.col(name) == value for name, value in key.items())
    return found.row(0, named=True)


def _listed(lake: Lake, enterprise_id: str, at: str) -> Row:
    """The enterprise as the platform last knew it, now on the list of key polluters; it has no outlet."""
    last = _last(lake, "smart_zone/enterprise", enterprise_id=enterprise_id)
    return {
        "company_id": enterprise_id,
        "credit_code": last["uscc"],
        "company_name": last["enterprise_name"],
        "park_id": last["zone_id"],
        "industry_code": last["industry_code"],
        "standard_size": last["standard_size"],
        "address": last["address"],
        "company_state": last["enterprise_state"],
        "is_high_tech": "0",
        "is_key_polluter": "1",
        "updated_at": at,
    }


def _zone(lake: Lake, zone_id: str, at: str, **changed: str) -> Row:
    last = _last(lake, "smart_zone/zone", zone_id=UPGRADED_ZONE)
    kept = {"park_name": last["zone_name"], "area_id": last["city_code"], "space_id": last["county_code"]}
    return {**kept, "park_id": zone_id, "updated_at": at, **changed}


def _strict_limit(lake: Lake, at: str) -> Row:
    """A limit of one outlet that nothing can keep, from the last day of the plan on."""
    [last] = (
        lake.latest("smart_zone/outlet", "outlet_id", "pollutant_code")
        .filter(pl.col("pollutant_code") == "w01018")
        .sort("outlet_id")
        .head(1)
        .to_dicts()
    )
    kept = {name: last[name] for name in ("outlet_id", "outlet_name", "outlet_kind", "mn")}
    place = {"credit_code": last["uscc"], "park_id": last["zone_id"], "factor_code": last["pollutant_code"]}
    return {**kept, **place, "limit_upper": "0.001", "valid_from": "2019-12-31", "updated_at": at}


def _certificate(lake: Lake, number: int, enterprise_id: str, at: str, **changed: str) -> Row:
    last = _last(lake, "smart_zone/enterprise", enterprise_id=enterprise_id)
    of = {"certificate_no": f"GR201936{number}", "credit_code": last["uscc"], "park_id": last["zone_id"]}
    term = {"issued_date": "2019-03-01", "valid_to": "2022-02-28", "certificate_state": "有效"}
    return {**of, **term, "updated_at": at, **changed}


def _platform(at: str, **changed: str) -> Row:
    kind = {"platform_id": "HAND-1", "platform_name": "国家级众创空间", "platform_type": "众创空间"}
    level = {"platform_level": "国家级", "park_id": "1305", "approved_date": "2019-03-05"}
    return {**kind, **level, "updated_at": at, **changed}


def _project(at: str, **changed: str) -> Row:
    """A project above 5 billion yuan in a national zone."""
    kind = {"project_id": "HAND-1", "project_name": "新能源汽车项目", "project_kind": "产业项目", "park_id": "1305"}
    days = {"reserve_date": "2018-10-08", "signed_date": "2019-05-06", "project_stage": "签约"}
    return {**kind, **days, "is_leading": "1", "planned_amount": "600000", "updated_at": at, **changed}


def _problem(at: str, **changed: str) -> Row:
    kind = {"problem_no": "HAND-1", "project_id": "HAND-1", "park_id": "1305", "problem_level": "市级"}
    return {**kind, "opened_date": "2019-10-08", "problem_state": "办理中", "updated_at": at, **changed}


def _zombie(at: str, **changed: str) -> Row:
    kind = {"case_id": "HAND-1", "subject_type": "僵尸企业", "subject_name": "停产企业", "park_id": "1305"}
    return {**kind, "named_date": "2018-11-05", "case_state": "已认定", "updated_at": at, **changed}


def _service_platform(at: str) -> Row:
    functions = ("rd", "testing", "transfer", "incubation", "training", "information", "financing")
    kind = {"platform_id": "HAND-2", "platform_name": "综合服务平台", "park_id": "1305"}
    days = {"opened_date": "2018-03-01", "closed_date": "2019-12-31", "updated_at": at}
    return {**kind, **{f"has_{name}": "1" for name in functions}, **days}


def _green_park(at: str) -> Row:
    kind = {"title_id": "HAND-1", "park_id": "1305", "pilot_kind": "绿色园区", "pilot_level": "省级"}
    return {**kind, "approved_date": "2018-05-01", "revoked_date": "2019-12-31", "updated_at": at}


def _themed_park(at: str) -> Row:
    kind = {"themed_park_id": "HAND-1", "themed_park_name": "主题产业园", "park_id": NEW_ZONE, "theme": "新材料"}
    return {**kind, "approved_date": "2019-03-01", "started_date": "2019-09-02", "updated_at": at}


def _early(lake: Lake) -> list[Delivery]:
    """What is known before the middle of the year."""
    at = "2019-01-22 09:00:00"
    blocks = [_block(1, RENAMED, at), _block(2, RENAMED, at), _block(3, ENDED, at)]
    movers = [_listed(lake, MOVER, "2019-01-25 09:00:00"), _listed(lake, SECOND_MOVER, "2019-01-25 09:00:00")]
    return [
        Delivery(date(2019, 1, 25), "smart_zone/reform_milestone", blocks),
        Delivery(date(2019, 1, 28), "smart_zone/enterprise", movers),
    ]


def _in_november(lake: Lake) -> list[Delivery]:
    """Records that change once more after the year, and a zone that is new."""
    day, at = date(2019, 11, 10), "2019-11-08 09:00:00"
    changed = [_listed(lake, MOVER, at)]
    new_zone = _zone(
        lake, NEW_ZONE, at, park_name="江西安义工业园区", park_kind="2", area_id="360100", space_id="360123"
    )
    regulation = _milestone("HAND-4", 17, "regulation_issued", at, "2019-11-07")
    province = {"scope_type": "province", "scope_code": "360000", "planned_date": "2019-12-01"}
    certificates = [_certificate(lake, 900001, MOVER, at), _certificate(lake, 900002, SECOND_MOVER, at)]
    return [
        Delivery(
            day, "smart_zone/reform_milestone", [_block(2, NEW_NAME, at, "2019-10-28"), {**regulation, **province}]
        ),
        Delivery(day, "smart_zone/enterprise", changed),
        Delivery(day, "smart_zone/zone", [new_zone]),
        Delivery(day, "smart_zone/themed_park", [_themed_park(at)]),
        Delivery(day, "smart_zone/outlet", [_strict_limit(lake, at)]),
        Delivery(day, "smart_zone/high_tech_certificate", certificates),
        Delivery(day, "smart_zone/innovation_platform", [_platform(at)]),
        Delivery(day, "smart_zone/project", [_project(at)]),
        Delivery(day, "smart_zone/project_problem", [_problem(at)]),
        Delivery(day, "smart_zone/zombie_case", [_zombie(at)]),
        Delivery(day, "smart_zone/service_platform", [_service_platform(at)]),
        Delivery(day, "smart_zone/green_park", [_green_park(at)]),
    ]


def _after_the_year(lake: Lake) -> list[Delivery]:
    """What becomes known of the old year in the new one; an end without a day counts from the day it is known."""
    day, at = date(2020, 1, 9), "2019-12-30 09:00:00"
    revoked = [
        _certificate(lake, 900001, MOVER, at, certificate_state="已撤销", revoked_date="2019-12-16"),
        _certificate(lake, 900002, SECOND_MOVER, at, certificate_state="已撤销"),
    ]
    lost = _project("2020-01-08 09:00:00", project_stage="终止", ended_date="2020-01-06")
    return [
        Delivery(day, "smart_zone/high_tech_certificate", revoked),
        Delivery(day, "smart_zone/innovation_platform", [_platform(at, revoked_date="2019-12-27")]),
        Delivery(day, "smart_zone/project", [lost]),
        Delivery(day, "smart_zone/project_problem", [_problem(at, problem_state="已办结")]),
        Delivery(day, "smart_zone/zombie_case", [_zombie(at, case_state="已处置")]),
        Delivery(day, "smart_zone/zone_indicator", [_revenue(RESTATED_YUAN, "2020-01-09 09:00:00")]),
        # Written before the zone's first report of December and found later: it never was the last word.
        Delivery(date(2020, 1, 18), "smart_zone/zone_indicator", [_revenue(90_000_000_000, "2019-12-31 08:00:00")]),
    ]


def _in_june(lake: Lake) -> list[Delivery]:
    """A second move, and a zone that becomes a national one."""
    at = "2020-06-19 09:00:00"
    return [
        Delivery(date(2020, 6, 20), "smart_zone/enterprise", [_listed(lake, SECOND_MOVER, at)]),
        Delivery(date(2020, 6, 20), "smart_zone/zone", [_zone(lake, UPGRADED_ZONE, at, park_kind="1")]),
    ]


def deliver(home: Path, since: date | None, day: date, key: bytes) -> list[BatchRecord]:
    """Load what is brought after the last release (from `since` on) and by the day."""
    lake, declared = Lake(home, day), load_declarations()
    brought = [*_early(lake), *_in_november(lake), *_after_the_year(lake), *_in_june(lake)]
    due = [one for one in brought if (since is None or since <= one.day) and one.day <= day]
    loaded = [_load(home, declared[one.dataset], one, key) for one in due]
    deletion = date(2019, 6, 20)
    if (since is None or since <= deletion) and deletion <= day:
        dataset = declared["trading/farmland_balance_deal"]
        loaded.append(ingest_files(dataset, [_deletion(home)], home, deletion, hash_key=key))
    return loaded


def _load(home: Path, dataset: Dataset, one: Delivery, key: bytes) -> BatchRecord:
    folder = home / "delivered"
    folder.mkdir(exist_ok=True)
    file = folder / f"{one.day}-{dataset.dataset}.json"
    file.write_text(json.dumps([_whole(dataset, row) for row in one.rows], ensure_ascii=False), "utf-8")
    record = ingest_files(dataset, [file], home, one.day, hash_key=key)
    assert record.loaded == len(one.rows), f"{file.name}: {record.quarantined} rows were refused"
    return record


def _whole(dataset: Dataset, row: Row) -> Row:
    """All fields that the dataset declares, what is not stated as empty."""
    return {field.source: "" for field in dataset.fields} | row


def _deletion(home: Path) -> Path:
    """The exchange's own message about a deal, sent once more to delete it."""
    landed = (home / "landing" / "trading").rglob(f"farmland_balance_deal_{DELETED_DEAL[8:16]}.xml")
    texts = (file.read_text("utf-8-sig") for file in landed)
    message = next(text for text in texts if DELETED_DEAL in text)
    [start] = [part for part in message.split("<DES>") if DELETED_DEAL in part]
    body = start.partition("</DES>")[0].replace("<DATA_TYPE>1<", "<DATA_TYPE>3<")
    head, _, tail = body.partition("<DATA_TIMESTAMP>")
    deleted = head + "<DATA_TIMESTAMP>20190619100000" + tail[14:]
    file = home / "delivered" / "farmland_balance_deal_20190619.xml"
    file.write_text(f"<MESSAGES><DES>{deleted}</DES></MESSAGES>", "utf-8")
    return file
