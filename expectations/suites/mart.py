"""The mart suite: what a leader sees is complete, labelled, of this release, and equal to the facts behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from expectations.check import Check, Measure, Native
from expectations.measure import RowRule, name, row_checks, text
from expectations.suites.reconcile import key_unique

SUITE = "mart"
_ENGINEERS = "数据工程组"
_PLANNING = "省发改委"
_INDUSTRY = "省工信厅"
_SCIENCE = "省科技厅"
_ENVIRONMENT = "省生态环境厅"
STATUSES = ("met", "on_pace", "at_risk", "behind", "missed", "tracking", "no_data", "not_applicable")

_FEATURE = RowRule(
    "feature_is_json",
    "block",
    "A map layer whose GeoJSON cannot be read stays blank for everybody",
    (("with a feature that is not JSON", "not json_valid(r.feature)"),),
)
_COMPLIANCE = RowRule(
    "compliance_plausible",
    "block",
    "A share lies between 0 and 1, and no more can exceed a limit than was measured",
    (
        ("with a ratio outside 0 to 1", "r.compliance_ratio not between 0 and 1"),
        ("with a negative count", "r.exceedance_count < 0"),
    ),
)


@dataclass(frozen=True)
class Mart:
    """What holds for one mart: its key, the columns that a person reads (never null) and its fixed number of rows."""

    owner: str
    key: tuple[str, ...]
    labels: tuple[str, ...]
    row_count: int | None = None
    rules: tuple[RowRule, ...] = ()

    @property
    def has_status(self) -> bool:
        return "status_label" in self.labels and "status" in self.labels


MARTS: dict[str, Mart] = {
    "mart_release": Mart(
        _ENGINEERS, ("release_id",), ("as_of_date", "as_of_label", "release_label", "quality_label"), row_count=1
    ),
    "mart_target_status": Mart(
        _PLANNING,
        ("target_id",),
        (
            "work_item",
            "area",
            "title_zh",
            "lead_department",
            "status",
            "status_label",
            "status_color",
            "actual_label",
            "target_label",
            "gap_label",
            "pace_label",
            "forecast_label",
        ),
        rules=(
            RowRule(
                "no_data_without_number",
                "block",
                "A target without data shows no data, never a made-up number",
                (
                    (
                        "with a number and status no_data",
                        "r.status in ('no_data', 'not_applicable') and r.actual_value is not null",
                    ),
                ),
            ),
        ),
    ),
    "mart_work_items": Mart(
        _PLANNING,
        ("work_item",),
        ("item_label", "area", "title_zh", "lead_department", "status", "status_label", "status_color", "press_order"),
    ),
    "mart_work_item_lights": Mart(_PLANNING, ("lights_label",), ("lights_label",), row_count=1),
    "mart_city_map": Mart(
        _INDUSTRY, ("city_code",), ("city_name", "feature", "status", "status_label", "status_color"), 11, (_FEATURE,)
    ),
    "mart_zone_map": Mart(_INDUSTRY, ("zone_id",), ("zone_name", "city_code", "feature"), None, (_FEATURE,)),
    "mart_zone_ranking": Mart(
        _INDUSTRY,
        ("zone_id",),
        ("zone_name", "short_name", "level_label", "city_code", "city_name", "status", "status_label", "status_color"),
    ),
    "mart_revenue_trend": Mart(_INDUSTRY, ("business_month",), ("month_label", "business_year", "is_shown"), 24),
    "mart_revenue_headline": Mart(
        _PLANNING,
        ("target_id",),
        ("month_label", "coverage_label", "growth_label", "last_year_label", "needed_label"),
        row_count=1,
    ),
    "mart_zone_month": Mart(_INDUSTRY, ("zone_id", "business_month"), ("zone_name", "city_code", "month_label")),
    "mart_innovation_platform": Mart(
        _SCIENCE,
        ("platform_id",),
        ("platform_name", "platform_type", "platform_level", "zone_name", "city_code", "is_new_national"),
    ),
    "mart_innovation_progress": Mart(_SCIENCE, ("business_month",), ("month_label",), row_count=12),
    "mart_exceedance": Mart(
        _ENVIRONMENT,
        ("city_code", "pollutant_code"),
        ("city_name", "pollutant_name", "window_start_date", "window_end_date"),
        None,
        (_COMPLIANCE,),
    ),
    "mart_exceedance_day": Mart(_ENVIRONMENT, ("business_date",), ("exceedance_count",), 60, (_COMPLIANCE,)),
    "mart_data_quality_owner": Mart(_ENGINEERS, ("owner",), ("datasets_label", "last_load_label")),
    "mart_data_quality": Mart(
        _ENGINEERS,
        ("system", "dataset"),
        ("dataset_title", "owner"),
        None,
        (
            RowRule(
                "row_counts_add_up",
                "block",
                "Rows received are rows loaded, quarantined or repeated; auditors read this table",
                (
                    (
                        "whose counts do not add up",
                        "r.received_row_count is distinct from "
                        "r.loaded_row_count + r.quarantined_row_count + r.repeated_row_count",
                    ),
                ),
            ),
        ),
    ),
}


def checks(as_of: date) -> list[Check]:
    """All mart checks for a candidate of that date."""
    return [
        *(check for table, mart in MARTS.items() for check in _mart_checks(table, mart)),
        _check("mart_release", _ENGINEERS, "release_matches_load", _release_matches_load(as_of), _RELEASE_REASON),
        _check("mart_innovation_progress", _SCIENCE, "count_never_falls", _count_never_falls(), _FALLS_REASON),
    ]


def _check(table: str, owner: str, check_name: str, expectation: Measure | Native, reason: str) -> Check:
    return Check(SUITE, check_name, f"mart.{table}", "block", owner, reason, expectation)


def _mart_checks(table: str, mart: Mart) -> Iterator[Check]:
    present = RowRule(
        "labels_present",
        "block",
        "A leader must not meet an empty label or light",
        tuple((f"without {column}", f"r.{name(column)} is null") for column in (*mart.key, *mart.labels)),
    )
    example = "concat_ws('|', " + ", ".join(f"cast(r.{name(column)} as varchar)" for column in mart.key) + ")"
    yield from row_checks(SUITE, f"mart.{table}", mart.owner, f"mart.{table} as r", (present, *mart.rules), example)
    yield key_unique(SUITE, f"mart.{table}", mart.owner, f"mart.{table}", mart.key)
    if mart.row_count is not None:
        count = Native("ExpectTableRowCountToEqual", {"value": mart.row_count})
        yield _check(table, mart.owner, "row_count", count, f"This mart has {mart.row_count} rows by design")
    if mart.has_status:
        known = Native("ExpectColumnValuesToBeInSet", {"column": "status", "value_set": list(STATUSES)})
        yield _check(table, mart.owner, "status_known", known, "A status outside the list has no light")


_RELEASE_REASON = "A dashboard that shows another release's number or date misleads every reader"


def _release_matches_load(as_of: date) -> Measure:
    return Measure(f"""
