"""Five enterprises, one that moves and one that nothing places, and what the credit register says about them."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third

USCC = {
    "E1": "91360000625912173B",
    "E2": "91360000158263759R",
    "E3": "91360000158304717T",
    "E4": "91360000158307408H",
    "E5": "91360000748204660Q",
}


def _enterprise(enterprise_id: str, name: str, zone_id: str, reported_at: str = "2018-03-01 08:00:00") -> Row:
    named = {"enterprise_id": enterprise_id, "uscc": USCC[enterprise_id], "enterprise_name": name, "zone_id": zone_id}
    return {**named, "industry_code": "3211", "standard_size": "1", "reported_at": reported_at}


def _indicator(enterprise_id: str, month: str, yuan: int, reported_at: str) -> Row:
    values = {"caliber": "2018", "business_month": f"{month}-01", "main_business_revenue_ytd_yuan": yuan}
    return {"enterprise_id": enterprise_id, "uscc": USCC[enterprise_id], **values, "reported_at": reported_at}


def _registration(enterprise_id: str, name: str, state: str, reported_at: str, **more: str) -> Row:
    named = {"registration_id": f"R{enterprise_id}", "uscc": USCC[enterprise_id], "enterprise_name": name}
    return {**named, "registration_state": state, "reported_at": reported_at, **more}


def _annual(enterprise_id: str, tax: int, disclosed: bool, reported_at: str) -> Row:
    named = {"report_id": f"AR{enterprise_id}", "report_year": 2018, "uscc": USCC[enterprise_id]}
    return {**named, "tax_paid_yuan": tax, "is_tax_paid_disclosed": disclosed, "reported_at": reported_at}


def _of(enterprise_id: str, reported_at: str, **values: Any) -> Row:
    return {"uscc": USCC[enterprise_id], "reported_at": reported_at, **values}


_FAULT = {"listing_id": "AB1", "listed_date": "2019-05-01", "listing_reason": "未按规定公示年报"}
_PENALTY = {
    "decision_no": "PE1",
    "enterprise_name": "企业三",
    "violation_kind": "超标排放",
    "decided_date": "2019-04-10",
}

NIGHTS = (
    (
        first(
            "smart_zone/enterprise",
            _enterprise("E1", "企业一", "1"),
            _enterprise("E2", "企业二", "1"),
            _enterprise("E3", "企业三", "2"),
            _enterprise("E4", "企业四", "2"),
            _enterprise("E5", "企业五", "9"),
        ),
        first(
            "smart_zone/enterprise_indicator",
            *[
                _indicator(enterprise_id, "2018-12", yuan, "2018-12-31 18:00:00")
                for enterprise_id, yuan in (
                    ("E1", 20_000_000),
                    ("E2", 20_000_000),
                    ("E3", 10_000_000),
                    ("E4", 8_000_000),
                )
            ],
            _indicator("E1", "2019-05", 5_000_000, "2019-05-31 18:00:00"),
            _indicator("E2", "2019-05", 10_000_000, "2019-05-31 18:00:00"),
        ),
        first(
            "credit/registration",
            _registration("E1", "企业一", "在营", "2018-06-01 08:00:00"),
            _registration("E2", "企业二", "在营", "2018-03-01 08:00:00", established_date="2010-05-01"),
        ),
        first(
            "credit/annual_report",
            _annual("E1", 1_000_000, True, "2019-05-20 08:00:00"),
            _annual("E2", 1_000_000, True, "2019-05-20 08:00:00"),
            _annual("E3", 900_000, False, "2019-05-20 08:00:00"),
            _annual("E4", 400_000, True, "2019-05-20 08:00:00"),
        ),
        first(
            "credit/abnormal_list",
            _of("E3", "2019-05-02 08:00:00", **_FAULT),
            _of("E4", "2019-06-21 08:00:00", **_FAULT | {"listing_id": "AB2", "listed_date": "2019-06-20"}),
        ),
        first("credit/penalty", _of("E3", "2019-04-11 08:00:00", **_PENALTY, fine_yuan=50_000)),
        first(
            "credit/licence",
            _of(
                "E1", "2019-02-02 08:00:00", decision_no="LI1", certificate_name="排污许可证", decided_date="2019-02-01"
            ),
        ),
    ),
    # E2 moves to zone 2, E1 loses its registration, a listing is late, another one ends, a fine is corrected.
    (
        second("smart_zone/enterprise", _enterprise("E2", "企业二", "2", "2019-06-30 09:00:00")),
        second(
            "smart_zone/enterprise_indicator",
            _indicator("E1", "2019-06", 6_500_000, "2019-06-30 18:00:00"),
            _indicator("E2", "2019-06", 12_000_000, "2019-06-30 18:00:00"),
        ),
        second("credit/registration", _registration("E1", "企业一", "吊销", "2019-06-30 09:00:00")),
        second(
            "credit/abnormal_list",
            _of("E3", "2019-06-30 08:00:00", **_FAULT, removed_date="2019-06-30", removal_reason="补报年报"),
        ),
        second(
            "credit/serious_violation",
            _of("E1", "2019-06-28 08:00:00", violation_id="SV1", listed_date="2019-06-27", listing_reason="虚假登记"),
        ),
        second("credit/penalty", _of("E3", "2019-06-30 08:00:00", **_PENALTY, fine_yuan=30_000)),
        second(
            "credit/registration_change",
            _of("E2", "2019-06-30 08:00:00", change_id="CH1", change_item="住所", changed_date="2019-06-28"),
        ),
    ),
    # A registration extract names E2 and one that the platform does not know, both in zone 1. E3 discloses what it paid;
    # the backfill brings a May that E2 had restated while it was still in zone 1.
    (
        third(
            "credit/registration_extract",
            {"uscc": USCC["E2"], "enterprise_name": "企业二", "address": "南昌市高新区火炬大街1号"},
            {"uscc": "91360106MA35P8WN7R", "enterprise_name": "企业九", "address": "南昌高新区创新路9号"},
        ),
        third("credit/annual_report", _annual("E3", 900_000, True, "2019-08-20 08:00:00")),
        third("smart_zone/enterprise_indicator", _indicator("E2", "2019-08", 15_000_000, "2019-09-05 18:00:00")),
        backfill("smart_zone/enterprise_indicator", _indicator("E2", "2019-05", 11_000_000, "2019-06-18 18:00:00")),
    ),
)
