"""Milestones of zones, of the county that gets a new code, and of the province."""

from tests.warehouse.candidate import Row
from tests.warehouse.province.nights import backfill, first, second, third


def _milestone(milestone_id: str, code: str, item: int, scope: str, planned: str, reported_at: str, **more: str) -> Row:
    scope_type = "zone" if len(scope) == 1 else "province" if scope == "360000" else "county"
    named = {"milestone_id": milestone_id, "milestone_code": code, "milestone_name": code, "work_item": item}
    return {
        **named,
        "scope_type": scope_type,
        "scope_code": scope,
        "planned_date": planned,
        "reported_at": reported_at,
        **more,
    }


NIGHTS = (
    (
        first(
            "smart_zone/reform_milestone",
            _milestone(
                "M1", "power_list_evaluated", 12, "1", "2019-06-01", "2019-05-21 08:00:00", done_date="2019-05-20"
            ),
            _milestone(
                "M2", "approval_bureau_formed", 16, "1", "2019-03-31", "2019-01-11 08:00:00", done_date="2019-01-10"
            ),
            _milestone("M3", "enforcement_bureau_formed", 16, "1", "2019-06-15", "2019-01-11 08:00:00"),
            _milestone("M4", "block_merged", 13, "361121", "2019-09-30", "2019-01-11 08:00:00"),
            _milestone("M5", "regulation_issued", 17, "360000", "2019-12-31", "2019-01-11 08:00:00"),
        ),
    ),
    (
        second(
            "smart_zone/reform_milestone",
            _milestone(
                "M3", "enforcement_bureau_formed", 16, "1", "2019-06-15", "2019-06-30 08:00:00", done_date="2019-06-29"
            ),
        ),
    ),
    # A second block of the county, reported under its new code; the backfill knows a list of zone 4.
    (
        third(
            "smart_zone/reform_milestone",
            _milestone("M6", "block_merged", 13, "361104", "2019-12-31", "2019-10-01 08:00:00", done_date="2019-10-01"),
        ),
        backfill(
            "smart_zone/reform_milestone",
            _milestone(
                "M7", "power_list_evaluated", 12, "4", "2019-06-30", "2019-06-18 08:00:00", done_date="2019-06-17"
            ),
        ),
    ),
)
