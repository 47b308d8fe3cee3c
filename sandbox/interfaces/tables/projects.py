"""Projects of the smart-zone platform as it spells them, with the problems that block them and the leads behind them."""

from datetime import date
from functools import partial

import numpy as np

from sandbox.interfaces.records import Columns, Records, Roles, TableSpec, stated
from sandbox.province.investors import CONTACTED, CONVERTED, DROPPED, VISITED
from sandbox.province.lives import NEVER, LifeVersions, day_texts, known_day, latest_event, versions_of_lives
from sandbox.province.model import Province
from sandbox.province.people import mail_address, mobile_number, person_name
from sandbox.province.project_problems import CLOSED, GRADED, LEVELS, OPENED, RAISED, TYPES
from sandbox.province.projects import (
    ENDED,
    HALTED,
    KINDS,
    NEGOTIATED,
    OPERATED,
    PRODUCED,
    REGISTERED,
    RESERVED,
    SIGNED,
    STALLED,
    STARTED,
)

# How far a project has come (项目阶段), by its last event; what halts it does not change that.
STAGES = ("储备", "在谈", "签约", "注册", "开工", "开工", "开工", "投产", "达产", "投产", "终止")
# What the platform calls the state (项目状态): nothing before the signature.
STATES = ("", "", "待建", "待建", "在建", "停建", "在建", "投产", "投产", "停产半停产", "拟退出")
LEAD_STATES = ("线索", "已考察", "转入储备", "已放弃")
_CHANNELS = ("以商招商", "驻点招商", "商会推荐", "展会对接", "基金招商", "企业自荐")
_TITLES = ("总经理", "副总经理", "投资部经理", "董事长助理", "行政总监")
_STAGE, _STATE = np.array(STAGES, dtype=object), np.array(STATES, dtype=object)


def tables(province: Province) -> list[TableSpec]:
    """Projects, problems and leads with the fields that dirt can strike."""
    return [
        TableSpec(
            "project", "/api/v1/projects", [partial(projects, province)],
            Roles(
                key=("project_id",), required=("project_id", "project_name", "park_id", "planned_amount", "reserve_date"),
                codes=("credit_code",), numbers=("invested_amount",), amounts=("planned_amount",),
                dates=("negotiation_date", "signed_date", "registered_date", "start_date", "production_date"),
                open_dates=("ended_date",), names=("project_name", "investor_name"), regions=("investor_region",),
                times=("updated_at",),
            ),
        ),
        TableSpec(
            "project_problem", "/api/v1/project_problems", [partial(problems, province)],
            Roles(
                key=("problem_no",), required=("problem_no", "project_id", "problem_level", "opened_date"),
                dates=("opened_date", "graded_date", "due_date"), open_dates=("closed_date",),
                names=("problem_text", "result_text"), times=("updated_at",),
            ),
        ),
        TableSpec(
            "investor_lead", "/api/v1/investor_leads", [partial(leads, province)],
            Roles(
                key=("lead_id",), required=("lead_id", "investor_name", "park_id", "first_contact_date"),
                numbers=("intended_amount",), dates=("first_contact_date", "visit_date", "converted_date"),
                open_dates=("dropped_date",), names=("investor_name",), regions=("investor_region",),
                times=("updated_at",),
            ),
        ),
    ]  # fmt: skip


def chosen(values: list[str], places: np.ndarray) -> list[object]:
    """The values at the places; nothing where the place is negative."""
    return [values[place] if place >= 0 else "" for place in places.tolist()]


def zone_ids(province: Province, zones: np.ndarray) -> list[object]:
    """The platform's identifiers of zones given as indices."""
    return chosen([zone.zone_id for zone in province.zones], zones)


def event_dates(days: np.ndarray, versions: LifeVersions, event: int) -> list[object]:
    """The day of an event as each version knows it, "" where it lies ahead."""
    return day_texts(known_day(days, versions, event))


