"""The fact suite: the dimensions and facts of the candidate hold together and say nothing impossible.

Rules about rows run in one scan per table. In their predicates `r` is the row of the fact, `b` its batch (raw.batch)
and the other aliases are the dimensions that the row must find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from expectations.check import Check
from expectations.measure import RowRule, row_checks, text
from expectations.suites import reconcile
from expectations.suites.mart import STATUSES

SUITE = "fact"
PLANNING = "省发改委"
INDUSTRY = "省工信厅"
SCIENCE = "省科技厅"
ENVIRONMENT = "省生态环境厅"

# Days of pollution that the night computed anew, for every device: by new measurements or by a new limit. The other
# days passed this gate in an earlier night.
TOUCHED_DAYS = """(
    select * from fact.fct_pollution_day where business_date in (
        select business_date from fact.fct_pollution_day
        where batch_id in (select batch_id from raw.batch where is_new)
        union
        select f.business_date
        from fact.fct_pollution_day as f
        join dim.dim_outlet as o on o.mn = f.mn and o.valid_from <= f.business_date
        where o.batch_id in (select batch_id from raw.batch where is_new)
    )
)"""


@dataclass(frozen=True)
class Fact:
    """What holds for one fact. `keys` are its grain; `references` are (column, dimension, column of the dimension)."""

    owner: str
    keys: tuple[str, ...]
    references: tuple[tuple[str, str, str], ...]
    dates: tuple[str, ...]
    rules: tuple[RowRule, ...]
    relation: str
    # A computed row without evidence has no source to name.
    lineage_if: str = "true"


_REVENUE_RULES = (
    RowRule(
        "known_in_order",
        "block",
        "A version that ends before it begins is never seen by an as-of query",
        (("that end before they begin", "r.known_to < r.known_from"),),
    ),
    RowRule(
        "month_within_year",
        "warn",
        "A cumulative value below the month before means a restatement that the other months did not follow",
        (("with a negative month", "r.is_current and r.is_negative_month and r.indicator_code not like 'profit%'"),),
        max_share=0.02,
    ),
)
_NOT_NEGATIVE = (
    ("below zero", "r.is_current and r.reported_value < 0 and r.indicator_code = 'main_business_revenue'"),
)

_POLLUTION_RULES = (
    RowRule(
        "hours_plausible",
        "block",
        "A day has 24 hours, and no more can be valid than were received; more means doubled hours",
        (
            ("with more valid than received hours", "r.valid_hour_count > r.received_hour_count"),
            ("with more hours than a day has", "r.received_hour_count > r.expected_hour_count"),
        ),
    ),
    RowRule(
        "amounts_not_negative",
        "block",
        "Flow and mass only ever add up",
        (("with negative mass", "r.mass_kg < 0"), ("with negative flow", "r.flow_m3 < 0")),
    ),
    RowRule(
        "exceeding_on_valid_days",
        "block",
        "An exceedance is published against a named enterprise, so it needs a valid day and a limit (75 % rule)",
        (
            ("exceeding on a day that is not valid", "r.is_exceeding and not r.is_valid_day"),
            ("exceeding without a limit", "r.is_exceeding and coalesce(r.limit_upper, r.limit_lower) is null"),
        ),
    ),
    RowRule(
        "exceedance_plausible",
        "warn",
        "Beyond a hundred times the limit the instrument or the unit is wrong far more often than the plant",
        (
            ("beyond 100 times the limit", "r.exceedance_multiple > 100"),
            ("with a multiple not above zero", "r.exceedance_multiple <= 0"),
        ),
    ),
    RowRule(
        "mean_between_extremes",
        "warn",
        "The mean of a day lies between its least and its greatest hour",
        (
            (
                "with the mean outside least and greatest",
                "r.avg_value < r.min_value - 0.000001 or r.avg_value > r.max_value + 0.000001",
            ),
        ),
    ),
    RowRule(
        "days_valid",
        "warn",
        "Days without enough valid hours judge nobody; more than a quarter of them and the network needs a visit",
        (("days that are not valid", "not r.is_valid_day"),),
        max_share=0.25,
    ),
    RowRule(
        "outlet_known",
        "warn",
        "A device without an outlet in the permit list is measured and cannot be judged",
        (("without an outlet", "r.outlet_id is null"),),
    ),
)

_ATTAINMENT_RULES = (
    RowRule(
        "status_known",
        "block",
        "A status outside the list has no light",
        (
            (
                "with another status",
                f"r.status is null or r.status not in {STATUSES}",
            ),
        ),
    ),
    RowRule(
        "no_data_without_number",
        "block",
        "A target without data shows no data, never a made-up number",
        (
            (
                "with a number and status no_data",
                "r.status in ('no_data', 'not_applicable') and coalesce(r.actual_value, r.gap_value, r.pace_ratio) is not null",
            ),
            ("with a status and no number", "r.status not in ('no_data', 'not_applicable') and r.actual_value is null"),
        ),
    ),
)

FACTS: dict[str, Fact] = {
    "fct_zone_indicator_month": Fact(
        INDUSTRY,
        ("zone_id", "indicator_code", "business_month", "version_number"),
        (("zone_id", "dim_zone", "zone_id"),),
        ("business_month", "known_from"),
        (
            *_REVENUE_RULES,
            RowRule("revenue_not_negative", "block", "No zone earns less than nothing since January", _NOT_NEGATIVE),
        ),
        "fact.fct_zone_indicator_month",
    ),
    "fct_enterprise_indicator_month": Fact(
        INDUSTRY,
        ("enterprise_id", "indicator_code", "business_month", "version_number"),
        (("enterprise_id", "dim_enterprise", "enterprise_id"),),
        ("business_month", "known_from"),
        (
            *_REVENUE_RULES,
            RowRule(
                "revenue_not_negative", "warn", "Returns can exceed sales in one enterprise, rarely", _NOT_NEGATIVE
            ),
        ),
        "fact.fct_enterprise_indicator_month",
    ),
    "fct_innovation_platform": Fact(
        SCIENCE,
        ("platform_id", "version_number"),
        (("zone_id", "dim_zone", "zone_id"),),
        ("known_from",),
        (
            RowRule(
                "dates_in_order",
                "warn",
                "A platform is approved before it becomes known and ends after that, else it counts at a wrong time",
                (
                    ("approved after they became known", "r.approved_date > r.known_from"),
                    ("revoked before their approval", "r.revoked_date < r.approved_date"),
                ),
            ),
        ),
        "fact.fct_innovation_platform",
    ),
    "fct_pollution_day": Fact(
        ENVIRONMENT,
        ("mn", "pollutant_code", "business_date"),
        (("pollutant_code", "dim_pollutant", "pollutant_code"), ("zone_id", "dim_zone", "zone_id")),
        ("business_date",),
        _POLLUTION_RULES,
        TOUCHED_DAYS,
    ),
    "fct_target_attainment": Fact(
        PLANNING,
        ("plan_year", "target_id", "scope_type", "scope_code"),
        (("target_id", "dim_target", "target_id"),),
        ("as_of_date",),
        _ATTAINMENT_RULES,
        "fact.fct_target_attainment",
        lineage_if="r.evidence_count > 0",
    ),
}


def checks(as_of: date) -> list[Check]:
    """All checks of dimensions and facts for a candidate of that date."""
    return [
        *(check for table, fact in FACTS.items() for check in _fact_checks(table, fact, as_of)),
        *reconcile.dimension_checks(SUITE),
        *reconcile.revenue_checks(SUITE, INDUSTRY, as_of),
        reconcile.targets_complete(SUITE, PLANNING, as_of),
    ]


def _fact_checks(table: str, fact: Fact, as_of: date) -> Iterator[Check]:
    target = f"fact.{table}"
    joins = "".join(
        f" left join (select distinct {there} as id from dim.{dimension}) as d{number} on r.{column} = d{number}.id"
        for number, (column, dimension, there) in enumerate(fact.references)
    )
    source = f"{fact.relation} as r left join raw.batch as b on r.batch_id = b.batch_id{joins}"
    rules = [*_common_rules(fact, as_of), *_reference_rules(fact), *fact.rules]
    yield from row_checks(SUITE, target, fact.owner, source, rules, example="r.source_record_id")
    yield reconcile.key_unique(SUITE, target, fact.owner, fact.relation, fact.keys)


def _common_rules(fact: Fact, as_of: date) -> Iterator[RowRule]:
    yield RowRule(
        "key_values",
        "block",
        "A row that misses a part of its grain cannot be told from others",
        tuple((f"without {key}", f"r.{key} is null") for key in fact.keys),
    )
    columns = ("source_system", "source_record_id", "batch_id", "loaded_at")
    yield RowRule(
        "lineage_values",
        "block",
        "Every number can be traced to the bytes it came from",
        (
            *((f"without {column}", f"{fact.lineage_if} and r.{column} is null") for column in columns),
            ("from a batch that is not on record", "r.batch_id is not null and b.batch_id is null"),
        ),
    )
    day = f"date {text(as_of.isoformat())}"
    yield RowRule(
        "no_future_dates",
        "block",
        "Nothing is about, or known on, a day after the as-of date",
        tuple((f"with {column} after {as_of}", f"r.{column} > {day}") for column in fact.dates),
    )


def _reference_rules(fact: Fact) -> Iterator[RowRule]:
    for number, (column, dimension, _) in enumerate(fact.references):
        unresolved = ((f"whose {column} is not in {dimension}", f"r.{column} is not null and d{number}.id is null"),)
        reason = f"A row that does not find its {dimension} falls out of every chart by it"
        yield RowRule(f"{column}_resolved", "warn", reason, unresolved)
        yield RowRule(
            f"{column}_mostly_resolved", "block", f"{reason}; few do, unless a source is lost", unresolved, 0.05
        )
