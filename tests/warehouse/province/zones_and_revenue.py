"""Four zones, one of them renamed, one in the county that gets a new code; and what they report of their revenue."""

from datetime import date

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import Batch, backfill, first, second


def _zone(zone_id: str, name: str, kind: str, city: str, reported_at: str = "2018-01-02 08:00:00", **more: str) -> Row:
    named = {"zone_id": zone_id, "zone_name": name, "park_kind": kind, "city_code": city}
    return {**named, "reported_at": reported_at, **more}


def _report(zone_id: str, month: str, yi: float | None, reported_at: str) -> Row:
    yuan = None if yi is None else int(yi * 100_000_000)
    values = {"caliber": "2018", "business_month": f"{month}-01", "main_business_revenue_ytd_yuan": yuan}
    return {"zone_id": zone_id, **values, "reported_at": reported_at}


NIGHTS = (
    (
        first(
            "smart_zone/zone",
            _zone("1", "南昌高新技术产业 开发区", "1", "360100"),
            _zone("2", "江西赣州章贡高新技术产业园区", "0", "360700"),
            _zone("3", "江西不在册产业园", "9", "360100"),
            _zone("4", "江西上饶高新技术产业园区", "0", "361100", county_code="361121", county_name="上饶县"),
        ),
        first(
            "smart_zone/zone_indicator",
            *[_report("1", month, yi, f"{month}-28 18:00:00") for month, yi in (("2018-05", 40), ("2018-06", 50))],
            *[_report("2", month, yi, f"{month}-28 18:00:00") for month, yi in (("2018-05", 80), ("2018-06", 100))],
            _report("1", "2018-12", 100, "2018-12-31 18:00:00"),
            _report("2", "2018-12", 200, "2018-12-31 18:00:00"),
            _report("1", "2019-05", 55, "2019-05-31 18:00:00"),
            _report("2", "2019-05", 70, "2019-05-31 18:00:00"),
            _report("3", "2019-05", None, "2019-05-31 18:00:00"),
            _report("1", "2019-05", 56, "2019-06-15 09:00:00"),
            _report("2", "2019-05", 70, "2019-06-15 09:00:00"),
        ),
    ),
    # June with a restated May; zone 3 gets the name and the level of the registry.
    (
        second("smart_zone/zone", _zone("3", "江西新建长堎工业园区", "0", "360100", "2019-06-30 10:00:00")),
        second(
            "smart_zone/zone_indicator",
            _report("1", "2019-06", 66, "2019-06-30 18:00:00"),
            _report("2", "2019-06", 69, "2019-06-30 18:00:00"),
            _report("2", "2019-05", 72, "2019-06-30 17:00:00"),
        ),
    ),
    # A May that was restated within the days of the backfill, and a year before all others.
    (
        backfill("smart_zone/zone_indicator", _report("1", "2019-05", 57, "2019-06-18 09:00:00")),
        Batch(
            "smart_zone/zone_indicator",
            [
                _report("1", "2017-06", 60, "2018-01-10 09:00:00"),
                _report("2", "2017-06", 80, "2018-01-10 09:00:00"),
                _report("1", "2017-12", 100, "2018-01-10 10:00:00"),
                _report("2", "2017-12", 200, "2018-01-10 10:00:00"),
            ],
            date(2018, 1, 31),
            date(2018, 1, 1),
        ),
    ),
)
