"""Industrial clusters on the smart-zone platform: service platforms, themed parks, cluster plans and industry maps."""

from functools import partial

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated_day, versions_in_order
from sandbox.province.clusters import FUNCTIONS
from sandbox.province.model import Province

# The seven functions of a service platform as the platform's columns.
FUNCTION_FIELDS = (
    "has_rd", "has_testing", "has_transfer", "has_incubation", "has_training", "has_information", "has_financing",
)  # fmt: skip


def tables(province: Province) -> list[TableSpec]:
    """The tables of this subject with the fields that dirt can strike."""
    return [
        TableSpec(
            "service_platform", "/api/v1/service_platforms", [partial(service_platforms, province)],
            Roles(
                key=("platform_id",), required=("platform_id", "platform_name", "park_id", "opened_date"),
                codes=("credit_code",), names=("platform_name",), numbers=("investment",), amounts=("investment",),
                dates=("opened_date", "closed_date"), open_dates=("closed_date",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "themed_park", "/api/v1/themed_parks", [partial(themed_parks, province)],
            Roles(
                key=("themed_park_id",), required=("themed_park_id", "themed_park_name", "park_id", "approved_date"),
                names=("themed_park_name", "theme"), numbers=("investment",), amounts=("investment",),
                dates=("approved_date", "started_date", "operating_date"), times=("updated_at",),
            ),
        ),
        TableSpec(
            "cluster_plan", "/api/v1/cluster_plans", [partial(cluster_plans, province)],
            Roles(
                key=("plan_id",), required=("plan_id", "plan_name", "park_id", "plan_kind", "planned_revenue"),
                names=("plan_name", "cluster_industry"), numbers=("planned_revenue",), vital=("planned_revenue",),
                amounts=("planned_revenue",), dates=("drafted_date", "issued_date"), times=("updated_at",),
            ),
        ),
        TableSpec(
            "industry_map", "/api/v1/industry_maps", [partial(industry_maps, province)],
            Roles(
                key=("map_id",), required=("map_id", "industry", "map_kind"), names=("industry",),
                dates=("planned_date", "issued_date"), times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def service_platforms(province: Province) -> Records:
    """Service platforms; one column for each of the seven functions."""
    versions = province.service_platforms
    columns: Columns = {
        "platform_id": [v.platform_id for v in versions],
        "platform_name": [v.name for v in versions],
        "park_id": [v.zone_id for v in versions],
        "credit_code": [v.credit_code for v in versions],
        **{
            field: ["1" if function in v.functions else "0" for v in versions]
            for field, function in zip(FUNCTION_FIELDS, FUNCTIONS, strict=True)
        },
        "investment": [v.investment for v in versions],
        "opened_date": [stated_day(v.opened) for v in versions],
        "closed_date": [stated_day(v.closed) for v in versions],
    }
    return versions_in_order(columns, versions)


def themed_parks(province: Province) -> Records:
    """Themed parks, in hectares and 10,000 yuan."""
    versions = province.themed_parks
    columns: Columns = {
        "themed_park_id": [v.park_id for v in versions],
        "themed_park_name": [v.name for v in versions],
        "park_id": [v.zone_id for v in versions],
        "theme": [v.theme for v in versions],
        "planned_area": [v.hectares for v in versions],
        "investment": [v.investment for v in versions],
        "approved_date": [stated_day(v.approved) for v in versions],
        "started_date": [stated_day(v.started) for v in versions],
        "operating_date": [stated_day(v.operating) for v in versions],
    }
    return versions_in_order(columns, versions)


def cluster_plans(province: Province) -> Records:
    """The zones' development plans and innovative cluster plans, planned revenue in 100 million yuan."""
    versions = province.cluster_plans
    columns: Columns = {
        "plan_id": [v.plan_id for v in versions],
        "plan_name": [v.name for v in versions],
        "park_id": [v.zone_id for v in versions],
        "plan_kind": [v.kind for v in versions],
        "cluster_industry": [v.industry for v in versions],
        "first_year": [v.first_year for v in versions],
        "last_year": [v.last_year for v in versions],
        "planned_revenue": [v.planned_revenue for v in versions],
        "drafted_date": [stated_day(v.drafted) for v in versions],
        "issued_date": [stated_day(v.issued) for v in versions],
        "document_no": [v.document_no for v in versions],
    }
    return versions_in_order(columns, versions)


def industry_maps(province: Province) -> Records:
    """The four maps of each leading industry of the province."""
    versions = province.industry_maps
    columns: Columns = {
        "map_id": [v.map_id for v in versions],
        "industry": [v.industry for v in versions],
        "map_kind": [v.kind for v in versions],
        "planned_date": [stated_day(v.planned) for v in versions],
        "issued_date": [stated_day(v.issued) for v in versions],
        "document_no": [v.document_no for v in versions],
    }
    return versions_in_order(columns, versions)
