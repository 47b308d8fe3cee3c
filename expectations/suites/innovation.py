"""Checks of innovation, clusters and reform: rows that cannot be, and numbers that must agree across tables.

Few on purpose: what makes a row impossible is one check per fact, the agreement of a mart with its facts one per mart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.check import Check, Measure
from expectations.measure import RowRule, row_checks, text

_SCIENCE = "省科技厅"
_INDUSTRY = "省工信厅"
_PLANNING = "省发改委"
_COUNTIES = "各市县政府"

_Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Fact:
    """What cannot be in one fact; `zone` is the SQL of the zone that a row must find."""

    owner: str
    key: str
    impossible: _Parts
    zone: str = "r.zone_id"


_FACTS: dict[str, _Fact] = {
    "fct_high_tech_certificate": _Fact(
        _SCIENCE,
        "certificate_no",
        (
            ("that end before they are issued", "r.valid_to < r.issued_date"),
            (
                "valid on a day outside their term",
                "r.is_valid and (c.as_of_date not between r.issued_date and r.valid_until"
                " or r.revoked_date <= c.as_of_date)",
            ),
            ("valid and not certified", "r.is_valid and not r.is_certified"),
        ),
    ),
    "fct_technology_contract": _Fact(
        _SCIENCE,
        "contract_no",
        (
            ("with a negative amount", "r.contract_amount_yuan < 0 or r.technology_amount_yuan < 0"),
            ("with more paid for technology than in all", "r.technology_amount_yuan > r.contract_amount_yuan"),
            ("that stand and are cancelled", "r.is_standing and r.cancelled_date <= c.as_of_date"),
        ),
    ),
    "fct_cluster_plan": _Fact(
        _INDUSTRY,
        "plan_id",
        (
            ("in force and not issued", "r.is_in_force and (r.issued_date is null or r.issued_date > c.as_of_date)"),
            ("large enough and not innovative", "r.is_large_enough and not r.is_innovative"),
        ),
    ),
    "fct_service_platform": _Fact(
        _INDUSTRY,
        "platform_id",
        (
            ("with another number of functions", "r.function_count not between 0 and 7"),
            ("comprehensive with fewer than seven", "r.is_comprehensive <> (r.function_count = 7)"),
        ),
    ),
    "fct_themed_park": _Fact(
        _PLANNING,
        "themed_park_id",
        (("built and not begun", "r.is_built and (r.started_date is null or r.started_date > c.as_of_date)"),),
    ),
    "fct_industry_map": _Fact(
        _INDUSTRY,
        "map_id",
        (("issued and overdue", "r.is_issued and r.is_overdue"),),
        zone="null",
    ),
    "fct_reform_milestone": _Fact(
        _COUNTIES,
        "milestone_id",
        (
            ("done and overdue", "r.is_done and r.is_overdue"),
            ("done without the day of it", "r.is_done and r.done_date is null"),
            ("of another scope", "r.scope_type not in ('zone', 'county', 'province')"),
            ("of a county without its code", "r.scope_type = 'county' and r.county_code is null"),
        ),
    ),
}


def checks() -> list[Check]:
    """All checks of the subject."""
    return [*(check for table, fact in _FACTS.items() for check in _fact_checks(table, fact)), *_agreements()]


def _fact_checks(table: str, fact: _Fact) -> Iterator[Check]:
    source = (
        f"fact.{table} as r cross join raw.load_context as c left join raw.batch as b on r.batch_id = b.batch_id"
        f" left join (select distinct zone_id as id from dim.dim_zone) as z on {fact.zone} = z.id"
    )
    lost: _Parts = (
        ("without their key", f"r.{fact.key} is null"),
        ("without a source record", "r.source_record_id is null or r.loaded_at is null"),
        ("from a batch that is not on record", "b.batch_id is null"),
        ("known before or after their time", "r.known_to < r.known_from or r.known_from > c.as_of_date"),
    )
    sound = RowRule(
        "rows_sound",
        "block",
        "A row that cannot be traced, or that contradicts itself, makes every count it is in doubtful",
        (*lost, *fact.impossible),
    )
    rules = [sound]
    if fact.zone != "null":
        resolved = (("of a zone that is not known", f"{fact.zone} is not null and z.id is null"),)
        reason = "What belongs to no known zone counts for the province only; ask its owner for the zone"
        rules.append(RowRule("zone_resolved", "warn", reason, resolved))
    yield from row_checks("fact", f"fact.{table}", fact.owner, source, rules, example="r.source_record_id")


def _agreements() -> Iterator[Check]:
    for mart, owner, reason, pairs in _AGREEMENTS:
        yield Check("mart", "agrees_with_facts", f"mart.{mart}", "block", owner, reason, _agree(pairs))
    yield Check(
        "mart",
        "counts_never_fall",
        "mart.mart_reform_progress",
        "block",
        _COUNTIES,
        "What is done stays done: a count since January that falls was computed wrongly",
        _never_falls(),
    )


def _agree(pairs: tuple[tuple[str, str, str], ...]) -> Measure:
    """Pairs of (what, shown, held): two scalar subqueries that must give the same number or no number."""
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


def _scope(mart: str, column: str, scope_type: str = "province") -> str:
    return f"select sum({column}) from mart.{mart} where scope_type = '{scope_type}'"


def _attained(target_id: str, scope_type: str = "province") -> str:
    return (
        "select sum(actual_value) from fact.fct_target_attainment"
        f" where target_id = '{target_id}' and scope_type = '{scope_type}'"
    )


_CUT = "The table is a cut of the facts; a difference means that a zone was lost or doubled on the way"

# Targets bind the zones on record only.
_KNOWN_ZONES = "select sum({column}) from mart.mart_cluster_scope where scope_type = 'zone' and level_label <> '未登记'"

_AGREEMENTS: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "mart_innovation_scope",
        _SCIENCE,
        _CUT,
        (
            ("T11a", _scope("mart_innovation_scope", "new_national_count"), _attained("T11a")),
            (
                "T11b in 亿元",
                _scope("mart_innovation_scope", "online_amount_yi"),
                f"select ({_attained('T11b')}) / 1e8",
            ),
            (
                "zones' platforms",
                _scope("mart_innovation_scope", "national_platform_count", "zone"),
                _scope("mart_innovation_scope", "national_platform_count"),
            ),
        ),
    ),
    (
        "mart_high_tech_enterprise",
        _SCIENCE,
        "Certified and currently valid are two numbers with one name; both must be those of the certificates",
        (
            (
                "certified",
                "select count(*) from mart.mart_high_tech_enterprise",
                "select count(distinct uscc) from fact.fct_high_tech_certificate where is_certified",
            ),
            (
                "valid (T10)",
                "select nullif(count(*) filter (where is_valid), 0) from mart.mart_high_tech_enterprise",
                "select nullif(sum(actual_value), 0) from fact.fct_target_attainment"
                " where target_id = 'T10' and scope_type = 'province'",
            ),
        ),
    ),
    (
        "mart_cluster_scope",
        _INDUSTRY,
        _CUT,
        (
            (
                "zones with a plan (T06)",
                _KNOWN_ZONES.format(column="planned_zone_count"),
                "select case when count(*) > 0 then count(*) filter (where actual_value >= 1) end"
                " from fact.fct_target_attainment where target_id = 'T06' and scope_type = 'zone'",
            ),
            ("T07", _KNOWN_ZONES.format(column="comprehensive_platform_count"), _attained("T07")),
            (
                "maps (T05)",
                "select nullif(sum(issued_count), 0) / 20.0 from mart.mart_industry_map",
                "select nullif(sum(actual_value), 0) from fact.fct_target_attainment"
                " where target_id = 'T05' and scope_type = 'province'",
            ),
        ),
    ),
    (
        "mart_reform_scope",
        _COUNTIES,
        _CUT,
        (
            (
                "milestones due this year",
                f"select coalesce(({_scope('mart_reform_scope', 'planned_count')}), 0)",
                "select count(*) filter (where scope_type = 'zone' and is_current"
                " and year(planned_date) = (select year(as_of_date) from raw.load_context))"
                " from fact.fct_reform_milestone",
            ),
            (
                "blocks (T13)",
                "select sum(unmerged_count) from mart.mart_reform_county",
                _attained("T13", "county"),
            ),
        ),
    ),
)


def _never_falls() -> Measure:
    return Measure("""
with steps as (
    select milestone_code, done_count,
           lag(done_count) over (partition by milestone_code order by business_month) as before
    from mart.mart_reform_progress
)
select 'counts_never_fall' as check_name, count(*) filter (where done_count < before) = 0 as is_success,
       count(*) filter (where done_count < before) as unexpected_count,
       count(distinct milestone_code) || ' kinds of milestones, falls in '
           || count(*) filter (where done_count < before) || ' months' as observed
from steps""")
