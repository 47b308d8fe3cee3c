"""Construction works on the exchange: project (500) -> tender (501) -> section (502) -> award (513), linked by their codes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.province.agencies import office_name
from sandbox.province.calibration import AWARDED_SHARE, RATE_SHARE, SECTIONS_SHARE, TENDERED_SHARE
from sandbox.province.randomness import stream
from sandbox.province.scale import FIRST_DAY, LAST_DAY, Scale
from sandbox.province.trading_fields import (
    YUAN_CODE,
    Market,
    agent,
    committee,
    day_stamp,
    deal_code,
    page,
    person,
    phone,
    price,
    region,
    stamp,
    trading_centre,
)
from sandbox.province.workdays import next_workday
from sandbox.province.zones import Zone

# Share of the projects that an enterprise owns; the others belong to the zone's management committee.
_OWN_SHARE = 0.5
# What is built, and the type of tender: A01 buildings, A02 municipal works.
_WORKS = (
    ("标准厂房", "A01"), ("污水处理厂提标改造", "A02"), ("主干道路", "A02"), ("科技孵化园", "A01"), ("供水管网", "A02"),
    ("110千伏变电站", "A02"), ("人才公寓", "A01"), ("固废处置中心", "A02"),
)  # fmt: skip
_FUNDS = ("企业自筹", "财政资金", "企业自筹及银行贷款", "专项债券")
_DRAWS = 20


@dataclass(frozen=True)
class Chain:
    """One section of the tender of one project; `draw` are the tender's own numbers, the project's are `project`."""

    day: date
    serial: int
    project: list[float]
    draw: list[float]
    section: int
    tender_day: date
    section_day: date
    award_day: date

    def hour(self, dataset: str) -> float:
        """When on its day each message comes, as a number in [0, 1): a section never before its tender."""
        if dataset == "award":
            return self.draw[13]
        return self.draw[14] * 0.5 if dataset == "tender" else 0.5 + (self.draw[14] + self.section) * 0.1

    def tender_code(self, market: Market) -> str:
        """Project code and three digits."""
        return project_code(market.zone(self.project[1])[1], self.project, self.day, self.serial) + "001"

    def section_code(self, market: Market) -> str:
        """Tender code and three digits."""
        return f"{self.tender_code(market)}{self.section:03d}"

    @property
    def estimate(self) -> float:
        """Estimated price of the section in yuan."""
        return 200_000.0 * 10 ** (2.6 * self.draw[9 + (self.section - 1) % 3])


def chains(
    seed: int, scale: Scale, market: Market, projects: Callable[[date], list[list[float]]]
) -> dict[tuple[str, date], list[Chain]]:
    """(dataset, day) -> the tenders, sections and awards recorded on that day, for all projects of the span."""
    found: dict[tuple[str, date], list[Chain]] = {}
    for offset in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=offset)
        own = projects(day)
        draws = stream(seed, "trading", "chain", scale.name, day.toordinal()).random((len(own), _DRAWS)).tolist()
        for serial, (project, draw) in enumerate(zip(own, draws, strict=True), 1):
            if draw[0] >= TENDERED_SHARE:
                continue
            for chain in _sections(day, serial, project, draw):
                if chain.section == 1:
                    found.setdefault(("tender", chain.tender_day), []).append(chain)
                found.setdefault(("section", chain.section_day), []).append(chain)
                if draw[6 + (chain.section - 1) % 3] < AWARDED_SHARE:
                    found.setdefault(("award", chain.award_day), []).append(chain)
    return found


def _sections(day: date, serial: int, project: list[float], draw: list[float]) -> list[Chain]:
    one, two, _ = SECTIONS_SHARE
    count = 1 if draw[2] < one else 2 if draw[2] < one + two else 3
    tender_day = next_workday(day + timedelta(days=5 + int(draw[1] * 20)))
    section_day = tender_day if draw[3] < 0.7 else next_workday(tender_day + timedelta(days=1))
    return [
        Chain(
            day, serial, project, draw, section, tender_day, section_day,
            # A tender is open for 20 days at least; candidates are published before the award.
            next_workday(tender_day + timedelta(days=26 + int(draw[4] * 40) + 3 * (section - 1))),
        )
        for section in range(1, count + 1)
    ]  # fmt: skip


def project_code(zone: Zone, draw: list[float], day: date, serial: int) -> str:
    """Letter of the line of business, region on that day, date and serial number: 17 characters."""
    return f"{'E' if draw[3] < _OWN_SHARE else 'A'}{region(zone, day)}{day:%y%m%d}{serial:04d}"


def _owner(market: Market, draw: list[float], day: date) -> tuple[str, str, int]:
    """(name, credit code, enterprise or -1) of a project's owner."""
    index, zone = market.zone(draw[1])
    firm = market.firm(index, draw[2], day)
    if draw[3] < _OWN_SHARE:
        return market.enterprises.name[firm], market.enterprises.credit_code[firm], firm
    return (*committee(zone), -1)


