"""Checks of projects, money, trading, land and approvals: rows that cannot be, and numbers that must agree across tables.

Few on purpose: what makes a row impossible is one check per fact, the agreement of a mart with its facts one per mart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.check import Check, Measure
from expectations.measure import RowRule, row_checks, text

_COMMERCE = "省商务厅"
_FINANCE = "省财政厅"
_PLANNING = "省发改委"
_LAND = "省自然资源厅"
_INDUSTRY = "省工信厅"
_REFORM = "省审改办"

_Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Fact:
    """What cannot be in one fact. `period` says when a row was known; a row that is computed here has none."""

    owner: str
    key: str
    impossible: _Parts
    period: str = "r.known_to < r.known_from or r.known_from > c.as_of_date"
    has_zone: bool = True


_SNAPSHOT = "r.known_from > c.as_of_date"
_STANDING = ("that stand and are not current", "r.is_standing and not r.is_current")
_FACTS: dict[str, _Fact] = {
    "fct_project": _Fact(
        _COMMERCE,
        "project_id",
        (
            ("in no known phase", "r.project_phase is null"),
            ("lost and stalled", "r.is_ended and r.is_stalled"),
            ("stalled without a reason", "r.is_stalled and r.stall_label is null"),
            ("large and not industrial", "r.is_large and r.kind_code <> 'industrial'"),
            ("that start before they are signed", "r.started_date < r.signed_date"),
        ),
        _SNAPSHOT,
    ),
    "fct_project_problem": _Fact(
        _COMMERCE,
        "problem_no",
        (
            ("open and closed", "r.is_open and r.is_closed"),
            ("closed before they are raised", "r.closed_date < r.opened_date"),
            ("of another level", "r.level_order is null"),
        ),
    ),
    "fct_fund_flow": _Fact(
        _FINANCE,
        "record_id",
        (
            ("of another kind", "r.flow_type not in ('committed', 'paid', 'returned')"),
            ("that change nothing", "r.amount_yuan = 0 or r.amount_yuan is null"),
            ("without their day", "r.flow_date is null"),
        ),
        _SNAPSHOT,
    ),
    "fct_tender_award": _Fact(
        _PLANNING, "data_key", (_STANDING, ("with a negative amount", "r.award_amount_yuan < 0"))
    ),
    "fct_farmland_balance_deal": _Fact(
        _LAND,
        "data_key",
        (_STANDING, ("with more paddy than land", "r.paddy_area_mu > r.quota_area_mu + 0.01")),
        has_zone=False,
    ),
    "fct_land_deal": _Fact(_LAND, "data_key", (_STANDING, ("with a negative price", "r.deal_price_yuan < 0"))),
    "fct_land_parcel": _Fact(
        _LAND,
        "parcel_id",
        (
            ("held and taken back", "(r.is_held or r.is_idle) and r.returned_date <= c.as_of_date"),
            ("held and not handed over", "r.is_held and r.delivered_date is null"),
            ("without an area", "r.land_area_mu is null or r.land_area_mu <= 0"),
        ),
    ),
    "fct_land_efficiency": _Fact(
        _LAND,
        "enterprise_id",
        (
            ("with a score outside 20 to 100", "r.score < 20 or r.score > 100"),
            ("graded and exempt", "r.efficiency_class is not null and r.exemption_code is not null"),
            ("graded without a rank", "r.efficiency_class is not null and r.rank_number is null"),
            ("neither graded nor exempt", "r.efficiency_class is null and r.exemption_code is null"),
            ("of a year that is not over", "r.business_date > c.as_of_date"),
        ),
        "false",
    ),
    "fct_zombie_case": _Fact(
        _INDUSTRY,
        "case_id",
        (
            ("open and disposed of", "r.is_open and r.is_disposed"),
            ("disposed of before they are named", "r.disposed_date < r.named_date"),
        ),
    ),
    "fct_approval_case": _Fact(
        _REFORM,
        "case_number",
        (
            ("decided before they are accepted", "r.decided_at < r.accepted_at"),
            ("whose clock stood longer than they took", "r.is_decided and r.working_day_count < 0"),
            ("rated outside 1 to 5", "r.satisfaction_score not between 1 and 5"),
        ),
        _SNAPSHOT,
    ),
}


def checks() -> list[Check]:
    """All checks of the subject."""
    return [
        *(check for table, fact in _FACTS.items() for check in _fact_checks(table, fact)),
        *(
            Check("mart", "agrees_with_facts", f"mart.{mart}", "block", owner, _CUT, _agree(pairs))
            for mart, owner, pairs in _AGREEMENTS
        ),
    ]


def _fact_checks(table: str, fact: _Fact) -> Iterator[Check]:
    zone = "r.zone_id" if fact.has_zone else "null"
    source = (
        f"fact.{table} as r cross join raw.load_context as c left join raw.batch as b on r.batch_id = b.batch_id"
        f" left join (select distinct zone_id as id from dim.dim_zone) as z on {zone} = z.id"
    )
    lost: _Parts = (
        ("without their key", f"r.{fact.key} is null"),
        ("without a source record", "r.source_record_id is null or r.loaded_at is null"),
        ("from a batch that is not on record", "b.batch_id is null"),
        ("known before or after their time", fact.period),
    )
    sound = RowRule(
        "rows_sound",
        "block",
        "A row that cannot be traced, or that contradicts itself, makes every count it is in doubtful",
        (*lost, *fact.impossible),
    )
    rules = [sound]
    if fact.has_zone:
        resolved = (("of a zone that is not known", "r.zone_id is not null and z.id is null"),)
        reason = "What belongs to no known zone counts for the province only; ask its owner for the zone"
        rules.append(RowRule("zone_resolved", "warn", reason, resolved))
    yield from row_checks("fact", f"fact.{table}", fact.owner, source, rules, example="r.source_record_id")


def _agree(pairs: tuple[tuple[str, str, str], ...]) -> Measure:
    """Triples of (what, shown, held): two scalar subqueries that must give the same number or no number."""
    rows = "\nunion all\n".join(
        f"select {text(what)} as what, cast(({shown}) as double) as shown, cast(({held}) as double) as held"
        for what, shown, held in pairs
    )
    differs = "coalesce(abs(shown - held) > 0.01, (shown is null) <> (held is null))"
    return Measure(f"""
