"""Green titles, chemical sites to be closed, and works for sewage and waste."""

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third


def _title(title_id: str, zone_id: str, approved: str, reported_at: str, **more: str) -> Row:
    named = {"title_id": title_id, "zone_id": zone_id, "pilot_kind": "绿色园区", "pilot_level": "省级"}
    return {**named, "approved_date": approved, "reported_at": reported_at, **more}


def _site(site_id: str, zone_id: str, region: str, planned: str, reported_at: str, **more: str) -> Row:
    named = {"site_id": site_id, "site_name": f"化工{site_id}", "site_kind": "化工企业", "zone_id": zone_id}
    where = {"region_code": region, "is_in_protected_area": True, "protected_area_kind": "饮用水水源保护区"}
    dated = {"surveyed_date": "2018-10-01", "planned_closure_date": planned}
    return {**named, **where, **dated, "reported_at": reported_at, **more}


def _works(facility_id: str, zone_id: str, reported_at: str, **more: str) -> Row:
    named = {"facility_id": facility_id, "facility_name": f"{facility_id}厂", "facility_kind": "污水处理厂"}
    return {**named, "zone_id": zone_id, "started_date": "2014-03-01", "reported_at": reported_at, **more}


NIGHTS = (
    (
        first(
            "smart_zone/green_park",
            _title("G1", "1", "2018-05-01", "2018-05-02 08:00:00"),
            _title("G2", "2", "2019-04-01", "2019-04-02 08:00:00"),
        ),
        first(
            "smart_zone/chemical_site",
            _site("C1", "4", "361121", "2019-06-01", "2018-10-02 08:00:00"),
            _site("C2", "2", "360702", "2019-12-01", "2018-10-02 08:00:00"),
        ),
        first(
            "smart_zone/treatment_facility",
            _works("W1", "1", "2018-01-02 08:00:00", built_date="2015-03-01", operating_date="2015-06-01"),
            _works("W2", "4", "2018-01-02 08:00:00"),
        ),
    ),
    # A title is revoked, a site is closed half a year early.
    (
        second(
            "smart_zone/green_park", _title("G2", "2", "2019-04-01", "2019-06-30 08:00:00", revoked_date="2019-06-30")
        ),
        second(
            "smart_zone/chemical_site",
            _site("C2", "2", "360702", "2019-12-01", "2019-06-30 08:00:00", closed_date="2019-06-29"),
        ),
    ),
    # The second works run; the backfill names a third site.
    (
        third(
            "smart_zone/treatment_facility",
            _works("W2", "4", "2019-08-16 08:00:00", built_date="2019-07-01", operating_date="2019-08-15"),
        ),
        third(
            "smart_zone/green_park", _title("G1", "1", "2018-05-01", "2019-08-02 08:00:00", accepted_date="2019-08-01")
        ),
        backfill("smart_zone/chemical_site", _site("C3", "2", "360702", "2019-12-01", "2019-06-18 08:00:00")),
    ),
)
