"""The folders of the trading exchange: their messages, titles and the roles of their CONTEXT fields."""

from functools import partial

from sandbox.interfaces.records import Roles, TradingTable
from sandbox.province.model import Province
from sandbox.province.trading import DATA_NO, DATASETS


def trading_tables(province: Province) -> list[TradingTable]:
    """Every folder of the exchange."""
    exchange = province.exchange

    def table(dataset: str, chinese: str, english: str, roles: Roles) -> TradingTable:
        return TradingTable(dataset, DATA_NO[dataset], chinese, english, partial(exchange.messages, dataset), roles)

    roles = _works_roles() | _land_roles()
    titles = {
        "project": ("项目", "PROJECT"),
        "tender": ("招标项目", "TENDER_PROJECT"),
        "section": ("标段（包）", "SECTION"),
        "award": ("中标结果公告", "WIN_RESULT_ANNO"),
        "land_notice": ("出让公告信息", "DEAL_BEHAVIOR_INFO"),
        "land_deal": ("成交宗地信息", "DEAL_LAND_INFO"),
        "farmland_balance_deal": ("耕地占补平衡指标交易结果", "DEA_FARMLAND_BALANCE_DEAL"),
    }
    return [table(dataset, *titles[dataset], roles[dataset]) for dataset in DATASETS]


def _works_roles() -> dict[str, Roles]:
    return {
        "project": Roles(
            key=("DATA_KEY",), required=("PROJECT_CODE", "PROJECT_NAME", "REGION_CODE"),
            names=("PROJECT_NAME", "LEGAL_PERSON"), times=("CREATE_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
        ),
        "tender": Roles(
            key=("DATA_KEY",), required=("PROJECT_CODE", "TENDER_PROJECT_CODE", "TENDERER_NAME", "TENDERER_CODE"),
            names=("TENDER_PROJECT_NAME", "TENDERER_NAME"), loose_codes=("TENDERER_CODE",),
            codes=("TENDER_AGENCY_CODE",), times=("CREATE_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
        ),
        "section": Roles(
            key=("DATA_KEY",), required=("TENDER_PROJECT_CODE", "BID_SECTION_CODE", "CONTRACT_RECKON_PRICE"),
            names=("BID_SECTION_NAME",), numbers=("CONTRACT_RECKON_PRICE", "LIMITE_TIME"),
            amounts=("CONTRACT_RECKON_PRICE",), dates=("BEGIN_DATE",), times=("CREATE_TIME", "DATA_TIMESTAMP"),
            regions=("REGION_CODE",),
        ),
        "award": Roles(
            key=("DATA_KEY",), required=("TENDER_PROJECT_CODE", "WIN_BIDDER_NAME", "WIN_BIDDER_CODE"),
            loose_codes=("WIN_BIDDER_CODE",), names=("NOTICE_NAME", "WIN_BIDDER_NAME"), numbers=("BID_AMOUNT",),
            vital=("BID_AMOUNT",), amounts=("BID_AMOUNT",), times=("NOTICE_SEND_TIME", "DATA_TIMESTAMP"),
            regions=("REGION_CODE",),
        ),
    }  # fmt: skip


def _land_roles() -> dict[str, Roles]:
    return {
        "land_notice": Roles(
            key=("DATA_KEY",), required=("ANNOUNCEMENT_GUID", "LAND_DISTRICT", "SUPPLY_TYPE"),
            names=("LAND_PROJECT_NAME", "ANNOUNCEMENT_UNIT"), dates=("PUBLISHING_TIME", "END_DATE"),
            times=("LISTING_START_TIME", "LISTING_DEADLINE", "DATA_TIMESTAMP"), regions=("LAND_DISTRICT",),
        ),
        "land_deal": Roles(
            key=("DATA_KEY",), required=("LAND_CODE", "LAND_AREA", "DEAL_PRICE", "LENDING_NAME"),
            loose_codes=("LENDING_CODE",), names=("LENDING_NAME",), numbers=("LAND_AREA", "DEAL_PRICE"),
            amounts=("DEAL_PRICE",), times=("PUBLISHING_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
        ),
        "farmland_balance_deal": Roles(
            key=("DATA_KEY",), required=("QUOTA_DEAL_CODE", "QUOTA_AREA", "DEAL_PRICE"),
            codes=("TRANSFEROR_CODE", "ASSIGNEE_CODE"), names=("TRANSFEROR_NAME", "ASSIGNEE_NAME"),
            numbers=("QUOTA_AREA", "PADDY_AREA", "GRAIN_CAPACITY", "DEAL_PRICE"), amounts=("DEAL_PRICE",),
            dates=("DEAL_DATE",), times=("PUBLISHING_TIME", "DATA_TIMESTAMP"),
            regions=("REGION_CODE", "ASSIGNEE_REGION_CODE"),
        ),
    }  # fmt: skip
