"""Land on the exchange: notice (600) -> deal (601) by the announcement's key, and the quotas of the farmland balance.

The provincial market for quotas that offset building on farmland (耕地占补平衡指标) has no entity in the data dictionary;
its fields follow the names of the other kinds of trading there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sandbox.province.agencies import office_code, office_name
from sandbox.province.calibration import FARMLAND_YUAN_PER_MU, LAND_FAILED_SHARE
from sandbox.province.randomness import stream
from sandbox.province.region_history import code_on
from sandbox.province.scale import FIRST_DAY, LAST_DAY
from sandbox.province.trading_fields import (
    PLATFORM_CODE,
    YUAN_CODE,
    Market,
    day_stamp,
    deal_code,
    land_bureau,
    page,
    person,
    phone,
    price,
    region,
    stamp,
    trading_centre,
)
from sandbox.province.workdays import last_workday
from sandbox.province.zones import Zone, region_names

MU_PER_HECTARE = 15
_USES = ("工业用地", "工业用地", "工业用地", "仓储用地", "商服用地", "新型产业用地")
_YEARS = {"工业用地": "50年", "仓储用地": "50年", "商服用地": "40年", "新型产业用地": "50年"}
# Twenty days of notice and at least ten of listing; a few weeks until the deal is recorded.
_SHORTEST, _LONGEST = 32, 46
# Supply by listing (挂牌), and its code in the dictionary's domain 7001.
_LISTING = "3"
QUOTA_KINDS = ("补充耕地数量", "水田规模", "粮食产能")


@dataclass(frozen=True)
class LandDeal:
    """One deal by its day, serial number and draws."""

    day: date
    serial: int
    draw: list[float]

    @property
    def usage(self) -> str:
        return _USES[int(self.draw[8] * len(_USES))]

    @property
    def hectares(self) -> float:
        return 0.6 * 10 ** (1.4 * self.draw[4])

    def land_code(self, zone: Zone) -> str:
        """The number of the parcel, e.g. D小蓝2019-001-734."""
        return f"D{zone.short_name[:2]}{self.day.year}-{self.serial:03d}-{int(self.draw[7] * 900) + 100}"

    @property
    def announcement(self) -> str:
        """The key of the announcement that the deal came from."""
        return _announcement(self.day, self.serial)


def _announcement(day: date, serial: int) -> str:
    digits = f"{day.toordinal():08x}{serial:08x}"
    return f"{digits[:8]}-0600-4000-8000-{digits[8:]}0000"


@dataclass(frozen=True)
class Notice:
    """The notice of one parcel: `deal` is what comes of it, `failed` that nobody bid; `hour` in [0, 1)."""

    day: date
    hour: float
    deal: LandDeal
    failed: bool

    @property
    def key(self) -> str:
        return _announcement(self.deal.day, self.deal.serial + (5_000 if self.failed else 0))


def notices(seed: int, market: Market, deals: Callable[[date], list[list[float]]]) -> dict[date, list[Notice]]:
    """The notices by their day: one before each deal up to some weeks after the span, and a few without a deal."""
    found: dict[date, list[Notice]] = {}
    for offset in range((LAST_DAY - FIRST_DAY).days + _LONGEST + 2):
        day = FIRST_DAY + timedelta(days=offset)
        own = deals(day)
        draws = stream(seed, "trading", "notice", len(market.zones), day.toordinal()).random((len(own), 4)).tolist()
        for serial, (draw, more) in enumerate(zip(own, draws, strict=True), 1):
            published = last_workday(day - timedelta(days=_SHORTEST + int(more[0] * (_LONGEST - _SHORTEST))))
            deal = LandDeal(day, serial, draw)
            found.setdefault(published, []).append(Notice(published, more[1], deal, False))
            if more[2] < LAND_FAILED_SHARE:
                found[published].append(Notice(published, more[3], deal, True))
    return found


def _price_of(deal: LandDeal) -> float:
    return deal.hectares * MU_PER_HECTARE * (80_000 + 160_000 * deal.draw[5])


def land_deal_fields(market: Market, deal: LandDeal, at: datetime) -> list[tuple[str, str]]:
    """601 DEAL_LAND_INFO; a few parcels go to two parties, whose names and codes share one field."""
    draw, day = deal.draw, deal.day
    index, zone = market.zone(draw[1])
    firms = [market.firm(index, draw[2], day)]
    if draw[3] < 0.03:
        firms.append(market.firm(index, (draw[2] + 0.37) % 1.0, day))
    amount, unit = price(_price_of(deal), draw[6] < 0.8)
    centre, centre_code = trading_centre(zone)
    names = ",".join(market.enterprises.name[firm] for firm in firms)
    project = _land_project(zone, deal)
    return [
        ("DEAL_LAND_CODE", f"{region(zone, day)}{day:%Y%m%d}{deal.serial:04d}"),
        ("DEAL_ANNOUNCEMENT_GUID", deal.announcement),
        ("UNIFIED_DEAL_CODE", deal_code("B01", day, deal.serial)),
        ("RELATE_CODE", "1"),
        ("LAND_PROJECT_NAME", project),
        ("REGION_CODE", region(zone, day)),
        ("TRA_PLACE_CODE", zone.city_code),
        ("TRA_AGENCY_NAME", centre),
        ("TRA_AGENCY_CODE", centre_code),
        ("LAND_CODE", deal.land_code(zone)),
        ("LAND_AREA", f"{deal.hectares:.6f}"),
        ("LAND_USAGE", deal.usage),
        ("LEND_AGE_LIMIT", _YEARS[deal.usage]),
        ("LAND_POSITION", _position(zone)),
        ("DEAL_PRICE", amount),
        ("CURRENCY_CODE", YUAN_CODE),
        ("PRICE_UNIT", unit),
        ("LENDING_NAME", names),
        ("LENDING_TYPE", "01"),
        ("LENDING_CODE", ",".join(market.enterprises.credit_code[firm] for firm in firms)),
        ("LAND_URL", page("td/cjgs", day, deal.serial)),
        ("ANNOUNCEMENT_TITLE", f"{project}成交公示"),
        ("ANNOUNCEMENT_CONNECT", f"{deal.land_code(zone)}地块由{names}竞得"),
        ("PUBLISHING_TIME", stamp(at - timedelta(minutes=30 + int(draw[9] * 400)))),
    ]


def _land_project(zone: Zone, deal: LandDeal) -> str:
    return f"{zone.short_name}{deal.land_code(zone)}地块国有建设用地使用权出让"


def _position(zone: Zone) -> str:
    return f"江西省{zone.city_name}{zone.short_name}"


def notice_fields(market: Market, notice: Notice, at: datetime) -> list[tuple[str, str]]:
    """600 DEAL_BEHAVIOR_INFO; its days are yyyyMMdd, its listing times yyyyMMddHHmmss."""
    deal, day = notice.deal, notice.day
    _, zone = market.zone(deal.draw[1])
    bureau, _ = land_bureau(zone, day)
    centre, centre_code = trading_centre(zone)
    project = _land_project(zone, deal) + ("（二）" if notice.failed else "")
    opened = datetime(day.year, day.month, day.day, 9) + timedelta(days=20)
    closed = opened + timedelta(days=10, hours=6)
    title = f"{bureau}国有建设用地使用权挂牌出让公告"
    return [
        ("ANNOUNCEMENT_GUID", notice.key),
        ("LAND_PROJECT_NAME", project),
        ("UNIFIED_DEAL_CODE", deal_code("B01", deal.day, deal.serial + (5_000 if notice.failed else 0))),
        ("ANNOUNCEMENT_TITLE", title),
        (
            "ANNOUNCEMENT_CONNECT",
            f"挂牌出让{deal.land_code(zone)}地块，面积{deal.hectares:.4f}公顷，用途为{deal.usage}",
        ),
        ("LAND_DISTRICT", region(zone, day)),
        ("TRA_PLACE_CODE", zone.city_code),
        ("TRA_AGENCY_NAME", centre),
        ("TRA_AGENCY_CODE", centre_code),
        ("URL", page("td/crgg", day, deal.serial)),
        ("END_DATE", day_stamp(closed.date())),
        ("CREATE_TIME", day_stamp(day)),
        ("PUBLISHING_TIME", day_stamp(day)),
        ("SUPPLY_TYPE", _LISTING),
        ("ANNOUNCEMENT_UNIT", bureau),
        ("ANNOUNCEMENT_START_TIME", day_stamp(day)),
        ("ANNOUNCEMENT_DEADLINE", day_stamp(opened.date())),
        ("FIELD_NUM", "1"),
        ("LISTING_START_TIME", stamp(opened)),
        ("LISTING_DEADLINE", stamp(closed)),
        ("LISTING_TYPE", _LISTING),
        ("ANNOUNCEMENT_TYPE", "1"),
        ("LIAISON_UNIT", bureau),
        ("UNIT_ADDRESS", _position(zone)),
        ("CONTACT_PERSON", person(deal.draw[8])),
        ("CONTACT_NUMBER", phone(deal.draw[5], deal.draw[6])),
        ("ANNOUNCEMENT_CODE", f"{region(zone, day)}-{day:%Y%m%d}-{deal.serial + (5_000 if notice.failed else 0):04d}"),
    ]


@cache
def _counties() -> list[str]:
    return sorted(code for code in region_names() if code[4:] != "00")


def farmland_fields(draw: list[float], day: date, serial: int, at: datetime) -> list[tuple[str, str]]:
    """1150: one county sells quotas of new farmland to another that builds on its own."""
    counties = _counties()
    seller = counties[int(draw[1] * len(counties))]
    buyer = counties[(counties.index(seller) + 1 + int(draw[2] * (len(counties) - 1))) % len(counties)]
    hectares = 2.0 * 10 ** (1.5 * draw[3])
    low, high = FARMLAND_YUAN_PER_MU
    kind = QUOTA_KINDS[min(2, int(draw[4] * 4))]
    amount, unit = price(hectares * MU_PER_HECTARE * (low + (high - low) * draw[5]), draw[6] < 0.7)
    names = [office_name(code, "自然资源局", day) for code in (seller, buyer)]
    return [
        ("QUOTA_DEAL_CODE", f"ZB{day:%Y%m%d}{serial:04d}"),
        ("UNIFIED_DEAL_CODE", deal_code("Z01", day, serial)),
        ("ANNOUNCEMENT_TITLE", f"{names[0]}{kind}指标交易结果公示"),
        ("QUOTA_TYPE", kind),
        ("REGION_CODE", code_on(seller, day)),
        ("TRANSFEROR_NAME", names[0]),
        ("TRANSFEROR_CODE", office_code(seller, "自然资源局", day)),
        ("ASSIGNEE_REGION_CODE", code_on(buyer, day)),
        ("ASSIGNEE_NAME", names[1]),
        ("ASSIGNEE_CODE", office_code(buyer, "自然资源局", day)),
        ("QUOTA_AREA", f"{hectares:.6f}"),
        ("PADDY_AREA", f"{hectares * (0.6 * draw[7] if kind != '水田规模' else 1.0):.6f}"),
        ("GRAIN_CAPACITY", f"{hectares * MU_PER_HECTARE * (350 + 250 * draw[8]):.2f}"),
        ("DEAL_PRICE", amount),
        ("CURRENCY_CODE", YUAN_CODE),
        ("PRICE_UNIT", unit),
        ("DEAL_DATE", day_stamp(day - timedelta(days=1 + int(draw[7] * 5)))),
        ("TRA_AGENCY_NAME", "江西省公共资源交易中心"),
        ("TRA_AGENCY_CODE", PLATFORM_CODE),
        ("URL", page("qt/zbph", day, serial)),
        ("PUBLISHING_TIME", stamp(at - timedelta(minutes=10 + int(draw[8] * 120)))),
    ]
