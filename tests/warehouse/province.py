"""Two small nights: the rows that the platforms reported on 29 June 2019 and on the day after."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.warehouse.candidate import Row, add_batch

DAY_1, DAY_2 = date(2019, 6, 29), date(2019, 6, 30)
WATER, GAS = "MN0000000000000000000001", "MN0000000000000000000002"


def _zone(zone_id: str, name: str, kind: str, city: str, reported_at: str = "2018-01-02 08:00:00") -> Row:
    return {"zone_id": zone_id, "zone_name": name, "park_kind": kind, "city_code": city, "reported_at": reported_at}


def _report(zone_id: str, month: str, yi: float | None, reported_at: str) -> Row:
    yuan = None if yi is None else int(yi * 100_000_000)
    values = {"caliber": "2018", "business_month": f"{month}-01", "main_business_revenue_ytd_yuan": yuan}
    return {"zone_id": zone_id, **values, "reported_at": reported_at}


def _enterprise_report(month: str, yuan: int, reported_at: str) -> Row:
    values = {"caliber": "2018", "business_month": f"{month}-01", "main_business_revenue_ytd_yuan": yuan}
    return {"enterprise_id": "E1", "uscc": "91360000625912173B", **values, "reported_at": reported_at}


def _platform(platform_id: str, level: str, zone_id: str, approved: str, **changed: str) -> Row:
    named = {"platform_id": platform_id, "platform_name": f"平台{platform_id}", "platform_type": "企业技术中心"}
    where = {"platform_level": level, "zone_id": zone_id, "approved_date": approved}
    return {**named, **where, "reported_at": f"{approved} 10:00:00", **changed}


def _outlet(outlet_id: str, factor: str, upper: float, **more: Any) -> Row:
    kind, mn, zone_id = ("废水", WATER, "1") if outlet_id == "O1" else ("废气", GAS, "2")
    named = {"outlet_id": outlet_id, "outlet_name": f"{outlet_id}总排口", "outlet_kind": kind, "mn": mn}
    limit = {"pollutant_code": factor, "limit_upper": upper, "valid_from": date(2019, 1, 1)}
    return {**named, "uscc": "x", "zone_id": zone_id, **limit, "reported_at": "2019-01-01 08:00:00", **more}


def _hours(mn: str, factor: str, day: date, hours: Iterable[int], value: float, **more: Any) -> list[Row]:
    start = datetime(day.year, day.month, day.day)
    system_type = "32" if factor.startswith("w") else "31"
    fixed = {"mn": mn, "system_type": system_type, "pollutant_code": factor, "avg_value": value, "flag": "N", **more}
    return [{**fixed, "measured_at": start + timedelta(hours=hour)} for hour in hours]


def load_day_1(path: Path) -> None:
    """Masters, last year's and this year's revenue up to May, two outlets with two days of hours."""
    zones = [
        _zone("1", "南昌高新技术产业 开发区", "1", "360100"),
        _zone("2", "江西赣州章贡高新技术产业园区", "0", "360700"),
        _zone("3", "江西不在册产业园", "9", "360100"),
    ]
    add_batch(path, "smart_zone/zone", DAY_1, zones, ["zone_id"])
    reports = [
        *[_report("1", month, yi, f"{month}-28 18:00:00") for month, yi in (("2018-05", 40), ("2018-06", 50))],
        *[_report("2", month, yi, f"{month}-28 18:00:00") for month, yi in (("2018-05", 80), ("2018-06", 100))],
        _report("1", "2018-12", 100, "2018-12-31 18:00:00"),
        _report("2", "2018-12", 200, "2018-12-31 18:00:00"),
        _report("1", "2019-05", 55, "2019-05-31 18:00:00"),
        _report("2", "2019-05", 70, "2019-05-31 18:00:00"),
        _report("3", "2019-05", None, "2019-05-31 18:00:00"),
        _report("1", "2019-05", 56, "2019-06-15 09:00:00"),
        _report("2", "2019-05", 70, "2019-06-15 09:00:00"),
    ]
    add_batch(path, "smart_zone/zone_indicator", DAY_1, reports, ["zone_id", "business_month"])
    enterprise = {"enterprise_id": "E1", "uscc": "91360000625912173B", "enterprise_name": "企业一", "zone_id": "1"}
    enterprise |= {"industry_code": "3211", "standard_size": "1", "reported_at": "2018-03-01 08:00:00"}
    add_batch(path, "smart_zone/enterprise", DAY_1, [enterprise], ["enterprise_id"])
    registered = {"registration_id": "R1", "uscc": "91360000625912173B", "enterprise_name": "企业一"}
    registered |= {"registration_state": "在营", "reported_at": "2018-06-01 08:00:00"}
    add_batch(path, "credit/registration", DAY_1, [registered], ["uscc"])
    turnover = [_enterprise_report("2019-05", 5_000_000, "2019-05-31 18:00:00")]
    add_batch(path, "smart_zone/enterprise_indicator", DAY_1, turnover, ["enterprise_id", "business_month"])
    platforms = [
        _platform("P1", "国家级", "1", "2019-02-01"),
        _platform("P2", "国家级", "1", "2019-03-01"),
        _platform("P3", "国家级", "2", "2018-03-01"),
        _platform("P4", "省级", "2", "2019-03-01"),
    ]
    add_batch(path, "smart_zone/innovation_platform", DAY_1, platforms, ["platform_id"])
    outlets = [_outlet("O1", "w01018", 50), _outlet("O2", "a21026", 100)]
    add_batch(path, "smart_zone/outlet", DAY_1, outlets, ["outlet_id", "pollutant_code"])
    hourly = [
        *_hours(WATER, "w00000", DAY_1 - timedelta(days=1), range(24), 3, accumulated=10.8),
        *_hours(WATER, "w01018", DAY_1 - timedelta(days=1), range(24), 40, accumulated=0.432),
        *_hours(WATER, "w01018", DAY_1 - timedelta(days=2), range(24), 30, accumulated=0.324),
        *_hours(GAS, "a21026", DAY_1 - timedelta(days=1), range(18), 90, converted_avg_value=95.0),
        *_hours(GAS, "a21026", DAY_1, range(24), 90, converted_avg_value=95.0),
    ]
    add_batch(path, "monitoring/hourly_report", DAY_1, hourly, ["mn", "pollutant_code", "measured_at"])


def load_day_2(path: Path) -> None:
    """June's revenue with a restated May, late and corrected hours, a limit that fell, a change of every master."""
    renamed = _zone("3", "江西新建长堎工业园区", "0", "360100", "2019-06-30 10:00:00")
    add_batch(path, "smart_zone/zone", DAY_2, [renamed], ["zone_id"])
    reports = [
        _report("1", "2019-06", 66, "2019-06-30 18:00:00"),
        _report("2", "2019-06", 69, "2019-06-30 18:00:00"),
        _report("2", "2019-05", 72, "2019-06-30 17:00:00"),
    ]
    add_batch(path, "smart_zone/zone_indicator", DAY_2, reports, ["zone_id", "business_month"])
    revoked = {"registration_id": "R1", "uscc": "91360000625912173B", "enterprise_name": "企业一"}
    revoked |= {"registration_state": "吊销", "reported_at": "2019-06-30 09:00:00"}
    add_batch(path, "credit/registration", DAY_2, [revoked], ["uscc"])
    turnover = [_enterprise_report("2019-06", 6_500_000, "2019-06-30 18:00:00")]
    add_batch(path, "smart_zone/enterprise_indicator", DAY_2, turnover, ["enterprise_id", "business_month"])
    ended = _platform("P2", "国家级", "1", "2019-03-01", revoked_date="2019-06-30", reported_at="2019-06-30 10:00:00")
    add_batch(path, "smart_zone/innovation_platform", DAY_2, [ended], ["platform_id"])
    tighter = _outlet("O2", "a21026", 90, valid_from=DAY_1, reported_at="2019-06-30 10:00:00")
    add_batch(path, "smart_zone/outlet", DAY_2, [tighter], ["outlet_id", "pollutant_code"])
    hourly = [
        *_hours(WATER, "w01018", DAY_2, range(24), 60, accumulated=0.648),
        *_hours(GAS, "a21026", DAY_1 - timedelta(days=1), range(18, 24), 90, converted_avg_value=120.0),
        *_hours(WATER, "w01018", DAY_1 - timedelta(days=1), [0], 40, accumulated=0.432, flag="M"),
    ]
    add_batch(path, "monitoring/hourly_report", DAY_2, hourly, ["mn", "pollutant_code", "measured_at"])