def _work(draw: list[float]) -> tuple[str, str]:
    return _WORKS[int(draw[4] * len(_WORKS))]


def _project_name(zone: Zone, draw: list[float], day: date, serial: int) -> str:
    # The name is unique in the exchange.
    return f"{zone.short_name}{_work(draw)[0]}建设项目（{day:%Y%m%d}第{serial}号）"


def project_fields(market: Market, draw: list[float], day: date, serial: int, at: datetime) -> list[tuple[str, str]]:
    """500 PROJECT."""
    _, zone = market.zone(draw[1])
    owner, _, firm = _owner(market, draw, day)
    firms = market.enterprises
    place = region(zone, day)
    return [
        ("PROJECT_CODE", project_code(zone, draw, day, serial)),
        ("PROJECT_NAME", _project_name(zone, draw, day, serial)),
        ("REGION_CODE", place),
        ("RELATE_CODE", "1"),
        ("INVEST_PROJECT_CODE", f"{day.year}-{place}-{30 + int(draw[5] * 60)}-03-{int(draw[7] * 1e6):06d}"),
        ("ADDRESS", f"江西省{zone.city_name}{zone.short_name}"),
        ("LEGAL_PERSON", owner),
        ("CLASS_VER_CODE", "2"),
        ("INDUSTRIES_TYPE", firms.section[firm] + firms.industry[firm][:2] if firm >= 0 else "N78"),
        ("FUND_SOURCE", _FUNDS[int(draw[6] * len(_FUNDS))]),
        ("PROJECT_SCALE", f"{_work(draw)[0]}，总投资约{10 ** (1.5 + 2 * draw[8]):.0f}万元"),
        ("CONTACTOR", person(draw[8])),
        ("CONTACT_INFORMATION", phone(draw[5], draw[6])),
        ("APPROVAL_NAME", f"关于{_project_name(zone, draw, day, serial)}备案的通知"),
        ("APPROVAL_NUMBER", f"赣发改备〔{day.year}〕{int(draw[7] * 9000) + 1}号"),
        ("APPROVAL_AUTHORITY", office_name(zone.place_code, "发展和改革委员会", day)),
        ("CREATE_TIME", stamp(at - timedelta(hours=2 + int(draw[7] * 40)))),
        ("OPERATION_NAME", person(draw[6])),
    ]


def tender_fields(market: Market, chain: Chain, at: datetime) -> list[tuple[str, str]]:
    """501 TENDER_PROJECT."""
    _, zone = market.zone(chain.project[1])
    owner, owner_code, firm = _owner(market, chain.project, chain.day)
    agent_name, agent_code = agent(chain.draw[15])
    code = chain.tender_code(market)
    place = region(zone, chain.tender_day)
    supervisor = office_name(zone.place_code, "住房和城乡建设局", chain.tender_day)
    name = _project_name(zone, chain.project, chain.day, chain.serial)
    return [
        ("PROJECT_CODE", code[:-3]),
        ("TENDER_PROJECT_CODE", code),
        ("UNIFIED_DEAL_CODE", deal_code("A01", chain.tender_day, chain.day.toordinal() * 31 + chain.serial)),
        ("IS_TO_LAW", "1" if firm < 0 else "0"),
        ("TENDER_PROJECT_NAME", f"{name}施工招标"),
        ("TENDER_PROJECT_TYPE", _work(chain.project)[1]),
        ("REGION_CODE", place),
        ("TENDER_CONTENT", f"{_work(chain.project)[0]}土建、安装及配套工程施工"),
        ("OWNER_NAME", owner),
        ("TENDERER_NAME", owner),
        ("TENDERER_CODE_TYPE", "01"),
        ("TENDERER_CODE", owner_code),
        ("ISUNION", "0"),
        ("TENDERER_ROLE", "01"),
        ("TENDER_AGENCY_NAME", agent_name),
        ("TENDER_AGENCY_CODE_TYPE", "01"),
        ("TENDER_AGENCY_CODE", agent_code),
        ("TENDER_AGENCY_ROLE", "02"),
        ("TENDER_MODE", "1" if chain.draw[16] < 0.93 else "2"),
        ("TENDER_ORGANIZE_FORM", "2"),
        ("CREATE_TIME", stamp(at - timedelta(minutes=20 + int(chain.draw[17] * 300)))),
        ("SUPERVISE_DEPT_NAME", supervisor),
        ("APPROVE_DEPT_NAME", office_name(zone.place_code, "发展和改革委员会", chain.tender_day)),
        ("REPORT_DUTY", person(chain.draw[18])),
        ("TENDERER_REGION_CODE", place),
        ("TENDERER_PROPERTY", "10" if firm >= 0 else "90"),
        ("TENDER_AGENCY_REGION_CODE", "360100"),
        ("TENDER_AGENCY_PROPERTY", "10"),
        ("OPERATION_NAME", person(chain.draw[19])),
        ("TRADE_SYSTEM_NO", f"JX{zone.city_code}01"),
        ("TRADE_SYSTEM_FEE", "0.000000"),
    ]


