"""Public resource trading: what the exchange records day by day, and what it modifies and withdraws later.

Construction (500 project, 501 tender, 502 section, 513 award) is in `trading_works.py`, land and farmland quotas (600
notice, 601 deal, 1150 farmland) in `trading_land.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from sandbox.province.calibration import FARMLAND_MARKET_OPENED
from sandbox.province.enterprises import Enterprises
from sandbox.province.life import Life
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, Scale
from sandbox.province.trading_fields import Fields, Market, common_fields, stamp
from sandbox.province.trading_land import LandDeal, Notice, farmland_fields, land_deal_fields, notice_fields, notices
from sandbox.province.trading_works import Chain, award_fields, chains, project_fields, section_fields, tender_fields
from sandbox.province.workdays import is_holiday, is_workday
from sandbox.province.zones import Zone

DATASETS = ("project", "tender", "section", "award", "land_notice", "land_deal", "farmland_balance_deal")
# The numbers of the national data dictionary. It has none for farmland quotas; ours lies among its other kinds of
# trading (1000 to 1199), behind the last one in use (1121).
DATA_NO = {
    "project": "500", "tender": "501", "section": "502", "award": "513", "land_notice": "600", "land_deal": "601",
    "farmland_balance_deal": "1150",
}  # fmt: skip
INSERT, MODIFY, DELETE = "1", "2", "3"
_LONGEST_WAIT = 20
_DAYS_KEPT = 64
# Share of a working day's business on an ordinary Saturday; there is none on other days off.
_SATURDAY = 0.15
_AMOUNTS = frozenset(("BID_AMOUNT", "DEAL_PRICE", "CONTRACT_RECKON_PRICE"))
_TITLES = frozenset(("PROJECT_NAME", "TENDER_PROJECT_NAME", "BID_SECTION_NAME", "NOTICE_NAME", "LAND_PROJECT_NAME"))


@dataclass(frozen=True)
class Message:
    """One message; `fields` are the CONTEXT elements in order, and none for a delete."""

    dataset: str
    data_key: str
    operation: str
    recorded_at: datetime
    fields: Fields


class _Item(NamedTuple):
    """One insert: when, its number on the day, three draws for its fate, and how to spell it."""

    at: datetime
    serial: int
    fate: tuple[float, float, float]
    spell: Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Exchange:
    """The trading exchange; `modified` and `deleted` are the shares of messages that are changed or withdrawn later: life,
    not dirt.
    """

    seed: int
    scale: Scale
    zones: list[Zone]
    enterprises: Enterprises
    life: Life
    modified: float = 0.05
    deleted: float = 0.01
    _kept: dict[tuple[str, date], list[_Item]] = field(default_factory=dict, compare=False, repr=False)

    def messages(self, dataset: str, day: date) -> list[Message]:
        """The messages that the exchange records on one day, by time."""
        found = [self._inserted(dataset, day, item) for item in self._items(dataset, day)]
        for wait in range(1, _LONGEST_WAIT + 1):
            origin = day - timedelta(days=wait)
            if origin >= FIRST_DAY:
                found += self._follow_ups(dataset, origin, wait)
        return sorted(found, key=lambda message: (message.recorded_at, message.data_key))

    def _inserted(self, dataset: str, day: date, item: _Item) -> Message:
        number = DATA_NO[dataset]
        # 22 digits: 4 of the system, the dictionary's number, the day, and a serial number that fills up.
        key = f"9136{number}{day:%Y%m%d}{item.serial:0{10 - len(number)}d}"
        return Message(dataset, key, INSERT, item.at, (*item.spell(), *common_fields(item.at)))

    def _follow_ups(self, dataset: str, origin: date, wait: int) -> Iterator[Message]:
        """Modify and delete messages for inserts of `origin` that fall `wait` days later."""
        for item in self._items(dataset, origin):
            delay, when, fate = item.fate
            if fate >= self.modified + self.deleted or 1 + int(when * _LONGEST_WAIT) != wait:
                continue
            first = self._inserted(dataset, origin, item)
            at = first.recorded_at + timedelta(days=wait, seconds=int(delay * 3000))
            if fate < self.deleted:
                yield replace(first, operation=DELETE, recorded_at=at, fields=())
            else:
                yield replace(first, operation=MODIFY, recorded_at=at, fields=_amended(first.fields, at))

    def _items(self, dataset: str, day: date) -> list[_Item]:
        """The day's inserts; those of the last days are kept, because follow-ups look back at them."""
        key = (dataset, day)
        if key not in self._kept:
            make: dict[str, Callable[[date], list[_Item]]] = {
                "project": self._projects, "land_deal": self._land_deals, "land_notice": self._land_notices,
                "farmland_balance_deal": self._farmland_deals,
            }  # fmt: skip
            self._kept[key] = make[dataset](day) if dataset in make else self._chained(dataset, day)
            while len(self._kept) > _DAYS_KEPT * len(DATASETS):
                self._kept.pop(next(iter(self._kept)))
        return self._kept[key]

    def _draws(self, dataset: str, day: date) -> list[list[float]]:
        """Twelve numbers in [0, 1) for each insert of the day."""
        rate = {
            "project": self.scale.projects_per_day,
            "land_deal": self.scale.land_deals_per_day,
            "farmland_balance_deal": min(0.5, 0.1 * self.scale.projects_per_day),
        }[dataset]
        rng = stream(self.seed, "trading", dataset, self.scale.name, day.toordinal())
        count = rng.poisson(rate * _business(day))
        return rng.random((count, 12)).tolist()

    @cached_property
    def _market(self) -> Market:
        return Market(self.zones, self.enterprises, self.life)

    @cached_property
    def _works(self) -> dict[tuple[str, date], list[Chain]]:
        """Every tender, section and award by the day of its record; each follows from a project."""
        return chains(self.seed, self.scale, self._market, lambda day: self._draws("project", day))

    @cached_property
    def _notices(self) -> dict[date, list[Notice]]:
        """The land notices by the day of their record; a deal follows from most."""
        return notices(self.seed, self._market, lambda day: self._draws("land_deal", day))

    def _projects(self, day: date) -> list[_Item]:
        def item(serial: int, draw: list[float]) -> _Item:
            at = _at(day, draw[0])
            return _Item(at, serial, _fate(draw), lambda: project_fields(self._market, draw, day, serial, at))

        return [item(serial, draw) for serial, draw in enumerate(self._draws("project", day), 1)]

    def _land_deals(self, day: date) -> list[_Item]:
        def item(serial: int, draw: list[float]) -> _Item:
            at = _at(day, draw[0])
            deal = LandDeal(day, serial, draw)
            return _Item(at, serial, _fate(draw), lambda: land_deal_fields(self._market, deal, at))

        return [item(serial, draw) for serial, draw in enumerate(self._draws("land_deal", day), 1)]

    def _chained(self, dataset: str, day: date) -> list[_Item]:
        spell = {"tender": tender_fields, "section": section_fields, "award": award_fields}[dataset]
        own = self._works.get((dataset, day), [])
        fates = self._fates(dataset, day, len(own))

        def item(serial: int, chain: Chain, fate: tuple[float, float, float]) -> _Item:
            at = _at(day, chain.hour(dataset))
            return _Item(at, serial, fate, lambda: spell(self._market, chain, at))

        return [item(n, chain, fate) for n, (chain, fate) in enumerate(zip(own, fates, strict=True), 1)]

    def _land_notices(self, day: date) -> list[_Item]:
        own = self._notices.get(day, [])
        fates = self._fates("land_notice", day, len(own))

        def item(serial: int, notice: Notice, fate: tuple[float, float, float]) -> _Item:
            at = _at(day, notice.hour)
            return _Item(at, serial, fate, lambda: notice_fields(self._market, notice, at))

        return [item(n, notice, fate) for n, (notice, fate) in enumerate(zip(own, fates, strict=True), 1)]

    def _farmland_deals(self, day: date) -> list[_Item]:
        def item(serial: int, draw: list[float]) -> _Item:
            at = _at(day, draw[0])
            return _Item(at, serial, _fate(draw), lambda: farmland_fields(draw, day, serial, at))

        if day < FARMLAND_MARKET_OPENED:
            return []
        return [item(serial, draw) for serial, draw in enumerate(self._draws("farmland_balance_deal", day), 1)]

    def _fates(self, dataset: str, day: date, count: int) -> list[tuple[float, float, float]]:
        drawn = stream(self.seed, "trading", "fate", dataset, self.scale.name, day.toordinal()).random((count, 3))
        return [(a, b, c) for a, b, c in drawn.tolist()]


def _business(day: date) -> float:
    """The share of a working day's business."""
    if is_workday(day):
        return 1.0
    return _SATURDAY if day.weekday() == 5 and not is_holiday(day) else 0.0


def _fate(draw: list[float]) -> tuple[float, float, float]:
    return draw[9], draw[10], draw[11]


def _at(day: date, draw: float) -> datetime:
    """A time of the day between eight and six."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=8 * 3600 + int(draw * 36_000))


def _amended(fields: Fields, at: datetime) -> Fields:
    """The fields of a modify message: amounts 5 % higher, titles marked as corrected, a new time of record."""
    amended = []
    for name, value in fields:
        if name in _AMOUNTS and value:
            decimals = len(value.partition(".")[2])
            value = f"{float(value) * 1.05:.{decimals}f}"
        elif name in _TITLES:
            value = f"{value}（更正）"
        elif name == "DATA_TIMESTAMP":
            value = stamp(at)
        amended.append((name, value))
    return tuple(amended)
