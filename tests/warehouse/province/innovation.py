"""Innovation platforms, certificates of high-tech enterprises that end, and technology contracts."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.enterprises_and_credit import USCC
from tests.warehouse.province.nights import backfill, first, second, third


def _platform(platform_id: str, level: str, zone_id: str, approved: str, **changed: str) -> Row:
    named = {"platform_id": platform_id, "platform_name": f"平台{platform_id}", "platform_type": "企业技术中心"}
    where = {"platform_level": level, "zone_id": zone_id, "approved_date": approved}
    return {**named, **where, "reported_at": f"{approved} 10:00:00", **changed}


def _certificate(number: str, enterprise_id: str, issued: str, until: str, **changed: str) -> Row:
    named = {"certificate_no": number, "uscc": USCC[enterprise_id], "enterprise_name": enterprise_id, "zone_id": "1"}
    dated = {"issued_date": issued, "valid_until": until, "certificate_state": "有效"}
    return {**named, **dated, "reported_at": f"{issued} 10:00:00", **changed}


def _contract(number: str, zone_id: str, yuan: int, signed: str, **changed: Any) -> Row:
    named = {"contract_no": number, "contract_type": "技术开发", "zone_id": zone_id, "is_online_market": True}
    money = {"contract_amount_yuan": yuan, "technology_amount_yuan": yuan // 2, "signed_date": signed}
    return {**named, **money, "contract_state": "已登记", "reported_at": f"{signed} 10:00:00", **changed}


NIGHTS = (
    (
        first(
            "smart_zone/innovation_platform",
            _platform("P1", "国家级", "1", "2019-02-01"),
            _platform("P2", "国家级", "1", "2019-03-01"),
            _platform("P3", "国家级", "2", "2018-03-01"),
            _platform("P4", "省级", "2", "2019-03-01"),
        ),
        first(
            "smart_zone/high_tech_certificate",
            _certificate("H1", "E1", "2016-08-15", "2019-08-14"),
            _certificate("H2", "E2", "2018-11-01", "2021-10-31"),
            _certificate("H3", "E3", "2017-12-01", "2020-11-30"),
        ),
        first(
            "smart_zone/technology_contract",
            _contract("X1", "1", 3_000_000, "2019-03-05"),
            _contract("X2", "2", 5_000_000, "2019-04-05"),
        ),
    ),
    # A platform and a certificate are revoked, a contract is cancelled, another one is a month late.
    (
        second(
            "smart_zone/innovation_platform",
            _platform("P2", "国家级", "1", "2019-03-01", revoked_date="2019-06-30", reported_at="2019-06-30 10:00:00"),
        ),
        second(
            "smart_zone/high_tech_certificate",
            _certificate("H2", "E2", "2018-11-01", "2021-10-31", certificate_state="已撤销")
            | {"revoked_date": "2019-06-30", "reported_at": "2019-06-30 10:00:00"},
        ),
        second(
            "smart_zone/technology_contract",
            _contract("X2", "2", 5_000_000, "2019-04-05", contract_state="已撤销", cancelled_date="2019-06-30")
            | {"reported_at": "2019-06-30 10:00:00"},
            _contract("X3", "2", 1_000_000, "2019-05-30"),
        ),
    ),
    # A contract was smaller than stated; the backfill knows a certificate of December.
    (
        third(
            "smart_zone/technology_contract",
            _contract("X1", "1", 2_500_000, "2019-03-05", reported_at="2019-07-08 10:00:00"),
        ),
        backfill(
            "smart_zone/high_tech_certificate",
            _certificate("H4", "E4", "2018-12-03", "2021-12-02", reported_at="2019-06-18 10:00:00"),
        ),
    ),
)
