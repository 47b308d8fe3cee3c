"""The zones' lines to the systems of the province, day by day."""

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third


def _line(zone_id: str, system: str, day: str, beats: int, reported_at: str | None = None) -> Row:
    counts = {"connected_enterprise_count": 8, "enterprise_count": 10} if system == "smart_zone" else {}
    named = {"zone_id": zone_id, "system_code": system, "business_date": day, "heartbeat_count": beats}
    return {**named, **counts, "exchanged_row_count": beats // 2, "reported_at": reported_at or f"{day} 23:10:00"}


NIGHTS = (
    (
        first(
            "smart_zone/connection",
            _line("1", "smart_zone", "2019-06-28", 288),
            _line("1", "smart_zone", "2019-06-29", 288),
            _line("1", "credit", "2019-06-29", 144),
        ),
    ),
    # A day is corrected, another zone's line is two days late.
    (
        second(
            "smart_zone/connection",
            _line("1", "smart_zone", "2019-06-30", 0),
            _line("1", "smart_zone", "2019-06-28", 144, "2019-06-30 09:00:00"),
            _line("2", "smart_zone", "2019-06-27", 288, "2019-06-28 09:00:00"),
        ),
    ),
    (
        third("smart_zone/connection", _line("1", "smart_zone", "2019-09-30", 288)),
        backfill("smart_zone/connection", _line("4", "smart_zone", "2019-06-18", 72)),
    ),
)
