"""Land of the smart-zone platform as it spells it: parcels by enterprise, and the cases of zombie enterprises and projects."""

from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated
from sandbox.interfaces.tables.projects import chosen, event_dates, zone_ids
from sandbox.province.land import CHANGED_HANDS, CONTRACTED, DELIVERED, IDLE, RETURNED
from sandbox.province.lives import NEVER, day_texts, known_day, versions_of_lives
from sandbox.province.model import Province
from sandbox.province.zombies import DISPOSED, ENTERPRISE, NAMED, PLANNED, PROJECT


def tables(province: Province) -> list[TableSpec]:
    """Parcels and zombie cases with the fields that dirt can strike."""
    return [
        TableSpec(
            "land_parcel", "/api/v1/land_parcels", [partial(parcels, province)],
            Roles(
                key=("parcel_id",), required=("parcel_id", "park_id", "credit_code", "land_area", "contract_date"),
                codes=("credit_code",), numbers=("land_area", "building_area"), amounts=("land_area",),
                dates=("contract_date", "delivered_date", "until_date"), open_dates=("returned_date",),
                names=("company_name",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "zombie_case", "/api/v1/zombie_cases", [partial(zombie_cases, province)],
            Roles(
                key=("case_id",), required=("case_id", "subject_type", "park_id", "named_date"), codes=("credit_code",),
                numbers=("idle_land_area",), dates=("named_date",), open_dates=("disposed_date",),
                names=("subject_name",), times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def parcels(province: Province) -> Records:
    """Every version of every parcel; areas in 亩 and square metres."""
    own, firms = province.parcels, province.enterprises
    versions = versions_of_lives(own.seed, "land_parcel", own.number, own.days)
    member = versions.member
    handed = known_day(own.days, versions, CHANGED_HANDS) < NEVER
    holder = np.where(handed, own.next_holder[member], own.holder[member])
    states = [known_day(own.days, versions, event) < NEVER for event in (RETURNED, IDLE, DELIVERED)]
    columns: Columns = {
        "parcel_id": chosen(own.parcel_id, member),
        "land_code": chosen(own.land_code, member),
        "contract_no": chosen(own.contract_no, member),
        "park_id": zone_ids(province, own.zone[member]),
        "credit_code": chosen(firms.credit_code, holder),
        "company_name": chosen(firms.name, holder),
        "tenure": chosen(own.tenure, member),
        "land_usage": chosen(own.usage, member),
        "land_area": own.area[member].tolist(),
        "building_area": own.building[member].tolist(),
        "contract_date": event_dates(own.days, versions, CONTRACTED),
        "delivered_date": event_dates(own.days, versions, DELIVERED),
        "idle_date": event_dates(own.days, versions, IDLE),
        "until_date": day_texts(own.until[member]),
        "returned_date": event_dates(own.days, versions, RETURNED),
        "parcel_state": np.select(states, ["已收回", "闲置", "在用"], "待交付").tolist(),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def zombie_cases(province: Province) -> Records:
    """Every version of every case; the idle land is what the enterprise held when it was named (亩)."""
    own, firms, of_project = province.zombies, province.enterprises, province.projects
    versions = versions_of_lives(own.seed, "zombie_case", own.number, own.days)
    member = versions.member
    project = own.project[member]
    is_project = project >= 0
    planned, disposed = (known_day(own.days, versions, event) < NEVER for event in (PLANNED, DISPOSED))
    land = np.round(_land_held(province), 2)
    names = [
        province.project_names[p] if p >= 0 else firms.name[f]
        for p, f in zip(project.tolist(), own.firm[member].tolist(), strict=True)
    ]
    columns: Columns = {
        "case_id": chosen(own.case_id, member),
        "subject_type": np.where(is_project, PROJECT, ENTERPRISE).tolist(),
        "subject_name": list(names),
        "credit_code": chosen(firms.credit_code, own.firm[member]),
        "project_id": chosen(of_project.project_id, project),
        "park_id": zone_ids(province, own.zone[member]),
        "idle_land_area": [None if p >= 0 else a for p, a in zip(project.tolist(), land[member].tolist(), strict=True)],
        "disposal_measure": chosen(own.measure, np.where(planned, member, -1)),
        "named_date": event_dates(own.days, versions, NAMED),
        "planned_date": event_dates(own.days, versions, PLANNED),
        "disposed_date": event_dates(own.days, versions, DISPOSED),
        "case_state": np.select([disposed, planned], ["已处置", "处置中"], "已认定").tolist(),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def _land_held(province: Province) -> np.ndarray:
    """Mu that the enterprise of each case held on the day on which it was named."""
    own, cases = province.parcels, province.zombies
    held = np.zeros(len(cases))
    places: dict[int, list[int]] = {}
    for parcel, holder in enumerate(own.holder.tolist()):
        places.setdefault(holder, []).append(parcel)
    for case, (firm, day) in enumerate(zip(cases.firm.tolist(), cases.days[:, NAMED].tolist(), strict=True)):
        mine = np.array(places.get(firm, []), dtype=np.int64)
        standing = (own.days[mine, CONTRACTED] <= day) & (own.days[mine, RETURNED] > day)
        held[case] = own.area[mine][standing].sum()
    return held
