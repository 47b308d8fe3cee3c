"""Checks of projects, money, trading, land and approvals: rows that cannot be, and numbers that must agree across tables.

Few on purpose: what makes a row impossible is one check per fact, the agreement of a mart with its facts one per mart.
"""

from __future__ import annotations

from expectations.check import Check
from expectations.measure import Pairs, RowRule, row_checks
from expectations.suites.cuts import agrees_with_facts, attained, shown
from expectations.suites.sound_rows import (
    KNOWN_IN_TIME,
    SNAPSHOT_IN_TIME,
    ZONE_OF_ITS_DAY,
    SoundRows,
    sound_rows,
    with_zone_then,
)

_COMMERCE = "省商务厅"
_FINANCE = "省财政厅"
_PLANNING = "省发改委"
_LAND = "省自然资源厅"
_INDUSTRY = "省工信厅"
_REFORM = "省审改办"
_ENGINEERS = "数据工程组"

_STANDING = ("that stand and are not current", "r.is_standing and not r.is_current")
_DEALS_WITH_ALL_SHARES = (
    "(select deal.*, sum(share_ratio) over (partition by data_key, version_number) as all_shares"
    " from fact.fct_land_deal as deal)"
)
_FACTS: dict[str, SoundRows] = {
    "fct_project": SoundRows(
        _COMMERCE,
        ("project_id",),
        (
            SNAPSHOT_IN_TIME,
            ("in no known phase", "r.project_phase is null"),
            ("lost and stalled", "r.is_ended and r.is_stalled"),
            ("stalled without a reason", "r.is_stalled and r.stall_label is null"),
            ("large and not industrial", "r.is_large and r.kind_code <> 'industrial'"),
            ("that start before they are signed", "r.started_date < r.signed_date"),
        ),
    ),
    "fct_investor_lead": SoundRows(
        _COMMERCE,
        ("lead_id",),
        (
            KNOWN_IN_TIME,
            ("open and converted", "r.is_open and r.is_converted"),
            ("open and given up", "r.is_open and r.dropped_date <= c.as_of_date"),
            ("that end before they begin", "least(r.converted_date, r.dropped_date) < r.first_contact_date"),
        ),
        doubtful=(
            RowRule(
                "project_known",
                "warn",
                "A lead that became a project is shown by that project; more than one in twenty without it is a lost source",
                (("converted into a project that is not on record", "r.is_converted and not r.is_project_known"),),
                max_share=0.05,
            ),
        ),
    ),
    "fct_project_problem": SoundRows(
        _COMMERCE,
        ("problem_no",),
        (
            KNOWN_IN_TIME,
            ("open and closed", "r.is_open and r.is_closed"),
            ("closed before they are raised", "r.closed_date < r.opened_date"),
            ("of another level", "r.level_order is null"),
        ),
    ),
    "fct_fund_flow": SoundRows(
        _FINANCE,
        ("record_id",),
        (
            SNAPSHOT_IN_TIME,
            ("of another kind", "r.flow_type not in ('committed', 'paid', 'returned')"),
            ("that change nothing", "r.amount_yuan = 0 or r.amount_yuan is null"),
            ("without their day", "r.flow_date is null"),
        ),
    ),
    "fct_tender_award": SoundRows(
        _PLANNING,
        ("data_key",),
        (
            KNOWN_IN_TIME,
            _STANDING,
            ("with a negative amount", "r.award_amount_yuan < 0"),
            ("won in another zone than the winner's on that day", "r.winner_zone_id <> r.zone_then"),
        ),
        relation=with_zone_then("fact.fct_tender_award", "winner_enterprise_id"),
    ),
    "fct_farmland_balance_deal": SoundRows(
        _LAND,
        ("data_key",),
        (KNOWN_IN_TIME, _STANDING, ("with more paddy than land", "r.paddy_area_mu > r.quota_area_mu + 0.01")),
        has_zone=False,
    ),
    "fct_land_deal": SoundRows(
        _LAND,
        ("data_key", "grantee_number"),
        (
            KNOWN_IN_TIME,
            _STANDING,
            ("with a negative price", "r.deal_price_yuan < 0"),
            ("whose parts do not make up the whole", "abs(r.all_shares - 1) > 0.00001"),
            ZONE_OF_ITS_DAY,
        ),
        relation=with_zone_then(_DEALS_WITH_ALL_SHARES, only="fact.zone_rule = 'grantee'"),
    ),
    "fct_land_notice": SoundRows(
        _LAND,
        ("data_key",),
        (
            KNOWN_IN_TIME,
            _STANDING,
            ("that stand without an outcome", "r.is_standing <> (r.outcome is not null)"),
            ("sold without a deal", "r.outcome in ('sold', 'partly_sold') and r.deal_count = 0"),
        ),
        has_zone=False,
        doubtful=(
            RowRule(
                "offered_long_enough",
                "warn",
                "Order 39 of the Ministry of Land and Resources (2007) asks for 20 days of notice and 10 of listing",
                (
                    ("with less than 20 days of notice", "r.is_standing and r.notice_day_count < 20"),
                    ("listed for less than 10 days", "r.is_standing and r.listing_day_count < 10"),
                ),
            ),
        ),
    ),
    "fct_land_parcel": SoundRows(
        _LAND,
        ("parcel_id",),
        (
            KNOWN_IN_TIME,
            ("held and taken back", "(r.is_held or r.is_idle) and r.returned_date <= c.as_of_date"),
            ("held and not handed over", "r.is_held and r.delivered_date is null"),
            ("without an area", "r.land_area_mu is null or r.land_area_mu <= 0"),
        ),
    ),
    "fct_land_efficiency": SoundRows(
        _LAND,
        ("enterprise_id",),
        (
            ("with a score outside 20 to 100", "r.score < 20 or r.score > 100"),
            ("graded and exempt", "r.efficiency_class is not null and r.exemption_code is not null"),
            ("graded without a rank", "r.efficiency_class is not null and r.rank_number is null"),
            ("neither graded nor exempt", "r.efficiency_class is null and r.exemption_code is null"),
            ("of a year that is not over", "r.business_date > c.as_of_date"),
        ),
    ),
    "fct_zombie_case": SoundRows(
        _INDUSTRY,
        ("case_id",),
        (
            KNOWN_IN_TIME,
            ("open and disposed of", "r.is_open and r.is_disposed"),
            ("disposed of before they are named", "r.disposed_date < r.named_date"),
        ),
    ),
    "fct_approval_case": SoundRows(
        _REFORM,
        ("case_number",),
        (
            SNAPSHOT_IN_TIME,
            ("decided before they are accepted", "r.decided_at < r.accepted_at"),
            ("whose clock stood longer than they took", "r.is_decided and r.working_day_count < 0"),
            ("rated outside 1 to 5", "r.satisfaction_score not between 1 and 5"),
            ZONE_OF_ITS_DAY,
        ),
        relation=with_zone_then("fact.fct_approval_case"),
    ),
}

