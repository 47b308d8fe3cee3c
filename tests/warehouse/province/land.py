"""Parcels of the zones, and enterprises and projects that are dead."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.enterprises_and_credit import USCC
from tests.warehouse.province.nights import backfill, first, second, third


def _parcel(parcel_id: str, enterprise_id: str, zone_id: str, mu: float, reported_at: str, **more: Any) -> Row:
    named = {"parcel_id": parcel_id, "contract_no": f"G-{parcel_id}", "zone_id": zone_id, "uscc": USCC[enterprise_id]}
    held = {"tenure": "出让", "land_area_mu": mu, "contract_date": "2014-03-01", "delivered_date": "2014-05-01"}
    return {**named, **held, "parcel_state": "在用", "reported_at": reported_at, **more}


def _zombie(case_id: str, zone_id: str, named: str, reported_at: str, **more: str) -> Row:
    fixed = {"case_id": case_id, "subject_type": "僵尸企业", "subject_name": f"停产{case_id}", "zone_id": zone_id}
    return {**fixed, "named_date": named, "case_state": "已认定", "reported_at": reported_at, **more}


_WAITING = {"contract_date": "2019-07-01", "delivered_date": None, "parcel_state": "待交付"}

NIGHTS = (
    (
        first(
            "smart_zone/land_parcel",
            _parcel("LP1", "E1", "1", 10, "2018-01-02 08:00:00"),
            _parcel("LP2", "E2", "1", 20, "2018-01-02 08:00:00"),
            _parcel("LP3", "E3", "2", 10, "2018-01-02 08:00:00"),
            _parcel("LP4", "E4", "2", 40, "2018-01-02 08:00:00"),
        ),
        first(
            "smart_zone/zombie_case",
            _zombie("Z1", "1", "2018-06-01", "2018-06-02 08:00:00"),
            _zombie("Z2", "2", "2018-09-01", "2018-09-02 08:00:00"),
            _zombie("Z3", "1", "2018-03-01", "2018-03-02 08:00:00"),
            _zombie("Z4", "1", "2019-05-01", "2019-05-02 08:00:00"),
        ),
    ),
    # A parcel lies idle, a dead enterprise is gone since Tuesday (late).
    (
        second(
            "smart_zone/land_parcel",
            _parcel("LP4", "E4", "2", 40, "2019-06-30 08:00:00", parcel_state="闲置", idle_date="2019-06-01"),
        ),
        second(
            "smart_zone/zombie_case",
            _zombie("Z1", "1", "2018-06-01", "2019-06-26 08:00:00", case_state="已处置", disposed_date="2019-06-25"),
        ),
    ),
    # A parcel is given back; two of the exchange's deals become parcels that are not handed over yet, all in zone 1; the
    # backfill knows a case of last year more.
    (
        third(
            "smart_zone/land_parcel",
            _parcel("LP2", "E2", "1", 20, "2019-09-02 08:00:00", parcel_state="已收回", returned_date="2019-09-01"),
            _parcel("LP5", "E3", "1", 40, "2019-08-20 08:00:00", contract_no="G3", **_WAITING),
            _parcel("LP6", "E2", "1", 7.5, "2019-07-02 08:00:00", contract_no="G4", **_WAITING),
            _parcel("LP7", "E3", "1", 2.5, "2019-07-02 08:00:00", contract_no="G4", **_WAITING),
        ),
        backfill("smart_zone/zombie_case", _zombie("Z0", "2", "2018-02-01", "2019-06-18 08:00:00")),
    ),
)
