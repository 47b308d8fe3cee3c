"""Sizes of the synthetic province and the span of days it can tell of."""

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2018, 1, 1)
LAST_DAY = date(2020, 12, 31)


@dataclass(frozen=True)
class Scale:
    """How much of the province a sandbox holds; an empty `zone_ids` means every zone.

    `high_tech_count` enterprises hold a high-tech certificate at some time from 2018 to 2020, nineteen of twenty of them on
    31 December 2019: in the whole province a little less than the 3,000 of the plan, however many enterprises it has.
    """

    name: str
    zone_ids: tuple[int, ...]
    enterprise_count: int
    high_tech_count: int
    outlet_count: int
    projects_per_day: float
    land_deals_per_day: float


SCALES = {
    "small": Scale("small", (1301, 1304, 1305, 1224, 1287, 1091, 1251, 1314), 200, 124, 20, 1.5, 0.8),
    "medium": Scale("medium", (), 5_000, 3_105, 300, 9.0, 3.0),
    "large": Scale("large", (), 20_000, 3_105, 3_000, 30.0, 8.0),
}