with compared as ({rows})
select 'agrees_with_facts' as check_name, count(*) filter (where {differs}) = 0 as is_success,
       count(*) filter (where {differs}) as unexpected_count,
       coalesce(
           string_agg(what || ': ' || coalesce(cast(shown as varchar), 'nothing') || ' shown, '
                      || coalesce(cast(held as varchar), 'nothing') || ' held', '; ' order by what)
               filter (where {differs}),
           count(*) || ' numbers, all as in the facts'
       ) as observed
from compared""")


def _scope(mart: str, column: str) -> str:
    return f"select sum({column}) from mart.{mart} where scope_type = 'province'"


def _attained(target_id: str, column: str = "actual_value", scope_type: str = "province") -> str:
    return (
        f"select sum({column}) from fact.fct_target_attainment"
        f" where target_id in ('{target_id}') and scope_type = '{scope_type}'"
    )


_CUT = "The table is a cut of the facts; a difference means that a zone was lost or doubled on the way"
_THIS_YEAR = "(select year(as_of_date) from raw.load_context)"

_AGREEMENTS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "mart_project_scope",
        _COMMERCE,
        (
            (
                "large projects (T01a, T01b)",
                "select sum(large_project_count) from mart.mart_project_scope"
                " where scope_type = 'zone' and level_label <> '未登记'",
                _attained("T01a', 'T01b", "actual_numerator", "zone"),
            ),
            (
                "T04 in 亿元",
                _scope("mart_project_scope", "fund_paid_yi"),
                f"select ({_attained('T04')}) / 1e8",
            ),
            (
                "T18a in 亿元",
                _scope("mart_project_scope", "allocated_yi"),
                f"select ({_attained('T18a')}) / 1e8",
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
                _scope("mart_land_scope", "zombie_opening_count"),
                _attained("T19b", "actual_denominator"),
            ),
            (
                "disposed of it (T19b)",
                _scope("mart_land_scope", "zombie_disposed_count"),
                _attained("T19b", "actual_numerator"),
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
