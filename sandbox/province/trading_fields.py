"""What all messages of the exchange share: the parties, the platforms that hand them on, codes and spellings."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from sandbox.province.agencies import office_code, office_name, organ_code
from sandbox.province.enterprises import Enterprises
from sandbox.province.identifiers import USCC_ALPHABET, credit_codes, organisation_codes
from sandbox.province.life import Life
from sandbox.province.region_history import code_on
from sandbox.province.zones import Zone

Fields = tuple[tuple[str, str], ...]
# Renminbi in GB/T 12406, and both units of a price.
YUAN_CODE, IN_YUAN, IN_TEN_THOUSAND = "156", "0", "1"
PLATFORM_CODE = organ_code("360000", "江西省公共资源交易中心")
_SERVICE_PLATFORM = "M36000000000000001"
_SURNAMES = "王李张刘陈杨黄赵吴周"


@dataclass(frozen=True)
class Market:
    """Zones and enterprises as parties of the exchange."""

    zones: list[Zone]
    enterprises: Enterprises
    life: Life

    def zone(self, draw: float) -> tuple[int, Zone]:
        """A zone; busy ones trade more: the square of a uniform draw leans to the first ranks."""
        index = int(draw * draw * len(self.zones))
        return index, self.zones[index]

    def firm(self, zone_index: int, draw: float, day: date) -> int:
        """An enterprise that was settled in the zone and exists on the day."""
        start, end = np.searchsorted(self.enterprises.zone, [zone_index, zone_index + 1]).tolist()
        firm = int(start + draw * (end - start))
        while not self.life.alive_from[firm] > np.datetime64(day, "s"):
            # The first enterprise of a zone, its sewage works, never ends.
            firm = firm + 1 if firm + 1 < end else int(start)
        return firm


def region(zone: Zone, day: date) -> str:
    """The region code of the zone's place on a day."""
    return code_on(zone.place_code, day)


def committee(zone: Zone) -> tuple[str, str]:
    """(name, credit code) of the committee that manages a zone."""
    name = f"{zone.name}管理委员会"
    return name, organ_code(zone.place_code, name)


def land_bureau(zone: Zone, day: date) -> tuple[str, str]:
    """(name, credit code) of the office that grants land in a zone."""
    return office_name(zone.place_code, "自然资源局", day), office_code(zone.place_code, "自然资源局", day)


def trading_centre(zone: Zone) -> tuple[str, str]:
    """(name, credit code) of the prefecture's trading centre."""
    name = f"{zone.city_name}公共资源交易中心"
    return name, organ_code(zone.city_code, name)


def agent(draw: float) -> tuple[str, str]:
    """(name, credit code) of a tendering agent."""
    place = int(draw * len(_AGENTS))
    return _AGENTS[place], _AGENT_CODES[place]


_AGENTS = (
    "江西省机电设备招标有限公司", "江西银信工程造价咨询有限公司", "江西中昌工程咨询监理有限公司", "江西省建设监理招标有限公司",
    "南昌市政公用招标代理有限公司", "赣州建招工程管理有限公司",
)  # fmt: skip
_AGENT_CODES = credit_codes(
    ["360000"] * len(_AGENTS), organisation_codes([f"7055{i:04d}" for i in range(len(_AGENTS))])
)


def deal_code(business: str, day: date, serial: int) -> str:
    """统一交易标识码 as it is displayed: business, platform (18), day (8), serial (6), check.

    The check character is that of ISO 7064 MOD 37-2 in the alphabet of credit codes; published codes show that platforms
    compute it otherwise, so nobody should rely on it.
    """
    body = f"{PLATFORM_CODE}{day:%Y%m%d}{serial % 1_000_000:06d}"
    total = 0
    for character in body:
        total = (total + int(character, 36)) * 2 % 37
    check = USCC_ALPHABET[(38 - total) % 37 % len(USCC_ALPHABET)]
    return f"{business}-{PLATFORM_CODE}-{day:%Y%m%d}-{serial % 1_000_000:06d}-{check}"


def person(draw: float) -> str:
    """The name of an official in charge, made up."""
    return f"{_SURNAMES[int(draw * 10)]}工"


def phone(draw: float, other: float) -> str:
    """A telephone number, made up."""
    return f"079{int(draw * 8)}-{80_000_000 + int(other * 9_999_999)}"


def price(yuan: float, in_ten_thousand: bool) -> tuple[str, str]:
    """(amount, unit) in 万元 with six decimals or in yuan with two."""
    return (f"{yuan / 1e4:.6f}", IN_TEN_THOUSAND) if in_ten_thousand else (f"{yuan:.2f}", IN_YUAN)


def common_fields(at: datetime) -> Fields:
    """What every record carries about the platforms on its way."""
    return (
        ("PLATFORM_CODE", PLATFORM_CODE),
        ("PUB_SERVICE_PLAT_CODE", _SERVICE_PLATFORM),
        ("DATA_TIMESTAMP", stamp(at)),
        ("TRADE_PLAT", PLATFORM_CODE[8:17] + "01"),
        ("PUB_SERVICE_PLAT", _SERVICE_PLATFORM[:11]),
    )


def stamp(at: datetime) -> str:
    """yyyyMMddHHmmss"""
    return at.strftime("%Y%m%d%H%M%S")


def day_stamp(day: date) -> str:
    """yyyyMMdd"""
    return f"{day:%Y%m%d}"


def page(kind: str, day: date, serial: int) -> str:
    """The address of a notice on the exchange's site."""
    return f"https://ggzy.jiangxi.example/{kind}/{day:%Y%m%d}/{serial:06d}.html"
