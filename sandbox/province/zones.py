"""The development zones: real names and region codes, and the history of their master records."""

import csv
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files

from sandbox.province.region_history import changes_between, code_on, name_on, retired_counties
from sandbox.province.scale import FIRST_DAY, LAST_DAY, Scale

# County codes that changed after a zone's or an enterprise's record was made: new code -> (old code, year of change).
RETIRED_COUNTIES = retired_counties()


@dataclass(frozen=True)
class Zone:
    """One zone as it stood at the end of 2019-09 (coordinates in degrees, approved area in hectares)."""

    zone_id: str
    name: str
    short_name: str
    park_kind: str
    city_code: str
    city_name: str
    county_code: str
    platform_code: str
    registry_code: str
    leading_industry: str
    approved_hectares: float
    longitude: float
    latitude: float
    revenue_rank: int

    @property
    def space_code(self) -> str:
        """What the platform calls the county: its own pseudo-code where it has one."""
        return self.platform_code or self.county_code

    @property
    def place_code(self) -> str:
        """The GB/T 2260 code of the place: the county, else the prefecture."""
        return self.county_code or self.city_code


@dataclass(frozen=True)
class ZoneVersion:
    """One version of a zone's master record."""

    zone: Zone
    space_name: str
    connected_at: datetime
    recorded_at: datetime


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of this package."""
    text = files("sandbox.province").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def region_names() -> dict[str, str]:
    """GB/T 2260 code -> name, as of 2019-04."""
    return {row["code"]: row["name"] for row in read_table("regions.csv")}


def all_zones() -> list[Zone]:
    """Every zone of the province by falling revenue rank."""
    names = region_names()
    zones = [
        Zone(
            zone_id=row["zone_id"],
            name=row["zone_name"],
            short_name=row["short_name"],
            park_kind=row["park_kind"],
            city_code=row["city_code"],
            city_name=names[row["city_code"]],
            county_code=row["county_code"],
            platform_code=row["platform_code"],
            registry_code=row["registry_code"],
            leading_industry=row["leading_industry"],
            approved_hectares=float(row["approved_hectares"]),
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            revenue_rank=int(row["revenue_rank"]),
        )
        for row in read_table("zones.csv")
    ]
    return sorted(zones, key=lambda zone: zone.revenue_rank)


def chosen_zones(scale: Scale) -> list[Zone]:
    """The zones of one size, by falling revenue rank."""
    wanted = set(map(str, scale.zone_ids))
    return [zone for zone in all_zones() if not wanted or zone.zone_id in wanted]


def zone_versions(zones: list[Zone]) -> list[ZoneVersion]:
    """Every version of every master record: the state before 2018 and the renames and upgrades since."""
    names = region_names()
    versions = []
    for zone in zones:
        connected = datetime(2017, 3 + int(zone.zone_id) % 8, 1 + int(zone.zone_id) % 27, 9, 30, 0)
        space_name = zone.short_name if zone.platform_code else names[zone.county_code]
        history = _history(zone, space_name)
        versions += [ZoneVersion(past, space, connected, at) for past, space, at in history]
    return versions


def _history(zone: Zone, space_name: str) -> list[tuple[Zone, str, datetime]]:
    """(state, county name, recorded at) of one zone, oldest first; the changes are those that really happened."""
    first = datetime(2017, 12, 1 + int(zone.zone_id) % 25, 10, int(zone.zone_id) % 60, 0)
    if any(place in zone.name for place in ("奉新高新", "安福高新", "崇仁高新")):
        before = replace(zone, name=zone.name.replace("高新技术产业园区", "工业园区"), park_kind="0")
        return [(before, space_name, first), (zone, space_name, datetime(2018, 4, 26, 15, 12, 8))]
    if "共青城" in zone.name:
        before = replace(zone, name="江西共青城经济开发区", park_kind="0")
        return [(before, space_name, first), (zone, space_name, datetime(2018, 3, 9, 11, 3, 41))]
    if zone.platform_code:
        # A zone with a code of its own on the platform is not filed under its county.
        return [(zone, space_name, first)]
    return [
        (
            replace(zone, county_code=code_on(zone.county_code, day.date())),
            name_on(space_name, zone.county_code, day.date()),
            day,
        )
        for day in [first, *_renamed_at(zone.county_code)]
    ]


def _renamed_at(county_code: str) -> list[datetime]:
    """When the platform follows the changes of a county's code: about two weeks later."""
    changes = changes_between(FIRST_DAY, LAST_DAY)
    own = [c for c in changes if code_on(county_code, c.effective) != code_on(county_code, c.effective - timedelta(1))]
    return [datetime.combine(change.effective, time(9, 47, 20)) + timedelta(days=15) for change in own]
