"""Cases of government service: in time, stopped, taken back, and of an enterprise that has moved."""

from typing import Any

from tests.warehouse.candidate import Row
from tests.warehouse.province.enterprises_and_credit import USCC
from tests.warehouse.province.nights import backfill, first, second, third


def accepted(number: str, enterprise_id: str | None, accepted: str, promised_days: int, **more: Any) -> Row:
    named = {"row_guid": f"C-{number}", "case_number": number, "catalog_code": "00010", "task_code": "00010-1"}
    kind = {"task_name": "施工许可", "task_version": 1, "handling_type": "2", "apply_type": "2", "is_online": True}
    dated = {"applied_at": f"{accepted} 08:30:00", "accepted_at": f"{accepted} 09:00:00"}
    who = {"applicant_type": "2" if enterprise_id else "1", "uscc": USCC[enterprise_id] if enterprise_id else None}
    promised = {"promise_working_day_count": promised_days, "office_name": "行政审批局", "operation": "insert"}
    return {**named, **kind, **dated, **who, **promised, "reported_at": f"{accepted} 18:00:00", **more}


def event(number: str, kind: str, started: str, ended: str, reported_at: str) -> Row:
    named = {"row_guid": f"V-{number}-{kind}", "case_number": number, "event_type": kind, "step_name": "特别程序"}
    dated = {"started_at": f"{started} 09:00:00", "ended_at": f"{ended} 09:00:00", "reported_at": reported_at}
    return {**named, **dated, "operation": "insert"}


def result(number: str, decided: str, **more: Any) -> Row:
    named = {"row_guid": f"R-{number}", "case_number": number, "decided_at": f"{decided} 16:00:00", "result_type": "1"}
    fixed = {"satisfaction": "5", "is_delivered": True, "operation": "insert"}
    return {**named, **fixed, "reported_at": f"{decided} 18:00:00", **more}


NIGHTS = (
    (
        first(
            "gov_service/accepted_case",
            accepted("K1", "E2", "2019-06-10", 5),
            accepted("K2", "E1", "2019-06-24", 3),
            accepted("K3", None, "2019-06-20", 10),
        ),
        first("gov_service/case_result", result("K1", "2019-06-14")),
        first("gov_service/case_event", event("K2", "2", "2019-06-24", "2019-06-25", "2019-06-25 18:00:00")),
    ),
    # Two days of K2 were a special procedure (late), K3 is taken back.
    (
        second("gov_service/case_event", event("K2", "4", "2019-06-25", "2019-06-27", "2019-06-27 18:00:00")),
        second(
            "gov_service/accepted_case",
            accepted("K3", None, "2019-06-20", 10, operation="delete", reported_at="2019-06-30 18:00:00"),
        ),
    ),
    # K2 ends after ten days; E2 applies again from its new zone; the backfill knows a case from the old one.
    (
        third("gov_service/case_result", result("K2", "2019-07-04", satisfaction="3")),
        third("gov_service/accepted_case", accepted("K4", "E2", "2019-09-27", 5)),
        backfill("gov_service/accepted_case", accepted("K5", "E2", "2019-06-17", 2)),
        backfill("gov_service/case_result", result("K5", "2019-06-20")),
    ),
)
