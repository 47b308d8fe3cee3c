"""The folders of the trading exchange: their messages, titles and the roles of their CONTEXT fields."""

from functools import partial

from sandbox.interfaces.records import Roles, TradingTable
from sandbox.province.model import Province
from sandbox.province.trading import DATA_NO, Exchange


def trading_tables(province: Province) -> list[TradingTable]:
    """Every folder of the exchange."""
    exchange = Exchange(province.seed, province.scale, province.zones, province.enterprises)

    def table(dataset: str, chinese: str, english: str, roles: Roles) -> TradingTable:
        return TradingTable(dataset, DATA_NO[dataset], chinese, english, partial(exchange.messages, dataset), roles)

    project = Roles(
        key=("DATA_KEY",), required=("PROJECT_CODE", "PROJECT_NAME", "REGION_CODE"),
        names=("PROJECT_NAME", "LEGAL_PERSON"), times=("CREATE_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
    )  # fmt: skip
    award = Roles(
        key=("DATA_KEY",), required=("TENDER_PROJECT_CODE", "WIN_BIDDER_NAME", "WIN_BIDDER_CODE"),
        loose_codes=("WIN_BIDDER_CODE",), names=("NOTICE_NAME", "WIN_BIDDER_NAME"), numbers=("BID_AMOUNT",),
        vital=("BID_AMOUNT",), times=("NOTICE_SEND_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
    )  # fmt: skip
    land_deal = Roles(
        key=("DATA_KEY",), required=("LAND_CODE", "LAND_AREA", "DEAL_PRICE", "LENDING_NAME"),
        loose_codes=("LENDING_CODE",), names=("LENDING_NAME",), numbers=("LAND_AREA", "DEAL_PRICE"),
        times=("PUBLISHING_TIME", "DATA_TIMESTAMP"), regions=("REGION_CODE",),
    )  # fmt: skip
    return [
        table("project", "项目", "PROJECT", project),
        table("award", "中标结果公告", "WIN_RESULT_ANNO", award),
        table("land_deal", "成交宗地信息", "DEAL_LAND_INFO", land_deal),
    ]
