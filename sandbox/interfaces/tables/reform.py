"""Reform milestones, and the daily statements of the zones' connections to the systems of the province."""

from datetime import date
from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated, stated_day, versions_in_order
from sandbox.province.connections import SYSTEMS, months
from sandbox.province.model import Province


def tables(province: Province) -> list[TableSpec]:
    """The tables of this subject with the fields that dirt can strike."""
    return [
        TableSpec(
            "reform_milestone", "/api/v1/reform_milestones", [partial(milestones, province)],
            Roles(
                key=("milestone_id",), required=("milestone_id", "scope_type", "scope_code", "milestone_code"),
                names=("subject_name",), numbers=("area",), dates=("planned_date", "done_date"),
                open_dates=("done_date",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "connection", "/api/v1/connections",
            [partial(connections, province, first, end) for first, end in months()],
            Roles(
                key=("park_id", "system_code", "stat_date"), required=("park_id", "system_code", "stat_date"),
                numbers=("row_count",), dates=("stat_date",), times=("updated_at",),
            ),
            kept=2,
            spans=[(np.datetime64(first, "s"), np.datetime64(end, "s")) for first, end in months()],
        ),
    ]  # fmt: skip


def milestones(province: Province) -> Records:
    """Milestones of zones, counties and the province; the area (hectares) of a scattered block."""
    versions = province.milestones
    columns: Columns = {
        "milestone_id": [v.milestone_id for v in versions],
        "scope_type": [v.scope for v in versions],
        "scope_code": [v.scope_code for v in versions],
        "work_item": [v.work_item for v in versions],
        "milestone_code": [v.code for v in versions],
        "milestone_name": [v.name for v in versions],
        "subject_name": [v.subject for v in versions],
        "area": [v.hectares for v in versions],
        "planned_date": [stated_day(v.planned) for v in versions],
        "done_date": [stated_day(v.done) for v in versions],
        "document_no": [v.document_no for v in versions],
    }
    return versions_in_order(columns, versions)


def connections(province: Province, first: date, end: date) -> Records:
    """One row per zone, system and day; only the platform's own line tells of enterprises."""
    said = province.connections.statements(first, end)
    ids, codes = [zone.zone_id for zone in province.zones], list(SYSTEMS)
    own = (said.system == codes.index("smart_zone")).tolist()
    columns: Columns = {
        "park_id": [ids[i] for i in said.zone.tolist()],
        "system_code": [codes[i] for i in said.system.tolist()],
        "stat_date": np.datetime_as_string(said.day).tolist(),
        "heartbeat_count": said.beats.tolist(),
        "last_heartbeat_at": stated(said.last_beat),
        "row_count": said.rows.tolist(),
        "connected_company_count": _where(own, said.connected),
        "company_count": _where(own, said.settled),
        "updated_at": stated(said.recorded_at),
    }
    return Records(columns, said.recorded_at, said.keys)


def _where(told: list[bool], values: np.ndarray) -> list[object]:
    return [value if is_told else None for value, is_told in zip(values.tolist(), told, strict=True)]
