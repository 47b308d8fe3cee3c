"""Checks of innovation, clusters and reform: rows that cannot be, and numbers that must agree across tables.

Few on purpose: what makes a row impossible is one check per fact, the agreement of a mart with its facts one per mart.
"""

from __future__ import annotations

from expectations.check import Check, Measure
from expectations.measure import Pairs
from expectations.suites.cuts import LOST_ZONE, agrees_with_facts, attained, shown
from expectations.suites.sound_rows import KNOWN_IN_TIME, ZONE_OF_ITS_DAY, SoundRows, sound_rows, with_zone_then

_SCIENCE = "省科技厅"
_INDUSTRY = "省工信厅"
_PLANNING = "省发改委"
_COUNTIES = "各市县政府"

_FACTS: dict[str, SoundRows] = {
    "fct_high_tech_certificate": SoundRows(
        _SCIENCE,
        ("certificate_no",),
        (
            KNOWN_IN_TIME,
            ("that end before they are issued", "r.valid_to < r.issued_date"),
            (
                "valid on a day outside their term",
                "r.is_valid and (c.as_of_date not between r.issued_date and r.valid_until"
                " or r.revoked_date <= c.as_of_date)",
            ),
            ("valid and not certified", "r.is_valid and not r.is_certified"),
            ZONE_OF_ITS_DAY,
        ),
        relation=with_zone_then("fact.fct_high_tech_certificate"),
    ),
    "fct_technology_contract": SoundRows(
        _SCIENCE,
        ("contract_no",),
        (
            KNOWN_IN_TIME,
            ("with a negative amount", "r.contract_amount_yuan < 0 or r.technology_amount_yuan < 0"),
            ("with more paid for technology than in all", "r.technology_amount_yuan > r.contract_amount_yuan"),
            ("that stand and are cancelled", "r.is_standing and r.cancelled_date <= c.as_of_date"),
        ),
    ),
    "fct_cluster_plan": SoundRows(
        _INDUSTRY,
        ("plan_id",),
        (
            KNOWN_IN_TIME,
            ("in force and not issued", "r.is_in_force and (r.issued_date is null or r.issued_date > c.as_of_date)"),
            ("large enough and not innovative", "r.is_large_enough and not r.is_innovative"),
        ),
    ),
    "fct_service_platform": SoundRows(
        _INDUSTRY,
        ("platform_id",),
        (
            KNOWN_IN_TIME,
            ("with another number of functions", "r.function_count not between 0 and 7"),
            ("comprehensive with fewer than seven", "r.is_comprehensive <> (r.function_count = 7)"),
        ),
    ),
    "fct_themed_park": SoundRows(
        _PLANNING,
        ("themed_park_id",),
        (
            KNOWN_IN_TIME,
            ("built and not begun", "r.is_built and (r.started_date is null or r.started_date > c.as_of_date)"),
        ),
    ),
    "fct_industry_map": SoundRows(
        _INDUSTRY,
        ("map_id",),
        (
            KNOWN_IN_TIME,
            ("issued and overdue", "r.is_issued and r.is_overdue"),
        ),
        has_zone=False,
    ),
    "fct_reform_milestone": SoundRows(
        _COUNTIES,
        ("milestone_id",),
        (
            KNOWN_IN_TIME,
            ("done and overdue", "r.is_done and r.is_overdue"),
            ("done without the day of it", "r.is_done and r.done_date is null"),
            ("of another scope", "r.scope_type not in ('zone', 'county', 'province')"),
            ("of a county without its code", "r.scope_type = 'county' and r.county_code is null"),
        ),
    ),
}

# Targets bind the zones on record only.
_KNOWN_ZONES = "select sum({column}) from mart.mart_cluster_scope where scope_type = 'zone' and level_label <> '未登记'"

_AGREEMENTS: tuple[tuple[str, str, str, Pairs], ...] = (
    (
        "mart_innovation_scope",
        _SCIENCE,
        LOST_ZONE,
        (
            ("T11a", shown("mart_innovation_scope", "new_national_count"), attained("T11a")),
            (
                "T11b in 亿元",
                shown("mart_innovation_scope", "online_amount_yi"),
                f"select ({attained('T11b')}) / 1e8",
            ),
            (
                "zones' platforms",
                shown("mart_innovation_scope", "national_platform_count", "zone"),
                shown("mart_innovation_scope", "national_platform_count"),
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
                " where target_id = 'T10' and scope_type = 'province' and is_this_year",
            ),
        ),
    ),
    (
        "mart_cluster_scope",
        _INDUSTRY,
        LOST_ZONE,
        (
            (
                "zones with a plan (T06)",
                _KNOWN_ZONES.format(column="planned_zone_count"),
                "select case when count(*) > 0 then count(*) filter (where actual_value >= 1) end"
                " from fact.fct_target_attainment where target_id = 'T06' and scope_type = 'zone' and is_this_year",
            ),
            ("T07", _KNOWN_ZONES.format(column="comprehensive_platform_count"), attained("T07")),
            (
                "maps (T05)",
                "select nullif(sum(issued_count), 0) / 20.0 from mart.mart_industry_map",
                "select nullif(sum(actual_value), 0) from fact.fct_target_attainment"
                " where target_id = 'T05' and scope_type = 'province' and is_this_year",
            ),
        ),
    ),
    (
        "mart_reform_scope",
        _COUNTIES,
        LOST_ZONE,
        (
            (
                "milestones due this year",
                f"select coalesce(({shown('mart_reform_scope', 'planned_count')}), 0)",
                "select count(*) filter (where scope_type = 'zone' and is_current"
                " and year(planned_date) = (select year(as_of_date) from raw.load_context))"
                " from fact.fct_reform_milestone",
            ),
            (
                "blocks (T13)",
                "select sum(unmerged_count) from mart.mart_reform_county",
                attained("T13", scope_type="county"),
            ),
        ),
    ),
)


def checks() -> list[Check]:
    """All checks of the subject."""
    return [
        *(check for table, rows in _FACTS.items() for check in sound_rows(f"fact.{table}", rows)),
        *(agrees_with_facts(mart, owner, pairs, reason) for mart, owner, reason, pairs in _AGREEMENTS),
        Check(
            "mart", "counts_never_fall", "mart.mart_reform_progress", "block", _COUNTIES, _FALLS_REASON, _never_falls()
        ),
    ]


_FALLS_REASON = "What is done stays done: a count since January that falls was computed wrongly"


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
