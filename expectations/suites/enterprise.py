"""Checks of enterprises, the credit register, connections and reconciliations: rows that cannot be, and numbers that
must agree across tables.

Few on purpose: what makes a row impossible is one check per table, the agreement of marts with facts one per subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.check import Check, Measure
from expectations.measure import RowRule, row_checks, text

_INDUSTRY = "省工信厅"
_MARKET = "省市场监管局"
_PLANNING = "省发改委"

_Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Table:
    """What cannot be in one table; `keys` are its grain."""

    owner: str
    keys: tuple[str, ...]
    impossible: _Parts
    reason: str = "A row that cannot be traced, or that contradicts itself, makes every count it is in doubtful"


_TABLES: dict[str, _Table] = {
    "dim.bridge_enterprise_zone": _Table(
        _INDUSTRY,
        ("enterprise_id", "valid_from"),
        (
            ("that end before they begin", "r.valid_to <= r.valid_from"),
            ("with a zone that nothing decides", "(r.zone_id is not null) <> (r.decision = 'resolved')"),
            ("with a confidence and no zone", "(r.confidence = 'none') <> (r.zone_id is null)"),
            ("decided without evidence", "r.zone_id is not null and r.agreeing_count < 1"),
        ),
        "A guessed zone moves an enterprise's figures to others without anybody seeing it",
    ),
    "fact.fct_credit_event": _Table(
        _MARKET,
        ("event_kind", "record_id"),
        (
            ("known after the as-of date", "r.known_from > c.as_of_date"),
            ("with a negative amount", "r.fine_yuan < 0 or r.confiscated_yuan < 0"),
            ("fined without a penalty", "r.fine_yuan is not null and r.event_kind <> 'penalty'"),
            ("open before they happened", "r.is_open and r.event_date > c.as_of_date"),
            ("open after their end", "r.is_open and r.end_date <= c.as_of_date"),
        ),
    ),
    "fact.fct_connection_day": _Table(
        _INDUSTRY,
        ("zone_id", "system_code", "business_date"),
        (
            ("after the as-of date", "r.business_date > c.as_of_date or r.known_from > c.as_of_date"),
            ("with more beats than a day has", "r.heartbeat_count not between 0 and 288"),
            ("flowing and not connected", "r.is_flowing and not r.is_connected"),
            ("with more enterprises connected than there are", "r.connected_enterprise_count > r.enterprise_count"),
        ),
    ),
    "fact.fct_reconciliation": _Table(
        _PLANNING,
        ("check_code", "scope_type", "scope_code", "period_start"),
        (
            ("after the as-of date", "r.period_start > c.as_of_date"),
            ("judged against other limits", "r.is_within <> (r.measured_value between r.low_limit and r.high_limit)"),
            ("judged without a measure", "(r.is_within is null) <> (r.measured_value is null)"),
        ),
    ),
}

_DIFFERS = "coalesce(abs(shown - held) > 0.01, (shown is null) <> (held is null))"
_CUT = "The table is a cut of the facts; a difference means that a row was lost or doubled on the way"


def checks() -> list[Check]:
    """All checks of the subject."""
    return [*(check for target, table in _TABLES.items() for check in _table_checks(target, table)), *_agreements()]


def _table_checks(target: str, table: _Table) -> Iterator[Check]:
    source = (
        f"{target} as r cross join raw.load_context as c left join raw.batch as b on r.batch_id = b.batch_id"
        " left join (select distinct zone_id as id from dim.dim_zone) as z on r.zone_id = z.id"
    )
    without_key = " or ".join(f"r.{key} is null" for key in table.keys)
    lost: _Parts = (
        ("without their key", without_key),
        ("without a source record", "r.source_record_id is null or r.loaded_at is null"),
        ("from a batch that is not on record", "b.batch_id is null"),
    )
    rules = [
        RowRule("rows_sound", "block", table.reason, (*lost, *table.impossible)),
        RowRule(
            "zone_resolved",
            "warn",
            "What belongs to no known zone counts for the province only; ask its owner for the zone",
            (("of a zone that is not known", "r.zone_id is not null and z.id is null"),),
        ),
    ]
    if target.startswith("dim."):
        reason = "An undecided zone is for the owner of the record to settle; more than one in twenty is a lost source"
        undecided = (("whose zone is not decided", "r.is_current and r.zone_id is null"),)
        rules.append(RowRule("zone_decided", "warn", reason, undecided, max_share=0.05))
    yield from row_checks("fact", target, table.owner, source, rules, example="r.source_record_id")


def _agreements() -> Iterator[Check]:
    for mart, owner, pairs in _AGREEMENTS:
        yield Check("mart", "agrees_with_facts", f"mart.{mart}", "block", owner, _CUT, _agree(pairs))


def _agree(pairs: tuple[tuple[str, str, str], ...]) -> Measure:
    """Pairs of (what, shown, held): two scalar subqueries that must give the same number or no number."""
    rows = "\nunion all\n".join(
        f"select {text(what)} as what, cast(({shown}) as double) as shown, cast(({held}) as double) as held"
        for what, shown, held in pairs
    )
    return Measure(f"""
with compared as ({rows})
select 'agrees_with_facts' as check_name, count(*) filter (where {_DIFFERS}) = 0 as is_success,
       count(*) filter (where {_DIFFERS}) as unexpected_count,
       coalesce(
           string_agg(what || ': ' || coalesce(cast(shown as varchar), 'nothing') || ' shown, '
                      || coalesce(cast(held as varchar), 'nothing') || ' held', '; ' order by what)
               filter (where {_DIFFERS}),
           count(*) || ' numbers, all as in the facts'
       ) as observed
from compared""")


def _attained(target_id: str) -> str:
    return (
        "select sum(actual_value) from fact.fct_target_attainment"
        f" where target_id = '{target_id}' and scope_type = 'province'"
    )


_AGREEMENTS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "mart_zone_connection",
        _INDUSTRY,
        (
            (
                "share of zones connected (T20a)",
                "select sum(connected_count) * 1.0 / nullif(sum(line_count), 0) from mart.mart_zone_connection"
                " where system_code = 'smart_zone' and is_connected is not null",
                _attained("T20a"),
            ),
            (
                "share of enterprises connected (T20b)",
                "select sum(connected_enterprise_count) * 1.0 / nullif(sum(enterprise_count), 0)"
                " from mart.mart_zone_connection where system_code = 'smart_zone'",
                _attained("T20b"),
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
