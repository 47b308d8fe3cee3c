"""Public resource trading: projects, awards and land deals as they are set up, modified and deleted day by day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from sandbox.province.enterprises import Enterprises
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, Scale
from sandbox.province.zones import Zone

DATASETS = ("project", "award", "land_deal")
DATA_NO = {"project": "500", "award": "513", "land_deal": "601"}
INSERT, MODIFY, DELETE = "1", "2", "3"
_LONGEST_WAIT = 20
# Share of the projects that an enterprise owns; the others belong to the zone's management committee.
_OWN_SHARE = 0.5
_WORKS = (
    "标准厂房",
    "污水处理厂提标改造",
    "主干道路",
    "科技孵化园",
    "供水管网",
    "110千伏变电站",
    "人才公寓",
    "固废处置中心",
)
_USES = ("工业用地", "工业用地", "工业用地", "仓储用地", "商服用地", "新型产业用地")
_SURNAMES = "王李张刘陈杨黄赵吴周"


@dataclass(frozen=True)
class Message:
    """One message; `fields` are the CONTEXT elements in order, and none for a delete."""

    dataset: str
    data_key: str
    operation: str
    recorded_at: datetime
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """The trading exchange; `modified` and `deleted` are the shares of messages that are changed or withdrawn later: life,
    not dirt.
    """

    seed: int
    scale: Scale
    zones: list[Zone]
    enterprises: Enterprises
    modified: float = 0.05
    deleted: float = 0.01

    def messages(self, dataset: str, day: date) -> list[Message]:
        """The messages that the exchange records on one day, by time."""
        found = list(self._inserts(dataset, day))
        for wait in range(1, _LONGEST_WAIT + 1):
            origin = day - timedelta(days=wait)
            if origin >= FIRST_DAY:
                found += self._follow_ups(dataset, origin, wait)
        return sorted(found, key=lambda message: (message.recorded_at, message.data_key))

    def _draws(self, dataset: str, day: date) -> np.ndarray:
        """Twelve numbers in [0, 1) for each insert of the day; nothing happens on a Sunday, little on a Saturday."""
        rate = {
            "project": self.scale.projects_per_day,
            "award": self.scale.awards_per_day,
            "land_deal": self.scale.land_deals_per_day,
        }[dataset]
        rng = stream(self.seed, "trading", dataset, self.scale.name, day.toordinal())
        count = rng.poisson(rate * (1.0, 1.0, 1.0, 1.0, 1.0, 0.15, 0.0)[day.weekday()])
        return rng.random((count, 12))

    def _inserts(self, dataset: str, day: date) -> Iterator[Message]:
        for serial, draw in enumerate(self._draws(dataset, day).tolist(), 1):
            yield self._insert(dataset, day, serial, draw)

    def _insert(self, dataset: str, day: date, serial: int, draw: list[float]) -> Message:
        at = datetime(day.year, day.month, day.day) + timedelta(seconds=8 * 3600 + int(draw[0] * 36_000))
        make: dict[str, Callable[[date, int, list[float], datetime], list[tuple[str, str]]]] = {
            "project": self._project, "award": self._award, "land_deal": self._land_deal,
        }  # fmt: skip
        key = f"9136{DATA_NO[dataset]}{day:%Y%m%d}{serial:07d}"
        fields = [*make[dataset](day, serial, draw, at), ("DATA_TIMESTAMP", _stamp(at))]
        return Message(dataset, key, INSERT, at, tuple(fields))

    def _follow_ups(self, dataset: str, origin: date, wait: int) -> Iterator[Message]:
        """Modify and delete messages for inserts of `origin` that fall `wait` days later."""
        for serial, draw in enumerate(self._draws(dataset, origin).tolist(), 1):
            touched = draw[11] < self.modified + self.deleted
            if not touched or 1 + int(draw[10] * _LONGEST_WAIT) != wait:
                continue
            first = self._insert(dataset, origin, serial, draw)
            at = first.recorded_at + timedelta(days=wait, seconds=int(draw[9] * 3000))
            if draw[11] < self.deleted:
                yield replace(first, operation=DELETE, recorded_at=at, fields=())
            else:
                yield replace(first, operation=MODIFY, recorded_at=at, fields=_amended(first.fields, at))

    def _zone(self, draw: float) -> tuple[int, Zone]:
        # Busy zones trade more: the square of a uniform draw leans to the first ranks.
        index = int(draw * draw * len(self.zones))
        return index, self.zones[index]

    def _firm(self, zone_index: int, draw: float) -> int:
        start, end = np.searchsorted(self.enterprises.zone, [zone_index, zone_index + 1]).tolist()
        return int(start + draw * (end - start))

    def _project(self, day: date, serial: int, draw: list[float], at: datetime) -> list[tuple[str, str]]:
        index, zone = self._zone(draw[1])
        firm = self._firm(index, draw[2])
        own = draw[3] < _OWN_SHARE
        work = _WORKS[int(draw[4] * len(_WORKS))]
        owner = self.enterprises.name[firm] if own else f"{zone.name}管理委员会"
        return [
            ("PROJECT_CODE", _project_code(zone, draw, day, serial)),
            ("PROJECT_NAME", f"{zone.short_name}{work}建设项目（{day.year}年第{serial}号）"),
            ("REGION_CODE", zone.place_code),
            (
                "INVEST_PROJECT_CODE",
                f"{day.year}-{zone.place_code}-{30 + int(draw[5] * 60)}-03-{int(draw[7] * 1e6):06d}",
            ),
            ("ADDRESS", f"江西省{zone.city_name}{zone.short_name}"),
            ("LEGAL_PERSON", owner),
            ("INDUSTRIES_TYPE", self.enterprises.section[firm] + self.enterprises.industry[firm][:2] if own else "N78"),
            ("CONTACTOR", f"{_SURNAMES[int(draw[8] * 10)]}工"),
            ("CONTACT_INFORMATION", f"079{int(draw[5] * 8)}-{80_000_000 + int(draw[6] * 9_999_999)}"),
            ("CREATE_TIME", _stamp(at - timedelta(hours=2 + int(draw[7] * 40)))),
        ]

    def _award(self, day: date, serial: int, draw: list[float], at: datetime) -> list[tuple[str, str]]:
        before = day - timedelta(days=25 + int(draw[3] * 60))
        projects = self._draws("project", before).tolist() or [draw]
        chosen = int(draw[4] * len(projects))
        index, zone = self._zone(projects[chosen][1])
        firm = self._firm(index, draw[2])
        tender = _project_code(zone, projects[chosen], before, chosen + 1) + "001"
        rate = draw[5] < 0.04
        in_ten_thousand = draw[6] < 0.3
        amount = 200_000 * 10 ** (2.6 * draw[7])
        return [
            ("TENDER_PROJECT_CODE", tender),
            ("BID_SECTION_CODE", f"{tender}001"),
            ("REGION_CODE", zone.place_code),
            ("NOTICE_NAME", f"{zone.short_name}{_WORKS[int(draw[8] * len(_WORKS))]}中标结果公告"),
            ("WIN_BIDDER_NAME", self.enterprises.name[firm]),
            ("WIN_BIDDER_CODE", self.enterprises.credit_code[firm]),
            ("PRICE_FORM_CODE", "2" if rate else "1"),
            ("BID_AMOUNT", "" if rate else f"{amount / 1e4:.6f}" if in_ten_thousand else f"{amount:.2f}"),
            ("PRICE_UNIT", "1" if in_ten_thousand else "0"),
            ("NOTICE_SEND_TIME", _stamp(at - timedelta(minutes=5 + int(draw[8] * 200)))),
        ]

    def _land_deal(self, day: date, serial: int, draw: list[float], at: datetime) -> list[tuple[str, str]]:
        index, zone = self._zone(draw[1])
        firms = [self._firm(index, draw[2])]
        if draw[3] < 0.03:
            firms.append(self._firm(index, (draw[2] + 0.37) % 1.0))
        hectares = 0.6 * 10 ** (1.4 * draw[4])
        yuan = hectares * 15 * (80_000 + 160_000 * draw[5])
        in_ten_thousand = draw[6] < 0.8
        return [
            ("DEAL_LAND_CODE", f"{zone.place_code}{day:%Y%m%d}{serial:04d}"),
            ("LAND_CODE", f"D{zone.short_name[:2]}{day.year}-{serial:03d}-{int(draw[7] * 900) + 100}"),
            ("REGION_CODE", zone.place_code),
            ("LAND_AREA", f"{hectares:.6f}"),
            ("LAND_USAGE", _USES[int(draw[8] * len(_USES))]),
            ("DEAL_PRICE", f"{yuan / 1e4:.6f}" if in_ten_thousand else f"{yuan:.2f}"),
            ("PRICE_UNIT", "1" if in_ten_thousand else "0"),
            ("LENDING_NAME", ",".join(self.enterprises.name[firm] for firm in firms)),
            ("LENDING_CODE", ",".join(self.enterprises.credit_code[firm] for firm in firms)),
            ("PUBLISHING_TIME", _stamp(at - timedelta(minutes=30 + int(draw[9] * 400)))),
        ]


def _project_code(zone: Zone, draw: list[float], day: date, serial: int) -> str:
    """Letter of the line of business, region, date and serial number: 17 characters."""
    return f"{'E' if draw[3] < _OWN_SHARE else 'A'}{zone.place_code}{day:%y%m%d}{serial:04d}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S")


def _amended(fields: tuple[tuple[str, str], ...], at: datetime) -> tuple[tuple[str, str], ...]:
    """The fields of a modify message: amounts 5 % higher, names marked as corrected, a new time of record."""
    amended = []
    for name, value in fields:
        if name in ("BID_AMOUNT", "DEAL_PRICE") and value:
            decimals = len(value.partition(".")[2])
            value = f"{float(value) * 1.05:.{decimals}f}"
        elif name in ("PROJECT_NAME", "NOTICE_NAME"):
            value = f"{value}（更正）"
        elif name == "DATA_TIMESTAMP":
            value = _stamp(at)
        amended.append((name, value))
    return tuple(amended)
