"""Two outlets with their hours, days and facilities: late, corrected, lost, from an unknown device and a wrong clock."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import DAY_1, DAY_2, backfill, first, second, third

WATER, GAS = "MN0000000000000000000001", "MN0000000000000000000002"
UNREGISTERED = "MN0000000000000000000003"
BEFORE = DAY_1 - timedelta(days=1)
# In April the gas has one day of masses, and the third night takes it back.
APRIL, BACKFILLED_DAY = date(2019, 4, 15), date(2019, 6, 18)
SEPTEMBER = date(2019, 9, 30)
# A device of the first night was ahead of its time; on that day nothing else was sent.
AHEAD = date(2019, 7, 10)


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


def _day(day: date, value: float) -> Row:
    fixed = {"mn": WATER, "system_type": "32", "pollutant_code": "w01018", "flag": "N"}
    return {**fixed, "measured_date": day, "avg_value": value}


def _facility(day: date, running_hours: float) -> Row:
    fixed = {"mn": WATER, "sub_device": "SB1", "command": "2041", "state": 1}
    return {**fixed, "measured_at": f"{day} 23:00:00", "running_hours": running_hours}


NIGHTS = (
    (
        first("smart_zone/outlet", _outlet("O1", "w01018", 50), _outlet("O2", "a21026", 100)),
        first(
            "monitoring/hourly_report",
            *_hours(WATER, "w00000", BEFORE, range(24), 3, accumulated=10.8),
            *_hours(WATER, "w01018", BEFORE, range(24), 40, accumulated=0.432),
            *_hours(WATER, "w01018", DAY_1 - timedelta(days=2), range(24), 30, accumulated=0.324),
            *_hours(GAS, "a21026", BEFORE, range(18), 90, converted_avg_value=95.0),
            *_hours(GAS, "a21026", DAY_1, range(24), 90, converted_avg_value=95.0),
            *_hours(GAS, "a21026", APRIL, range(24), 80, converted_avg_value=85.0, accumulated=0.5),
            *_hours(GAS, "a21026", AHEAD, [5], 90, converted_avg_value=95.0),
        ),
        first("monitoring/daily_report", _day(BEFORE, 41)),
        first("monitoring/device_status", _facility(BEFORE, 24)),
    ),
    # Late and corrected hours, a limit that fell the day before, the device's own day corrected.
    (
        second("smart_zone/outlet", _outlet("O2", "a21026", 90, valid_from=DAY_1, reported_at="2019-06-30 10:00:00")),
        second(
            "monitoring/hourly_report",
            *_hours(WATER, "w01018", DAY_2, range(24), 60, accumulated=0.648),
            *_hours(GAS, "a21026", BEFORE, range(18, 24), 90, converted_avg_value=120.0),
            *_hours(WATER, "w01018", BEFORE, [0], 40, accumulated=0.432, flag="M"),
        ),
        second("monitoring/daily_report", _day(BEFORE, 20)),
        second("monitoring/device_status", _facility(DAY_2, 24)),
    ),
    # A limit that had been raised from the second day on, April marked as maintenance, a day of September, and one of
    # June after all.
    (
        third("smart_zone/outlet", _outlet("O1", "w01018", 70, valid_from=DAY_2, reported_at="2019-08-01 10:00:00")),
        third(
            "monitoring/hourly_report",
            *_hours(GAS, "a21026", APRIL, range(24), 80, converted_avg_value=85.0, accumulated=0.5, flag="M"),
            *_hours(WATER, "w01018", SEPTEMBER, range(24), 84, accumulated=0.9),
        ),
        backfill(
            "monitoring/hourly_report",
            *_hours(WATER, "w01018", BACKFILLED_DAY, range(24), 75, accumulated=0.81),
            *_hours(UNREGISTERED, "w01018", BACKFILLED_DAY, range(24), 10),
        ),
        backfill("monitoring/daily_report", _day(BACKFILLED_DAY, 75)),
        backfill("monitoring/device_status", _facility(BACKFILLED_DAY, 0)),
    ),
)
