"""Administrative licences: discharge permits with the numbers of the outlets, production licences, approvals without an end."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.agencies import office_code, office_name
from sandbox.province.enterprises import Enterprises
from sandbox.province.filing import office_time
from sandbox.province.identifiers import permit_numbers
from sandbox.province.life import Life
from sandbox.province.outlets import Outlets
from sandbox.province.randomness import stream
from sandbox.province.scale import LAST_DAY
from sandbox.province.versions import in_time
from sandbox.province.workdays import next_workday
from sandbox.province.zones import Zone

VALID, VOID = "1", "2"
DISCHARGE, APPROVAL = "排污许可证", "建设项目环境影响评价文件审批"
# Division or group of GB/T 4754 -> licence, department, years of validity.
_PRODUCTION = {
    "13": ("食品生产许可证", "市场监督管理局", 5), "14": ("食品生产许可证", "市场监督管理局", 5),
    "15": ("食品生产许可证", "市场监督管理局", 5), "27": ("药品生产许可证", "市场监督管理局", 5),
    "26": ("危险化学品安全生产许可证", "应急管理局", 3), "25": ("危险化学品安全生产许可证", "应急管理局", 3),
    "06": ("安全生产许可证", "应急管理局", 3), "08": ("安全生产许可证", "应急管理局", 3),
    "09": ("安全生产许可证", "应急管理局", 3), "10": ("安全生产许可证", "应急管理局", 3),
}  # fmt: skip


@dataclass(frozen=True)
class Licence:
    """One version of a licence; `valid_to` None: without an end. `state` is VALID or VOID."""

    number: str
    certificate_no: str
    entity: int
    title: str
    kind: str
    content: str
    decided: date
    valid_from: date
    valid_to: date | None
    office: str
    office_code: str
    state: str
    recorded_at: datetime

    @property
    def identity(self) -> str:
        return self.number


def build_licences(
    seed: int, zones: list[Zone], enterprises: Enterprises, life: Life, outlets: Outlets
) -> list[Licence]:
    """Every version by time of record: issued, renewed when it runs out, void when its holder ends or moves away."""
    issuer = _Issuer(seed, zones, enterprises, life)
    holders = sorted(set(outlets.enterprise.tolist()))
    permits = permit_numbers([enterprises.credit_code[entity] for entity in holders])
    versions: list[Licence] = []
    for entity, permit in zip(holders, permits, strict=True):
        versions += issuer.discharge(entity, permit)
        versions += issuer.approval(entity)
    for entity, industry in enumerate(enterprises.industry):
        if industry[:2] in _PRODUCTION:
            versions += issuer.production(entity, *_PRODUCTION[industry[:2]])
    return in_time([version for version in versions if version.recorded_at.date() <= LAST_DAY])


@dataclass(frozen=True)
class _Issuer:
    seed: int
    zones: list[Zone]
    enterprises: Enterprises
    life: Life

    def discharge(self, entity: int, permit: str) -> list[Licence]:
        """The first permit for three years, its renewals for five."""
        day = date(2017, 6, 5) + timedelta(days=self._draw(entity, DISCHARGE) % 200)
        return self._line(entity, DISCHARGE, "生态环境局", day, (3, 5), permit)

    def approval(self, entity: int) -> list[Licence]:
        """An approval of the environmental impact holds for good."""
        day = next_workday(date(2015, 3, 2) + timedelta(days=self._draw(entity, APPROVAL) % 2000))
        if day < self.enterprises.established[entity]:
            return []
        return [self._issued(entity, APPROVAL, "生态环境局", day, None, "")]

    def production(self, entity: int, title: str, department: str, years: int) -> list[Licence]:
        """Licences from one validity to the next."""
        born = self.enterprises.established[entity]
        day = max(born, date(2014, 1, 6)) + timedelta(days=60 + self._draw(entity, title) % 900)
        return self._line(entity, title, department, day, (years, years), "")

    def _draw(self, entity: int, label: str) -> int:
        return int(stream(self.seed, "licence", label, entity).integers(0, 1_000_000))

    def _line(
        self, entity: int, title: str, department: str, day: date, years: tuple[int, int], permit: str
    ) -> list[Licence]:
        """One licence after the other up to the end of the span, and what a move or an end does to them."""
        versions: list[Licence] = []
        length = years[0]
        moved, ended = (self._day_of(days[entity]) for days in (self.life.moved_on, self.life.ended_on))
        day = next_workday(day)
        while day <= LAST_DAY and (ended is None or day < ended):
            current = self._issued(entity, title, department, day, _later(day, length), permit)
            versions.append(current)
            following = next_workday(_later(day, length) - timedelta(days=15))
            for event in (moved, ended):
                if event is not None and current.decided <= event < following:
                    at = office_time(next_workday(event + timedelta(days=6)), entity * 19)
                    versions.append(replace(current, state=VOID, recorded_at=at))
            # The new place licenses anew what the old one made void.
            is_away = moved is not None and current.decided <= moved < following
            day, length = (next_workday(moved + timedelta(days=25)) if is_away and moved else following), years[1]
        return versions

    def _day_of(self, day: np.datetime64) -> date | None:
        return None if np.isnat(day) else day.astype(date)

    def _issued(
        self, entity: int, title: str, department: str, day: date, until: date | None, certificate_no: str
    ) -> Licence:
        zone = self.zones[
            self.life.moved_to[entity] if self.life.moved_on[entity] <= np.datetime64(day) else self.life.home[entity]
        ]
        place, serial = zone.place_code, self._draw(entity, f"{title}/{day}")
        number = f"赣{place[2:6]}{_SHORT[title]}许〔{day.year}〕{entity:05d}-{serial % 900 + 100}号"
        return Licence(
            number=number,
            certificate_no=certificate_no or f"{_SHORT[title]}36{place[2:6]}{serial:06d}",
            entity=entity,
            title=title,
            kind="核准" if title == APPROVAL else "普通",
            content=f"准予{self.enterprises.name[entity]}{title}",
            decided=day,
            valid_from=day,
            valid_to=until - timedelta(days=1) if until else None,
            office=office_name(place, department, day),
            office_code=office_code(place, department, day),
            state=VALID,
            recorded_at=max(
                office_time(next_workday(day + timedelta(days=1 + serial % 6)), serial), datetime(2017, 3, 1, 9)
            ),
        )


_SHORT = {
    DISCHARGE: "环", APPROVAL: "环评", "食品生产许可证": "食", "药品生产许可证": "药", "危险化学品安全生产许可证": "危化",
    "安全生产许可证": "安",
}  # fmt: skip


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