def section_fields(market: Market, chain: Chain, at: datetime) -> list[tuple[str, str]]:
    """502 SECTION; the dictionary really spells BID_ECTION_NUM."""
    _, zone = market.zone(chain.project[1])
    amount, unit = price(chain.estimate, chain.draw[5] < 0.5)
    name = _project_name(zone, chain.project, chain.day, chain.serial)
    return [
        ("TENDER_PROJECT_CODE", chain.tender_code(market)),
        ("BID_SECTION_CODE", chain.section_code(market)),
        ("BID_SECTION_NAME", f"{name}第{chain.section}标段"),
        ("BID_ECTION_NUM", "1" if chain.draw[18] < 0.94 else "2"),
        ("UNIFIED_DEAL_CODE", deal_code("A01", chain.tender_day, chain.day.toordinal() * 31 + chain.serial)),
        ("BID_TENDER_MODE", "1" if chain.draw[16] < 0.93 else "2"),
        ("REGION_CODE", region(zone, chain.section_day)),
        ("TRA_PLACE_CODE", zone.city_code),
        ("BID_SECTION_CONTENT", f"{_work(chain.project)[0]}工程施工第{chain.section}标段"),
        ("TENDER_PROJECT_CLASSIFY_CODE", _work(chain.project)[1] + "01"),
        ("CONTRACT_RECKON_PRICE", amount),
        ("CURRENCY_CODE", YUAN_CODE),
        ("PRICE_UNIT", unit),
        ("BID_QUALIFICATION", "具有建筑工程或市政公用工程施工总承包三级及以上资质"),
        ("BEGIN_DATE", day_stamp(chain.award_day + timedelta(days=30))),
        ("LIMITE_TIME", str(90 + int(chain.draw[17] * 450))),
        ("CREATE_TIME", stamp(at - timedelta(minutes=5 + int(chain.draw[19] * 15)))),
    ]


def award_fields(market: Market, chain: Chain, at: datetime) -> list[tuple[str, str]]:
    """513 WIN_RESULT_ANNO."""
    index, zone = market.zone(chain.project[1])
    winner = market.firm(index, (chain.draw[12] + 0.31 * chain.section) % 1.0, chain.award_day)
    firms = market.enterprises
    is_rate = chain.draw[13] < RATE_SHARE
    amount, unit = price(chain.estimate * (0.88 + 0.11 * chain.draw[15]), chain.draw[16] < 0.3)
    name = f"{_project_name(zone, chain.project, chain.day, chain.serial)}第{chain.section}标段"
    agent_name, agent_code = agent(chain.draw[15])
    sent = at - timedelta(minutes=5 + int(chain.draw[17] * 200))
    return [
        ("TENDER_PROJECT_CODE", chain.tender_code(market)),
        ("BID_SECTION_CODE", chain.section_code(market)),
        ("UNIFIED_DEAL_CODE", deal_code("A01", chain.tender_day, chain.day.toordinal() * 31 + chain.serial)),
        ("REGION_CODE", region(zone, chain.award_day)),
        ("TRA_PLACE_CODE", zone.city_code),
        ("TENDER_AGENCY_NAME", agent_name),
        ("TENDER_AGENCY_CODE", agent_code),
        ("NOTICE_NAME", f"{name}中标结果公告"),
        ("NOTICE_CONTENT", f"经评标委员会评审，{firms.name[winner]}中标"),
        ("NOTICE_SEND_TIME", stamp(sent)),
        ("NOTICE_MEDIA", trading_centre(zone)[0] + "网站"),
        ("URL", page("gc/zbjg", chain.award_day, chain.serial * 10 + chain.section)),
        ("NOTICE_NATURE", "1"),
        ("BULLETIN_TYPE", "1"),
        ("WIN_BIDDER_NAME", firms.name[winner]),
        ("BIDDER_CODE_TYPE", "01"),
        ("WIN_BIDDER_CODE", firms.credit_code[winner]),
        ("BIDDER_ROLE", "03"),
        ("PRICE_FORM_CODE", "2" if is_rate else "1"),
        ("BID_AMOUNT", "" if is_rate else amount),
        ("BID_CURRENCY", YUAN_CODE),
        ("PRICE_UNIT", unit),
        ("OTHER_BID_PRICE", f"下浮率{4 + 8 * chain.draw[15]:.2f}%" if is_rate else ""),
        ("BULLETIN_DUTY", person(chain.draw[18])),
        ("EXAMINER_NAME", person(chain.draw[19])),
        ("BIDDER_REGION_CODE", region(zone, chain.award_day)),
        ("BIDDER_PROPERTY", "10"),
        ("PROJECT_LEAD", person(chain.draw[17])),
        # A birthday that cannot be: the number belongs to nobody.
        ("PROJECT_LEAD_ID", f"{zone.city_code}19000000{int(chain.draw[19] * 10_000):04d}"),
    ]
