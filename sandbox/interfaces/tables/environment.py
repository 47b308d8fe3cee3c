"""Green transition on the smart-zone platform: green titles, chemical sites and treatment facilities of the zones."""

from functools import partial

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated_day, versions_in_order
from sandbox.province.model import Province


def tables(province: Province) -> list[TableSpec]:
    """The tables of this subject with the fields that dirt can strike."""
    return [
        TableSpec(
            "green_park", "/api/v1/green_parks", [partial(green_parks, province)],
            Roles(
                key=("title_id",), required=("title_id", "park_id", "pilot_kind", "pilot_level", "approved_date"),
                names=("approval_no",), dates=("approved_date", "accepted_date", "revoked_date"),
                open_dates=("revoked_date",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "chemical_site", "/api/v1/chemical_sites", [partial(chemical_sites, province)],
            Roles(
                key=("site_id",), required=("site_id", "site_name", "site_kind", "is_in_protected_area"),
                codes=("credit_code",), names=("site_name",), regions=("space_id",),
                dates=("surveyed_date", "planned_closure_date", "closed_date"), open_dates=("closed_date",),
                times=("updated_at",),
            ),
        ),
        TableSpec(
            "treatment_facility", "/api/v1/treatment_facilities", [partial(treatment_facilities, province)],
            Roles(
                key=("facility_id",), required=("facility_id", "facility_name", "facility_kind", "park_id"),
                codes=("credit_code",), names=("facility_name",), numbers=("sewage_capacity", "solid_waste_capacity"),
                amounts=("sewage_capacity", "solid_waste_capacity"), standards=("standard_no",),
                dates=("started_date", "built_date", "operating_date"), times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def green_parks(province: Province) -> Records:
    """Eco-industrial parks, green parks and pilots of a circular economy."""
    versions = province.green_parks
    columns: Columns = {
        "title_id": [v.title_id for v in versions],
        "park_id": [v.zone_id for v in versions],
        "pilot_kind": [v.kind for v in versions],
        "pilot_level": [v.level for v in versions],
        "approval_no": [v.approval_no for v in versions],
        "approved_date": [stated_day(v.approved) for v in versions],
        "accepted_date": [stated_day(v.accepted) for v in versions],
        "revoked_date": [stated_day(v.revoked) for v in versions],
    }
    return versions_in_order(columns, versions)


def chemical_sites(province: Province) -> Records:
    """The survey of chemical enterprises and parks."""
    versions = province.chemical_sites
    columns: Columns = {
        "site_id": [v.site_id for v in versions],
        "site_name": [v.name for v in versions],
        "site_kind": [v.kind for v in versions],
        "park_id": [v.zone_id for v in versions],
        "space_id": [v.county_code for v in versions],
        "credit_code": [v.credit_code for v in versions],
        "is_in_protected_area": ["1" if v.protected_kind else "0" for v in versions],
        "protected_area_kind": [v.protected_kind for v in versions],
        "protected_area_name": [v.protected_name for v in versions],
        "surveyed_date": [stated_day(v.surveyed) for v in versions],
        "planned_closure_date": [stated_day(v.planned_closure) for v in versions],
        "closed_date": [stated_day(v.closed) for v in versions],
        "closure_measure": [v.measure for v in versions],
    }
    return versions_in_order(columns, versions)


def treatment_facilities(province: Province) -> Records:
    """Sewage works (10,000 tonnes a day) and facilities for solid waste (tonnes a year)."""
    versions = province.treatment_facilities
    columns: Columns = {
        "facility_id": [v.facility_id for v in versions],
        "facility_name": [v.name for v in versions],
        "facility_kind": [v.kind for v in versions],
        "park_id": [v.zone_id for v in versions],
        "credit_code": [v.credit_code for v in versions],
        "sewage_capacity": [v.sewage_capacity for v in versions],
        "solid_waste_capacity": [v.waste_capacity for v in versions],
        "standard_no": [v.standard for v in versions],
        "started_date": [stated_day(v.started) for v in versions],
        "built_date": [stated_day(v.built) for v in versions],
        "operating_date": [stated_day(v.operating) for v in versions],
    }
    return versions_in_order(columns, versions)
