"""What gathers an industry in a zone: maps, cluster plans, service platforms and themed parks."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third

_FUNCTIONS = ("has_rd", "has_testing", "has_transfer", "has_incubation", "has_training", "has_information")


def _map(map_id: str, kind: str, reported_at: str, **more: str) -> Row:
    named = {"map_id": map_id, "industry": "航空", "map_kind": kind, "planned_date": "2019-06-15"}
    return {**named, "reported_at": reported_at, **more}


def _plan(plan_id: str, kind: str, yuan: int, reported_at: str, **more: Any) -> Row:
    named = {"plan_id": plan_id, "plan_name": f"规划{plan_id}", "zone_id": "1", "plan_kind": kind}
    years = {"cluster_industry": "航空", "first_year": 2019, "last_year": 2023, "drafted_date": "2019-02-01"}
    return {**named, **years, "planned_revenue_yuan": yuan, "reported_at": reported_at, **more}


def _platform(platform_id: str, zone_id: str, financing: bool, reported_at: str, **more: str) -> Row:
    named = {"platform_id": platform_id, "platform_name": f"平台{platform_id}", "zone_id": zone_id}
    functions = dict.fromkeys(_FUNCTIONS, True) | {"has_financing": financing}
    return {**named, **functions, "opened_date": "2018-01-15", "reported_at": reported_at, **more}


def _park(park_id: str, zone_id: str, reported_at: str, **more: str) -> Row:
    named = {"themed_park_id": park_id, "themed_park_name": f"园{park_id}", "zone_id": zone_id, "theme": "航空"}
    return {**named, "approved_date": "2017-01-10", "reported_at": reported_at, **more}


NIGHTS = (
    (
        first(
            "smart_zone/industry_map",
            _map("M1", "产业链图", "2019-05-21 08:00:00", issued_date="2019-05-20"),
            _map("M2", "技术路线图", "2019-01-05 08:00:00"),
        ),
        first(
            "smart_zone/cluster_plan",
            _plan("CP1", "产业集群发展规划", 40_000_000_000, "2019-03-02 08:00:00", issued_date="2019-03-01"),
            _plan("CP2", "创新型产业集群规划", 100_000_000_000, "2019-02-02 08:00:00"),
        ),
        first(
            "smart_zone/service_platform",
            _platform("S1", "1", True, "2018-01-16 08:00:00"),
            _platform("S2", "2", False, "2018-01-16 08:00:00"),
        ),
        first(
            "smart_zone/themed_park",
            _park("TP1", "1", "2017-06-02 08:00:00", started_date="2017-06-01"),
            _park("TP2", "1", "2018-01-02 08:00:00"),
        ),
    ),
    # A map, a plan of 100 billion, the seventh function of S2, the start of the second park (late).
    (
        second("smart_zone/industry_map", _map("M2", "技术路线图", "2019-06-30 08:00:00", issued_date="2019-06-30")),
        second(
            "smart_zone/cluster_plan",
            _plan("CP2", "创新型产业集群规划", 100_000_000_000, "2019-06-30 08:00:00", issued_date="2019-06-28"),
        ),
        second("smart_zone/service_platform", _platform("S2", "2", True, "2019-06-30 08:00:00")),
        second("smart_zone/themed_park", _park("TP2", "1", "2019-06-16 08:00:00", started_date="2019-06-15")),
    ),
    # S1 closes; the backfill knows a park in another zone.
    (
        third(
            "smart_zone/service_platform", _platform("S1", "1", True, "2019-08-01 08:00:00", closed_date="2019-07-31")
        ),
        backfill("smart_zone/themed_park", _park("TP3", "4", "2019-06-18 08:00:00", started_date="2018-06-01")),
    ),
)
