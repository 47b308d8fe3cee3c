"""What other systems of the province tell of that somebody had to apply for: the anchors of cases of government service."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from sandbox.province.credit import CANCELLED, CreditRegister
from sandbox.province.credit_licences import VALID, Licence
from sandbox.province.government_service import Anchor
from sandbox.province.projects import PRODUCED, REGISTERED, STARTED, Projects
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.service_items import LICENCES
from sandbox.province.workdays import last_workday

# Changes that an enterprise applies for; new codes of places and offices come by themselves, a revocation by decision.
_APPLIED_FOR = ("注册资本(金)变更", "法定代表人变更", "住所变更", "吸收合并")


def anchors(register: CreditRegister, licences: list[Licence], projects: Projects) -> list[Anchor]:
    """Every anchor, one for an enterprise, item and day."""
    found = [*_registrations(register), *_licences(licences), *_projects(projects)]
    return list({(one.firm, one.item, one.day): one for one in found if one.day >= FIRST_DAY}.values())


def _registrations(register: CreditRegister) -> Iterator[Anchor]:
    for change in register.changes:
        if change.item in _APPLIED_FOR:
            yield Anchor(change.entity, "企业变更登记", change.changed)
        elif change.item == "登记状态变更" and change.after == CANCELLED:
            yield Anchor(change.entity, "企业注销登记", change.changed)


def _licences(licences: list[Licence]) -> Iterator[Anchor]:
    for licence in licences:
        if licence.state == VALID and licence.title in LICENCES:
            yield Anchor(licence.entity, LICENCES[licence.title], licence.decided, licence.certificate_no)


def _projects(projects: Projects) -> Iterator[Anchor]:
    """A project is put on file, gets its three permits before it starts, and is accepted before it produces."""
    last = LAST_DAY.toordinal() + 60
    registered, started, produced = (projects.days[:, event] for event in (REGISTERED, STARTED, PRODUCED))
    for project in np.flatnonzero((projects.firm >= 0) & (registered <= last)).tolist():
        firm, first = int(projects.firm[project]), int(registered[project])
        yield Anchor(firm, "企业投资项目备案", date.fromordinal(first))
        begun = int(started[project])
        if begun <= last:
            for share, item in (
                (0.4, "建设用地规划许可证核发"),
                (0.7, "建设工程规划许可证核发"),
                (1.0, "建筑工程施工许可证核发"),
            ):
                yield Anchor(firm, item, last_workday(date.fromordinal(first + int(share * (begun - first)) - 1)))
        if produced[project] <= last:
            yield Anchor(firm, "建设工程竣工验收备案", last_workday(date.fromordinal(int(produced[project]) - 4)))