def projects(province: Province) -> Records:
    """Every version of every project."""
    own, firms = province.projects, province.enterprises
    versions = own.versions()
    member, stage = versions.member, own.stage(versions)
    # A project that operates again stays in operation when it halts.
    at_full = (stage == HALTED) & (known_day(own.days, versions, OPERATED) < NEVER)
    registered = known_day(own.days, versions, REGISTERED) < NEVER
    company = np.where(registered, own.firm[member], -1)
    investors = province.project_investors
    codes = [_project_code(province, i) for i in range(len(own))]
    columns: Columns = {
        "project_id": chosen(own.project_id, member),
        "project_name": chosen(province.project_names, member),
        "project_kind": [KINDS[kind] for kind in own.kind[member].tolist()],
        "park_id": zone_ids(province, own.zone[member]),
        "invest_project_code": chosen(codes, np.where(registered, member, -1)),
        "investor_name": [one.name if (one := investors[i]) else "" for i in member.tolist()],
        "investor_region": [one.origin if (one := investors[i]) else "" for i in member.tolist()],
        "credit_code": chosen(firms.credit_code, company),
        "industry_code": chosen(own.industry, member),
        "is_leading": np.where(own.is_leading, "1", "0")[member].tolist(),
        "planned_amount": own.planned[member].tolist(),
        "invested_amount": own.invested(versions).tolist(),
        "project_stage": np.where(at_full, STAGES[OPERATED], _STAGE[stage]).tolist(),
        "project_state": np.where((stage == ENDED) & (own.days[member, SIGNED] == NEVER), "", _STATE[stage]).tolist(),
        "reserve_date": event_dates(own.days, versions, RESERVED),
        "negotiation_date": event_dates(own.days, versions, NEGOTIATED),
        "signed_date": event_dates(own.days, versions, SIGNED),
        "registered_date": event_dates(own.days, versions, REGISTERED),
        "start_date": event_dates(own.days, versions, STARTED),
        "stalled_date": event_dates(own.days, versions, STALLED),
        "production_date": event_dates(own.days, versions, PRODUCED),
        "operation_date": event_dates(own.days, versions, OPERATED),
        "ended_date": event_dates(own.days, versions, ENDED),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def _project_code(province: Province, project: int) -> str:
    """The code of the national platform for investment approvals: 24 characters, as trading projects carry it too."""
    own = province.projects
    day = int(own.days[project, REGISTERED])
    if day >= NEVER:
        return ""
    place, serial = province.zones[own.zone[project]].place_code, int(own.number[project]) % 1_000_000
    return f"{date.fromordinal(day).year}-{place}-{own.industry[project][:2]}-03-{serial:06d}"


def problems(province: Province) -> Records:
    """Every version of every problem; the level rises when a term is missed."""
    own, of_project = province.problems, province.projects
    versions = versions_of_lives(own.seed, "project_problem", own.number, own.days)
    member = versions.member
    closed = known_day(own.days, versions, CLOSED) < NEVER
    graded = known_day(own.days, versions, GRADED) < NEVER
    raised = known_day(own.days, versions, RAISED) < NEVER
    columns: Columns = {
        "problem_no": chosen(own.problem_no, member),
        "project_id": chosen(of_project.project_id, own.project[member]),
        "park_id": zone_ids(province, of_project.zone[own.project[member]]),
        "problem_level": [LEVELS[level] for level in own.level_at(versions).tolist()],
        "problem_type": [TYPES[kind][0] for kind in own.kind[member].tolist()],
        "problem_text": [TYPES[kind][1] for kind in own.kind[member].tolist()],
        "responsible_dept": [TYPES[kind][2] for kind in own.kind[member].tolist()],
        "opened_date": event_dates(own.days, versions, OPENED),
        "graded_date": event_dates(own.days, versions, GRADED),
        "due_date": day_texts(np.where(graded, own.due[member], NEVER)),
        "closed_date": event_dates(own.days, versions, CLOSED),
        "problem_state": np.select([closed, raised, graded], ["已办结", "升级督办", "办理中"], "待分级").tolist(),
        "result_text": chosen(own.result, np.where(closed, member, -1)),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)


def leads(province: Province) -> Records:
    """Every version of every lead, with the contact's name, mobile number and mail address: personal data."""
    own = province.leads
    # A lead is filed with its project, right after it, so that what it refers to is there.
    versions = versions_of_lives(own.seed, "project", own.number, own.days)
    member, state = versions.member, latest_event(own.days, versions)
    contact = own.contact[member].tolist()
    converted = known_day(own.days, versions, CONVERTED) < NEVER
    project = np.where(converted, own.project[member], -1)
    columns: Columns = {
        "lead_id": chosen(own.lead_id, member),
        "investor_name": [own.investor[i].name for i in member.tolist()],
        "investor_region": [own.investor[i].origin for i in member.tolist()],
        "park_id": zone_ids(province, own.zone[member]),
        "industry_code": chosen(own.industry, member),
        "intended_amount": own.amount[member].tolist(),
        "source_channel": [_CHANNELS[draw % len(_CHANNELS)] for draw in contact],
        "contact_name": [person_name(draw) for draw in contact],
        "contact_title": [_TITLES[draw // 7 % len(_TITLES)] for draw in contact],
        "contact_phone": [mobile_number(draw) for draw in contact],
        "contact_email": [mail_address(draw) for draw in contact],
        "lead_state": [LEAD_STATES[event] for event in state.tolist()],
        "first_contact_date": event_dates(own.days, versions, CONTACTED),
        "visit_date": event_dates(own.days, versions, VISITED),
        "converted_date": event_dates(own.days, versions, CONVERTED),
        "dropped_date": event_dates(own.days, versions, DROPPED),
        "project_id": chosen(province.projects.project_id, project),
        "updated_at": stated(versions.recorded_at),
    }
    return Records(columns, versions.recorded_at, versions.keys)
