"""Money for the zones as the smart-zone platform spells it: investments of funds and allocations of departments."""

from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated
from sandbox.interfaces.tables.projects import chosen, event_dates, zone_ids
from sandbox.province import funds
from sandbox.province.lives import NEVER, LifeVersions, day_texts, known_day, versions_of_lives
from sandbox.province.model import Province


def tables(province: Province) -> list[TableSpec]:
    """Investments and allocations with the fields that dirt can strike."""
    return [
        TableSpec(
            "fund_investment", "/api/v1/fund_investments", [partial(investments, province)],
            Roles(
                key=("investment_id",), required=("investment_id", "fund_id", "park_id", "agreed_amount", "agreed_date"),
                codes=("credit_code",), numbers=("agreed_amount", "paid_amount"), vital=("paid_amount",),
                amounts=("agreed_amount",), dates=("agreed_date", "paid_date"), open_dates=("exit_date",),
                names=("fund_name",), times=("updated_at",),
            ),
        ),
        TableSpec(
            "fund_allocation", "/api/v1/fund_allocations", [partial(allocations, province)],
            Roles(
                key=("allocation_id",),
                required=("allocation_id", "department", "work_item", "park_id", "allocated_amount", "allocated_date"),
                numbers=("allocated_amount", "paid_amount"), vital=("paid_amount",), amounts=("allocated_amount",),
                dates=("allocated_date", "paid_date"), open_dates=("withdrawn_date",), names=("document_no", "fund_name"),
                times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def _paid(
    days: np.ndarray, versions: LifeVersions, events: tuple[int, int], share: np.ndarray
) -> tuple[np.ndarray, list[object]]:
    """(part of the sum paid so far, day of the last payment) after a first payment of `share` and a last one."""
    first, last = (known_day(days, versions, event) for event in events)
    part = np.where(last < NEVER, 1.0, np.where(first < NEVER, share[versions.member], 0.0))
    return part, day_texts(np.where(last < NEVER, last, first))


def investments(province: Province) -> Records:
    """Every version of every investment of a fund in a project; amounts in 万元."""
    own, of_project, firms = province.fund_investments, province.projects, province.enterprises
    versions = versions_of_lives(own.seed, "fund_investment", own.number, own.days)
    member = versions.member
    project = own.project[member]
    part, paid_on = _paid(own.days, versions, (funds.PAID, funds.PAID_IN_FULL), own.first_share)
    fund = [funds.FUNDS[i] for i in own.fund[member].tolist()]
    columns: Columns = {
        "investment_id": chosen(own.investment_id, member),
        "fund_id": [one[0] for one in fund],
        "fund_name": [one[1] for one in fund],
        "fund_kind": [one[2] for one in fund],
        "project_id": chosen(of_project.project_id, project),
        "credit_code": chosen(firms.credit_code, of_project.firm[project]),
        "park_id": zone_ids(province, of_project.zone[project]),
        "instrument": np.where(own.is_equity[member], "股权", "债权").tolist(),
        "agreed_amount": own.amount[member].tolist(),
        "paid_amount": np.round(own.amount[member] * part, 2).tolist(),
        "agreed_date": event_dates(own.days, versions, funds.AGREED),
        "paid_date": paid_on,
        "exit_date": event_dates(own.days, versions, funds.EXITED),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def allocations(province: Province) -> Records:
    """Every version of every allocation of provincial money to a zone; amounts in 万元."""
    own = province.fund_allocations
    versions = versions_of_lives(own.seed, "fund_allocation", own.number, own.days)
    member = versions.member
    part, paid_on = _paid(own.days, versions, (funds.FIRST_PAYMENT, funds.LAST_PAYMENT), own.first_share)
    withdrawn = known_day(own.days, versions, funds.WITHDRAWN) < NEVER
    item = [funds.ALLOCATIONS[i] for i in own.item[member].tolist()]
    columns: Columns = {
        "allocation_id": chosen(own.allocation_id, member),
        "document_no": chosen(own.document_no, member),
        "department": [one[0] for one in item],
        "fund_name": [one[1] for one in item],
        "work_item": [one[2] for one in item],
        "park_id": zone_ids(province, own.zone[member]),
        "budget_year": own.year[member].tolist(),
        "allocated_amount": own.amount[member].tolist(),
        "paid_amount": np.round(own.amount[member] * part, 2).tolist(),
        "allocated_date": event_dates(own.days, versions, funds.ALLOCATED),
        "paid_date": paid_on,
        "withdrawn_date": event_dates(own.days, versions, funds.WITHDRAWN),
        "allocation_state": np.select(
            [withdrawn, part >= 1.0, part > 0.0], ["已收回", "已拨付", "部分拨付"], "已下达"
        ).tolist(),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)
