"""Messages of the trading exchange: a tender with its award, land and farmland quotas; changed and withdrawn."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.enterprises_and_credit import USCC
from tests.warehouse.province.nights import backfill, first, second, third

INSERT, MODIFY, DELETE = "1", "2", "3"
_PLACE = {"region_code": "360111"}


def _message(data_key: str, operation: str, reported_at: str, **values: Any) -> Row:
    return {"data_key": data_key, "operation": operation, "reported_at": reported_at, **values}


def _award(data_key: str, operation: str, yuan: int, reported_at: str, tender: str = "T1") -> Row:
    named = {"tender_project_code": tender, "bid_section_code": f"{tender}-1", "notice_name": "中标公告", **_PLACE}
    winner = {"winner_name": "企业二", "winner_uscc": USCC["E2"], "price_form": "1", "award_amount_yuan": yuan}
    return _message(data_key, operation, reported_at, **named, **winner, published_at="2019-04-10 09:00:00")


def _deal(code: str, operation: str, mu: float, yuan: int, published: str, reported_at: str, **grantee: str) -> Row:
    named = {"deal_land_code": code, "land_code": f"L-{code}", **_PLACE, "land_area_mu": mu, "deal_price_yuan": yuan}
    one = {"grantee_name": "企业三", "grantee_code": USCC["E3"], "published_at": f"{published} 09:00:00"}
    return _message(f"K{code}", operation, reported_at, announcement_guid=f"N{code[1:]}", **named, **one | grantee)


def _notice(guid: str, published: str, until: str) -> Row:
    offered = {"announcement_guid": guid, "project_name": f"地块{guid}", "parcel_count": 1, "published_date": published}
    return _message(
        f"K{guid}", INSERT, f"{published} 09:00:00", **offered, **_PLACE, listing_until_at=f"{until} 15:00:00"
    )


def _quota(code: str, operation: str, mu: float, deal_date: str, reported_at: str) -> Row:
    named = {"quota_deal_code": code, "quota_kind": "耕地", "quota_area_mu": mu, "deal_price_yuan": int(mu * 100_000)}
    seller = {"seller_region_code": "360732", "seller_name": "兴国县"}
    buyer = {"buyer_region_code": "360100", "buyer_name": "南昌市"}
    return _message(f"K{code}", operation, reported_at, **named, **seller, **buyer, deal_date=deal_date)


_JOINT = {"grantee_name": "企业二，企业三", "grantee_code": f"{USCC['E2'].lower()}，{USCC['E3']}"}

NIGHTS = (
    (
        first(
            "trading/project",
            _message("KP1", INSERT, "2019-02-01 09:00:00", project_code="P1", project_name="道路工程", **_PLACE),
        ),
        first(
            "trading/tender",
            _message("KT1", INSERT, "2019-03-01 09:00:00", project_code="P1", tender_project_code="T1", **_PLACE)
            | {"tender_name": "道路施工", "tenderer_name": "南昌高新技术产业开发区管理委员会", "tender_mode": "1"},
        ),
        first(
            "trading/section",
            _message("KS1", INSERT, "2019-03-01 09:00:00", tender_project_code="T1", bid_section_code="T1-1", **_PLACE)
            | {"section_name": "一标段", "estimated_price_yuan": 10_000_000},
        ),
        first(
            "trading/award",
            _award("KA1", INSERT, 9_000_000, "2019-04-10 10:00:00"),
            _award("KA2", INSERT, 7_000_000, "2019-04-11 10:00:00", tender="T2"),
        ),
        first(
            "trading/land_notice",
            _notice("N1", "2019-02-10", "2019-03-12"),
        ),
        first(
            "trading/land_deal",
            _deal("G1", INSERT, 100, 20_000_000, "2019-03-10", "2019-03-10 10:00:00"),
            _deal("G2", INSERT, 50, 9_000_000, "2019-04-10", "2019-04-10 10:00:00"),
        ),
        first(
            "trading/farmland_balance_deal",
            _quota("B1", INSERT, 200, "2019-05-05", "2019-05-05 10:00:00"),
            _quota("B2", INSERT, 100, "2019-05-06", "2019-05-06 10:00:00"),
        ),
    ),
    # A lower award and a higher price of land; what is withdrawn is named by its key only.
    (
        second(
            "trading/award",
            _award("KA1", MODIFY, 8_000_000, "2019-06-30 10:00:00"),
            _message("KA2", DELETE, "2019-06-30 10:00:00"),
        ),
        second(
            "trading/land_deal",
            _deal("G1", MODIFY, 100, 22_000_000, "2019-03-10", "2019-06-30 10:00:00"),
            _message("KG2", DELETE, "2019-06-29 10:00:00"),
        ),
        second("trading/farmland_balance_deal", _quota("B2", MODIFY, 150, "2019-05-06", "2019-06-30 10:00:00")),
    ),
    (
        third("trading/land_notice", _notice("N2", "2019-08-10", "2019-09-11")),
        third("trading/land_deal", _deal("G3", INSERT, 40, 10_000_000, "2019-08-10", "2019-08-10 10:00:00")),
        backfill(
            "trading/land_deal", _deal("G4", INSERT, 10, 2_500_000, "2019-06-18", "2019-06-18 10:00:00", **_JOINT)
        ),
        third("trading/farmland_balance_deal", _message("KB1", DELETE, "2019-09-01 10:00:00")),
    ),
)