with shown as (
    select r.release_id as shown_id, r.as_of_date as shown_date, c.release_id, c.as_of_date
    from mart.mart_release as r cross join raw.load_context as c
)
select 'release_matches_load' as check_name,
       count(*) = 1 and bool_and(
           shown_id is not distinct from release_id
           and shown_date is not distinct from as_of_date
           and as_of_date = date {text(as_of.isoformat())}
       ) is true as is_success,
       cast(null as bigint) as unexpected_count,
       'shown ' || coalesce(string_agg(shown_id || ' as of ' || shown_date, ', '), 'nothing') || ', loaded '
           || coalesce(string_agg(release_id || ' as of ' || as_of_date, ', '), 'nothing')
           || ', gate for {as_of.isoformat()}' as observed
from shown""")


_FALLS_REASON = "The count of new national platforms of a year is cumulative"


def _count_never_falls() -> Measure:
    return Measure("""
with steps as (
    select business_month, new_national_count, lag(new_national_count) over (order by business_month) as before
    from mart.mart_innovation_progress
)
select 'count_never_falls' as check_name, count(*) filter (where new_national_count < before) = 0 as is_success,
       count(*) filter (where new_national_count < before) as unexpected_count,
       'highest ' || coalesce(cast(max(new_national_count) as varchar), 'unknown') || ', falls in '
           || count(*) filter (where new_national_count < before) || ' months' as observed
from steps""")
