"""Checks of enterprises, the credit register, connections and reconciliations: rows that cannot be, and numbers that
must agree across tables.

Few on purpose: what makes a row impossible is one check per table, the agreement of marts with facts one per subject.
"""

from __future__ import annotations

from expectations.check import Check
from expectations.measure import Pairs, RowRule
from expectations.suites.cuts import agrees_with_facts, attained
from expectations.suites.sound_rows import KNOWN_IN_TIME, ZONE_OF_ITS_DAY, SoundRows, sound_rows, with_zone_then

_INDUSTRY = "省工信厅"
_MARKET = "省市场监管局"
_PLANNING = "省发改委"

_UNDECIDED = RowRule(
    "zone_decided",
    "warn",
    "An undecided zone is for the owner of the record to settle; more than one in twenty is a lost source",
    (("whose zone is not decided", "r.is_current and r.zone_id is null"),),
    max_share=0.05,
)
_TABLES: dict[str, SoundRows] = {
    "dim.bridge_enterprise_zone": SoundRows(
        _INDUSTRY,
        ("enterprise_id", "valid_from"),
        (
            ("that end before they begin", "r.valid_to <= r.valid_from"),
            ("with a zone that nothing decides", "(r.zone_id is not null) <> (r.decision = 'resolved')"),
            ("with a confidence and no zone", "(r.confidence = 'none') <> (r.zone_id is null)"),
            ("decided without evidence", "r.zone_id is not null and r.agreeing_count < 1"),
        ),
        doubtful=(_UNDECIDED,),
        reason="A guessed zone moves an enterprise's figures to others without anybody seeing it",
    ),
    "fact.fct_credit_event": SoundRows(
        _MARKET,
        ("event_kind", "record_id", "version_number"),
        (
            KNOWN_IN_TIME,
            ("with a negative amount", "r.fine_yuan < 0 or r.confiscated_yuan < 0"),
            ("fined without a penalty", "r.fine_yuan is not null and r.event_kind <> 'penalty'"),
            ("open and not current", "r.is_open and not r.is_current"),
            ("open before they happened", "r.is_open and r.event_date > c.as_of_date"),
            ("open after their end", "r.is_open and r.end_date <= c.as_of_date"),
            ZONE_OF_ITS_DAY,
        ),
        relation=with_zone_then("fact.fct_credit_event"),
    ),
    "fact.fct_registered_enterprise": SoundRows(
        _MARKET,
        ("uscc", "version_number"),
        (
            KNOWN_IN_TIME,
            ("on the platform without an enterprise", "r.is_on_platform <> (r.enterprise_id is not null)"),
        ),
    ),
    "fact.fct_connection_day": SoundRows(
        _INDUSTRY,
        ("zone_id", "system_code", "business_date"),
        (
            ("after the as-of date", "r.business_date > c.as_of_date or r.known_from > c.as_of_date"),
            ("with more beats than a day has", "r.heartbeat_count not between 0 and 288"),
            ("flowing and not connected", "r.is_flowing and not r.is_connected"),
            ("with more enterprises connected than there are", "r.connected_enterprise_count > r.enterprise_count"),
        ),
    ),
    "fact.fct_reconciliation": SoundRows(
        _PLANNING,
        ("check_code", "scope_type", "scope_code", "period_start"),
        (
            ("after the as-of date", "r.period_start > c.as_of_date"),
            ("judged against other limits", "r.is_within <> (r.measured_value between r.low_limit and r.high_limit)"),
            ("judged without a measure", "(r.is_within is null) <> (r.measured_value is null)"),
        ),
    ),
}

_LOST_ROW = "The table is a cut of the facts; a difference means that a row was lost or doubled on the way"

_AGREEMENTS: tuple[tuple[str, str, Pairs], ...] = (
    (
        "mart_zone_connection",
        _INDUSTRY,
        (
            (
                "share of zones connected (T20a)",
                "select sum(connected_count) * 1.0 / nullif(sum(line_count), 0) from mart.mart_zone_connection"
                " where system_code = 'smart_zone' and is_connected is not null",
                attained("T20a"),
            ),
            (
                "share of enterprises connected (T20b)",
                "select sum(connected_enterprise_count) * 1.0 / nullif(sum(enterprise_count), 0)"
                " from mart.mart_zone_connection where system_code = 'smart_zone'",
                attained("T20b"),
            ),
        ),
    ),
    (
        "mart_enterprise_risk_scope",
        _MARKET,
        (
            (
                "enterprises in operation",
                "select coalesce(sum(operating_count), 0) from mart.mart_enterprise_risk_scope"
                " where scope_type = 'province'",
                "select count(*) from dim.dim_enterprise where is_current and is_in_operation",
            ),
            (
                "zones' enterprises in operation",
                "select sum(operating_count) from mart.mart_enterprise_risk_scope where scope_type = 'zone'",
                "select sum(operating_count) from mart.mart_enterprise_risk_scope where scope_type = 'province'",
            ),
        ),
    ),
    (
        "mart_unresolved_enterprise",
        _INDUSTRY,
        (
            (
                "enterprises without a zone",
                "select count(*) from mart.mart_unresolved_enterprise where decided_zone_id is null",
                "select count(*) from dim.bridge_enterprise_zone where is_current and zone_id is null",
            ),
        ),
    ),
    (
        "mart_reconciliation",
        _PLANNING,
        (
            (
                "comparisons that disagree",
                "select coalesce(sum(disagreement_count), 0) from mart.mart_reconciliation",
                "select count(*) from fact.fct_reconciliation where not is_within",
            ),
            (
                "records that disagree",
                "select count(*) from mart.mart_reconciliation_evidence where is_finding",
                "select coalesce(sum(finding_count), 0) from fact.fct_reconciliation"
                " where check_code <> 'zone_enterprise_revenue'",
            ),
        ),
    ),
)


def checks() -> list[Check]:
    """All checks of the subject."""
    return [
        *(check for target, rows in _TABLES.items() for check in sound_rows(target, rows)),
        *(agrees_with_facts(mart, owner, pairs, _LOST_ROW) for mart, owner, pairs in _AGREEMENTS),
    ]
