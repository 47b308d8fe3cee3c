"""Master data of the smart-zone platform as it spells them: zones, enterprises, outlets and innovation platforms."""

from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, in_order, seconds, stated, stated_day
from sandbox.province.life import enterprise_versions
from sandbox.province.model import Province


def tables(province: Province) -> list[TableSpec]:
    """The master tables with the fields that dirt can strike."""
    return [
        TableSpec(
            "zone", "/api/v1/zones", [partial(zones, province)],
            Roles(
                key=("park_id",), required=("park_id", "park_name", "area_id"), names=("park_name", "leading_industry"),
                numbers=("approved_area", "longitude", "latitude"), regions=("space_id",),
                region_names=("area_name", "space_name"), times=("connected_at", "updated_at"),
            ),
        ),
        TableSpec(
            "enterprise", "/api/v1/enterprises", [partial(enterprises, province)],
            Roles(
                key=("company_id",), required=("company_id", "credit_code", "company_name", "park_id"),
                codes=("credit_code",), names=("company_name", "address"), times=("connected_at", "updated_at"),
            ),
        ),
        TableSpec(
            "outlet", "/api/v1/outlets", [partial(outlets, province)],
            Roles(
                key=("outlet_id", "factor_code"), required=("outlet_id", "mn", "factor_code", "credit_code"),
                codes=("credit_code",), numbers=("limit_lower",), dates=("valid_from",), names=("outlet_name",),
                standards=("standard_no",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "innovation_platform", "/api/v1/innovation_platforms", [partial(platforms, province)],
            Roles(
                key=("platform_id",), required=("platform_id", "platform_name", "platform_level", "park_id"),
                codes=("credit_code",), names=("platform_name",), dates=("approved_date", "revoked_date"),
                open_dates=("revoked_date",), times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def _numbered(columns: Columns, recorded_at: np.ndarray) -> Records:
    """The rows in order of time; a row's key is its place in the province's own list of versions."""
    return in_order(columns, recorded_at, np.arange(len(recorded_at), dtype=np.int64))


def zones(province: Province) -> Records:
    """t_park_info."""
    versions = province.zone_versions
    own = [version.zone for version in versions]
    columns: Columns = {
        "park_id": [zone.zone_id for zone in own],
        "park_name": [zone.name for zone in own],
        "park_kind": [zone.park_kind for zone in own],
        "area_id": [zone.city_code for zone in own],
        "area_name": [zone.city_name for zone in own],
        "space_id": [zone.space_code for zone in own],
        "space_name": [version.space_name for version in versions],
        "leading_industry": [zone.leading_industry for zone in own],
        "approved_area": [zone.approved_hectares for zone in own],
        "longitude": [zone.longitude for zone in own],
        "latitude": [zone.latitude for zone in own],
        "connected_at": stated([version.connected_at for version in versions]),
        "updated_at": stated([version.recorded_at for version in versions]),
    }
    return _numbered(columns, seconds([version.recorded_at for version in versions]))


def enterprises(province: Province) -> Records:
    """t_company_info: the first version of every enterprise, and one more when it moved or ended."""
    firms = province.enterprises
    later = enterprise_versions(firms, province.life)
    firm = [*range(len(firms)), *(version.firm for version in later)]
    zone = [*firms.zone.tolist(), *(version.zone for version in later)]
    recorded_at = np.concatenate([firms.recorded_at, seconds([version.recorded_at for version in later])])
    polluters = set(province.outlets.enterprise.tolist())
    above_scale, high_tech = firms.above_scale.tolist(), province.high_tech.tolist()
    connected = stated(firms.connected_at)
    states: list[object] = [*(["1"] * len(firms)), *(version.state for version in later)]
    addresses: list[object] = [*firms.address, *(version.address for version in later)]
    columns: Columns = {
        "company_id": [firms.enterprise_id[i] for i in firm],
        "credit_code": [firms.credit_code[i] for i in firm],
        "company_name": [firms.name[i] for i in firm],
        "park_id": [province.zones[z].zone_id for z in zone],
        "industry_code": [firms.industry[i] for i in firm],
        "standard_size": ["1" if above_scale[i] else "0" for i in firm],
        "address": addresses,
        "company_state": states,
        "is_high_tech": ["1" if high_tech[i] else "0" for i in firm],
        "is_key_polluter": ["1" if i in polluters else "0" for i in firm],
        "connected_at": [connected[i] for i in firm],
        "updated_at": stated(recorded_at),
    }
    return _numbered(columns, recorded_at)


def platforms(province: Province) -> Records:
    """Innovation platforms and carriers."""
    versions = province.platforms
    columns: Columns = {
        "platform_id": [v.platform_id for v in versions],
        "platform_name": [v.name for v in versions],
        "platform_type": [v.platform_type for v in versions],
        "platform_level": [v.level for v in versions],
        "park_id": [v.zone_id for v in versions],
        "credit_code": [v.credit_code for v in versions],
        "approval_no": [v.approval_no for v in versions],
        "approved_date": [v.approved.isoformat() for v in versions],
        "revoked_date": [stated_day(v.revoked) for v in versions],
        "updated_at": stated([v.recorded_at for v in versions]),
    }
    return _numbered(columns, seconds([v.recorded_at for v in versions]))


def outlets(province: Province) -> Records:
    """Outlets with the limits of their permits, one row per outlet, pollutant and version."""
    own, limits = province.outlets, province.limits
    codes = province.enterprises.credit_code
    columns: Columns = {
        "outlet_id": [own.outlet_id[v.outlet] for v in limits],
        "outlet_name": [own.name[v.outlet] for v in limits],
        "outlet_kind": [own.kind[v.outlet] for v in limits],
        "mn": [own.mn[v.outlet] for v in limits],
        "permit_no": [own.permit_no[v.outlet] for v in limits],
        "credit_code": [codes[own.enterprise[v.outlet]] for v in limits],
        "park_id": [own.zone_id[v.outlet] for v in limits],
        "factor_code": [v.factor for v in limits],
        "limit_upper": [v.upper for v in limits],
        "limit_lower": [v.lower for v in limits],
        "standard_no": [own.standard[v.outlet] for v in limits],
        "valid_from": [v.valid_from.isoformat() for v in limits],
        "updated_at": stated([v.recorded_at for v in limits]),
    }
    return _numbered(columns, seconds([v.recorded_at for v in limits]))