_HOLIDAYS_PUBLISHED = RowRule(
    "holidays_published",
    "warn",
    "Promised working days are counted Monday to Friday until the State Council's schedule of the year is in the calendar:"
    " take up the new release of chinesecalendar and run python -m warehouse.holiday_schedule",
    (("in a year whose holiday schedule is not known", "not r.is_holiday_schedule_published"),),
)

_THIS_YEAR = "(select year(as_of_date) from raw.load_context)"

_AGREEMENTS: tuple[tuple[str, str, Pairs], ...] = (
    (
        "mart_project_scope",
        _COMMERCE,
        (
            (
                "large projects (T01a, T01b)",
                "select sum(large_project_count) from mart.mart_project_scope"
                " where scope_type = 'zone' and level_label <> '未登记'",
                attained("T01a", "T01b", column="actual_numerator", scope_type="zone"),
            ),
            (
                "T04 in 亿元",
                shown("mart_project_scope", "fund_paid_yi"),
                f"select ({attained('T04')}) / 1e8",
            ),
            (
                "T18a in 亿元",
                shown("mart_project_scope", "allocated_yi"),
                f"select ({attained('T18a')}) / 1e8",
            ),
        ),
    ),
    (
        "mart_project_funnel",
        _COMMERCE,
        (
            (
                "projects in the reserve",
                "select coalesce(sum(reached_count), 0) from mart.mart_project_funnel"
                " where scope_type = 'province' and cohort_label = '全部' and step_order = 1",
                "select count(*) from fact.fct_project where kind_code = 'industrial' and zone_id is not null",
            ),
        ),
    ),
    (
        "mart_land_scope",
        _LAND,
        (
            (
                "stock of zombies (T19b)",
                shown("mart_land_scope", "zombie_opening_count"),
                attained("T19b", column="actual_denominator"),
            ),
            (
                "cases that stand (T19b)",
                shown("mart_land_scope", "zombie_open_count"),
                attained("T19b", column="actual_denominator - actual_numerator"),
            ),
            (
                "disposed of it (T19b)",
                shown("mart_land_scope", "zombie_disposed_count"),
                attained("T19b", column="beside_numerator"),
            ),
        ),
    ),
    (
        "mart_trading_month",
        _LAND,
        (
            (
                "land deals of the year",
                "select coalesce(sum(land_deal_count), 0) from mart.mart_trading_month",
                "select count(distinct data_key) from fact.fct_land_deal"
                f" where is_standing and year(business_date) = {_THIS_YEAR}",
            ),
            (
                "land notices of the year",
                "select coalesce(sum(land_notice_count), 0) from mart.mart_trading_month",
                f"select count(*) from fact.fct_land_notice where is_standing and year(business_date) = {_THIS_YEAR}",
            ),
        ),
    ),
    (
        "mart_land_efficiency",
        _LAND,
        (
            (
                "enterprises",
                "select coalesce(sum(enterprise_count), 0) from mart.mart_land_efficiency"
                " where scope_type = 'province'",
                "select count(*) from fact.fct_land_efficiency where zone_id is not null and business_year ="
                " (select max(business_year) from fact.fct_land_efficiency where efficiency_class is not null)",
            ),
        ),
    ),
    (
        "mart_approval_scope",
        _REFORM,
        (
            (
                "cases of the year",
                "select coalesce(sum(accepted_count), 0) from mart.mart_approval_scope where scope_type = 'province'",
                f"select count(*) from fact.fct_approval_case where year(accepted_at) = {_THIS_YEAR}",
            ),
        ),
    ),
)


def checks() -> list[Check]:
    """All checks of the subject."""
    return [
        *(check for table, rows in _FACTS.items() for check in sound_rows(f"fact.{table}", rows)),
        *row_checks(
            "fact",
            "dim.dim_date",
            _ENGINEERS,
            "dim.dim_date as r inner join raw.load_context as c on r.date_day = c.as_of_date",
            (_HOLIDAYS_PUBLISHED,),
            "r.date_day",
        ),
        *(agrees_with_facts(mart, owner, pairs) for mart, owner, pairs in _AGREEMENTS),
    ]
