"""Projects from the reserve to building, the problems that hold them up, and the money of funds and of the province."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third

_YI = 100_000_000


def _project(project_id: str, zone_id: str, yi: float, stage: str, reserved: str, reported_at: str, **more: Any) -> Row:
    named = {
        "project_id": project_id,
        "project_name": f"项目{project_id}",
        "project_kind": "产业项目",
        "zone_id": zone_id,
    }
    state = {"planned_investment_yuan": int(yi * _YI), "project_stage": stage, "reserved_date": reserved}
    return {**named, **state, "is_leading_industry": False, "reported_at": reported_at, **more}


def _problem(problem_no: str, project_id: str, zone_id: str, opened: str, reported_at: str, **more: str) -> Row:
    named = {"problem_no": problem_no, "project_id": project_id, "zone_id": zone_id, "problem_level": "县级"}
    return {**named, "opened_date": opened, "problem_state": "办理中", "reported_at": reported_at, **more}


def _allocation(allocation_id: str, zone_id: str, yuan: int, state: str, reported_at: str, **more: Any) -> Row:
    named = {"allocation_id": allocation_id, "department_name": "省财政厅", "fund_name": "开发区专项", "work_item": 18}
    money = {"zone_id": zone_id, "budget_year": 2019, "allocated_amount_yuan": yuan, "allocated_date": "2019-03-15"}
    return {**named, **money, "allocation_state": state, "reported_at": reported_at, **more}


def _investment(investment_id: str, zone_id: str, paid: int, paid_on: str, reported_at: str) -> Row:
    named = {"investment_id": investment_id, "fund_id": "F1", "fund_name": "引导基金一号", "fund_kind": "引导基金"}
    agreed = {"zone_id": zone_id, "agreed_amount_yuan": _YI, "agreed_date": "2018-11-01"}
    return {**named, **agreed, "paid_to_date_yuan": paid, "last_paid_date": paid_on, "reported_at": reported_at}


_J1 = {"is_leading_industry": True, "negotiated_date": "2019-02-01", "signed_date": "2019-03-01"}
_J2 = {"negotiated_date": "2019-05-01", "signed_date": "2019-06-30"}
_J3 = {"signed_date": "2018-09-01", "registered_date": "2018-10-01", "started_date": "2018-11-01"}
_L1 = {"lead_id": "L1", "investor_name": "投资方一", "zone_id": "2", "first_contact_date": "2019-01-20"}

NIGHTS = (
    (
        first(
            "smart_zone/project",
            _project("J1", "1", 60, "签约", "2019-01-10", "2019-03-02 08:00:00", **_J1),
            _project("J2", "1", 2, "储备", "2019-02-01", "2019-02-02 08:00:00"),
            _project("J3", "2", 25, "开工", "2018-05-01", "2018-11-02 08:00:00", project_state="在建", **_J3),
            _project("J4", "2", 1, "储备", "2019-03-01", "2019-03-02 08:00:00"),
            _project("J5", "1", 5, "储备", "2019-04-01", "2019-04-02 08:00:00", project_kind="产业集群项目包"),
            _project("J6", "2", 3, "储备", "2019-05-01", "2019-05-02 08:00:00", project_kind="PPP项目"),
        ),
        first("smart_zone/investor_lead", {**_L1, "lead_state": "线索", "reported_at": "2019-01-21 08:00:00"}),
        first(
            "smart_zone/project_problem",
            _problem("Q1", "J1", "1", "2019-05-01", "2019-05-02 08:00:00", due_date="2019-06-15"),
            _problem("Q2", "J3", "2", "2019-06-01", "2019-06-02 08:00:00", due_date="2019-07-31"),
        ),
        first(
            "smart_zone/fund_allocation",
            _allocation("A1", "1", 50_000_000, "已下达", "2019-03-16 08:00:00"),
            _allocation("A2", "2", 30_000_000, "已下达", "2019-03-16 08:00:00"),
        ),
        first("smart_zone/fund_investment", _investment("V1", "1", 40_000_000, "2019-04-01", "2019-04-02 08:00:00")),
    ),
    # J1 is being built since Friday (late), J2 is signed, J3 stands still; a problem is closed; money is paid.
    (
        second(
            "smart_zone/project",
            _project("J1", "1", 60, "开工", "2019-01-10", "2019-06-28 18:00:00", started_date="2019-06-28", **_J1),
            _project("J2", "1", 2, "签约", "2019-02-01", "2019-06-30 18:00:00", **_J2),
            _project("J3", "2", 25, "开工", "2018-05-01", "2019-06-30 18:00:00", project_state="停建", **_J3)
            | {"stalled_date": "2019-06-20"},
        ),
        second(
            "smart_zone/project_problem",
            _problem("Q1", "J1", "1", "2019-05-01", "2019-06-30 08:00:00", due_date="2019-06-15")
            | {"problem_state": "已办结", "closed_date": "2019-06-30"},
        ),
        second(
            "smart_zone/fund_allocation",
            _allocation("A1", "1", 50_000_000, "部分拨付", "2019-06-28 08:00:00")
            | {"paid_to_date_yuan": 20_000_000, "last_paid_date": "2019-06-27"},
        ),
        second("smart_zone/fund_investment", _investment("V1", "1", 60_000_000, "2019-06-29", "2019-06-30 08:00:00")),
    ),
    # J2 is lost, A2 is taken back, the lead L1 turns out to be J4; the backfill knows a project, a problem and a payment more.
    (
        third(
            "smart_zone/project",
            _project("J2", "1", 2, "终止", "2019-02-01", "2019-08-02 08:00:00", ended_date="2019-08-01", **_J2),
        ),
        third(
            "smart_zone/investor_lead",
            {**_L1, "lead_state": "转入储备", "converted_date": "2019-03-01", "project_id": "J4"}
            | {"reported_at": "2019-07-05 08:00:00"},
        ),
        backfill(
            "smart_zone/project",
            _project("J7", "4", 4, "签约", "2019-01-05", "2019-06-18 08:00:00", signed_date="2019-06-15")
            | {"is_leading_industry": True},
        ),
        backfill(
            "smart_zone/project_problem",
            _problem("Q3", "J7", "4", "2018-12-10", "2019-06-18 08:00:00", closed_date="2019-01-20")
            | {"problem_state": "已办结"},
        ),
        third(
            "smart_zone/fund_allocation",
            _allocation("A2", "2", 30_000_000, "已收回", "2019-09-02 08:00:00", withdrawn_date="2019-09-01"),
        ),
        backfill("smart_zone/fund_investment", _investment("V2", "4", 10_000_000, "2019-01-15", "2019-06-18 08:00:00")),
    ),
)
