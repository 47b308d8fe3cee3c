"""One number, one value: what stands in two marts is the same in both, and a province is the sum of its parts.

`NUMBERS` and `SUMMED` are the whole list; a mart that states a number of another one is one more line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expectations.check import Check
from expectations.measure import Pairs, agreement

_OWNER = "数据工程组"
_REASON = "A leader who sees two values of one number trusts none; one of the two marts counts something else"
_AS_OF = "(select as_of_date from raw.load_context)"
_THIS_YEAR = f"year({_AS_OF})"
_MONTH = f"business_date > {_AS_OF} - 30"
_PROVINCE = "scope_type = 'province'"


@dataclass(frozen=True)
class Told:
    """Where a number stands: the sum of a mart's column over some of its rows. No row is 0, for a list has no other zero."""

    mart: str
    column: str
    where: str = "true"

    @property
    def query(self) -> str:
        return f"select coalesce(sum({self.column}), 0) from mart.{self.mart} where {self.where}"


def of_province(mart: str, column: str) -> Told:
    return Told(mart, column, _PROVINCE)


def newest(mart: str, column: str) -> Told:
    """The value of the latest month that has one."""
    month = f"(select max(business_month) from mart.{mart} where {column} is not null)"
    return Told(mart, column, f"business_month = {month}")


NUMBERS: dict[str, tuple[Told, ...]] = {
    "projects that entered the reserve this year": (
        of_province("mart_project_scope", "reserved_count"),
        Told(
            "mart_project_funnel",
            "reached_count",
            f"{_PROVINCE} and step_order = 1 and cohort_label = cast({_THIS_YEAR} as varchar)",
        ),
    ),
    "large projects signed this year": (
        of_province("mart_project_scope", "large_project_count"),
        Told("mart_large_project", "project_count", "is_signed_this_year"),
    ),
    "stalled projects": (of_province("mart_project_scope", "stalled_count"), Told("mart_stalled_project", "1")),
    "open problems": (
        of_province("mart_project_scope", "open_problem_count"),
        of_province("mart_project_problem", "open_count"),
        Told("mart_open_problem", "1"),
    ),
    "overdue problems": (
        of_province("mart_project_scope", "overdue_problem_count"),
        of_province("mart_project_problem", "overdue_count"),
        Told("mart_open_problem", "1", "is_overdue"),
    ),
    "problems closed this year": (
        of_province("mart_project_scope", "closed_problem_count"),
        of_province("mart_project_problem", "closed_count"),
    ),
    "funds paid this year": (
        of_province("mart_project_scope", "fund_paid_yi"),
        Told("mart_fund_month", "paid_yi", "source_kind = 'investment'"),
    ),
    "valid high-tech enterprises": (
        of_province("mart_innovation_scope", "high_tech_count"),
        Told("mart_high_tech_enterprise", "enterprise_count", "is_valid"),
        newest("mart_high_tech_progress", "valid_count"),
    ),
    "certified high-tech enterprises": (
        of_province("mart_innovation_scope", "high_tech_certified_count"),
        Told("mart_high_tech_enterprise", "enterprise_count"),
        newest("mart_high_tech_progress", "certified_count"),
    ),
    "new national platforms": (
        of_province("mart_innovation_scope", "new_national_count"),
        Told("mart_innovation_platform", "platform_count", "is_new_national"),
        newest("mart_innovation_progress", "new_national_count"),
    ),
    "national platforms": (
        of_province("mart_innovation_scope", "national_platform_count"),
        Told("mart_innovation_platform", "platform_count", "platform_level = '国家级'"),
    ),
    "technology contracts of the year": (
        of_province("mart_innovation_scope", "contract_count"),
        Told("mart_technology_month", "contract_count", "is_this_year"),
    ),
    "amount of technology contracts": (
        of_province("mart_innovation_scope", "contract_amount_yi"),
        Told("mart_technology_month", "contract_amount_yi", "is_this_year"),
    ),
    "amount of the online market": (
        of_province("mart_innovation_scope", "online_amount_yi"),
        Told("mart_technology_month", "online_amount_yi", "is_this_year"),
    ),
    "plans of innovative clusters": (
        of_province("mart_innovation_scope", "innovative_plan_count"),
        of_province("mart_cluster_scope", "innovative_plan_count"),
        Told("mart_cluster_plan", "plan_count", "is_innovative and is_in_force"),
    ),
    "revenue planned for innovative clusters": (
        of_province("mart_innovation_scope", "planned_revenue_yi"),
        of_province("mart_cluster_scope", "planned_revenue_yi"),
    ),
    "themed parks": (
        of_province("mart_cluster_scope", "themed_park_count"),
        Told("mart_themed_park", "park_count"),
    ),
    "running service platforms": (
        of_province("mart_cluster_scope", "service_platform_count"),
        Told("mart_service_platform", "platform_count", "is_running"),
    ),
    "open cases of zombies": (
        of_province("mart_land_scope", "zombie_open_count"),
        Told("mart_zombie_case", "case_count", "is_open"),
        newest("mart_zombie_month", "open_count"),
    ),
    "cases of zombies named this year": (
        of_province("mart_land_scope", "zombie_named_count"),
        Told("mart_zombie_month", "named_count"),
    ),
    "enterprises graded by their use of land": (
        of_province("mart_land_efficiency", "enterprise_count"),
        Told("mart_land_efficiency_enterprise", "1"),
    ),
    "approvals accepted this year": (
        of_province("mart_approval_scope", "accepted_count"),
        Told("mart_approval_month", "accepted_count"),
        Told("mart_approval_item", "accepted_count"),
    ),
    "approvals beyond their time": (
        of_province("mart_approval_scope", "overdue_count"),
        Told("mart_approval_month", "overdue_count"),
        Told("mart_approval_item", "overdue_count"),
    ),
    "approvals decided of those accepted this year": (
        of_province("mart_approval_scope", "decided_count"),
        Told("mart_approval_item", "decided_count"),
    ),
    "judged outlet-days of the last 30 days": (
        Told("mart_exceedance", "monitored_outlet_day_count"),
        Told("mart_exceedance_day", "monitored_count", _MONTH),
        Told("mart_exceedance_zone_day", "monitored_count", _MONTH),
        Told("mart_exceedance_outlet", "judged_day_count"),
        Told("mart_zone_environment", "month_judged_count"),
    ),
    "exceeding outlet-days of the last 30 days": (
        Told("mart_exceedance", "exceedance_count"),
        Told("mart_exceedance_day", "exceedance_count", _MONTH),
        Told("mart_exceedance_zone_day", "exceedance_count", _MONTH),
        Told("mart_exceedance_outlet", "exceeding_day_count"),
        Told("mart_zone_environment", "month_exceedance_count"),
        Told("mart_city_map", "exceedance_count"),
    ),
    "monitoring devices": (Told("mart_zone_environment", "device_count"), Told("mart_monitoring_device", "1")),
    "monitoring devices online": (
        Told("mart_zone_environment", "online_device_count"),
        Told("mart_monitoring_device", "1", "state_label = '在线'"),
    ),
    "chemical sites to close": (
        Told("mart_zone_environment", "chemical_site_count"),
        Told("mart_chemical_progress", "site_count", f"business_month = date_trunc('month', {_AS_OF})"),
    ),
    "chemical sites still open": (
        Told("mart_zone_environment", "open_chemical_count"),
        Told("mart_chemical_site", "open_count"),
        newest("mart_chemical_progress", "open_count"),
    ),
    "green titles": (Told("mart_zone_environment", "green_title_count"), Told("mart_green_park", "title_count")),
    "sewage works in operation": (
        Told("mart_zone_environment", "operating_sewage_count"),
        Told("mart_treatment_coverage", "operating_sewage_count"),
    ),
    "waste facilities in operation": (
        Told("mart_zone_environment", "operating_waste_count"),
        Told("mart_treatment_coverage", "operating_waste_count"),
    ),
    "zones on record": (
        Told("mart_revenue_headline", "zone_count"),
        Told("mart_city_map", "zone_count"),
        Told("mart_zone_ranking", "1"),
        Told("mart_zone_map", "1"),
        Told("mart_zone_environment", "1"),
    ),
    "gap of the goal": (
        Told("mart_revenue_gap", "contribution_yi"),
        Told(
            "mart_revenue_forecast",
            "contribution_yi",
            f"{_PROVINCE} and plan_year in (select plan_year from mart.mart_revenue_gap)",
        ),
    ),
    "enterprises that were fined": (
        of_province("mart_enterprise_risk_scope", "fined_count"),
        Told("mart_enterprise_credit_risk", "1", "recent_penalty_count > 0"),
    ),
    "fines": (
        of_province("mart_enterprise_risk_scope", "fine_yuan"),
        Told("mart_enterprise_credit_risk", "recent_fine_yuan"),
    ),
    "values of the targets": (
        Told("mart_target_status", "actual_value"),
        Told(
            "mart_target_by_scope",
            "actual_value",
            f"{_PROVINCE} and (plan_year, target_id) in (select (plan_year, target_id) from mart.mart_target_status)",
        ),
    ),
    "targets of the plan": (Told("mart_work_items", "target_count"), Told("mart_target_status", "1")),
    "targets that are met": (
        Told("mart_work_items", "met_target_count"),
        Told("mart_target_status", "1", "status = 'met'"),
    ),
    "rows received": (
        Told("mart_data_quality", "received_row_count"),
        Told("mart_data_quality_owner", "received_row_count"),
        Told("mart_release", "received_row_count"),
    ),
    "rows in quarantine": (
        Told("mart_data_quality", "quarantined_row_count"),
        Told("mart_data_quality_owner", "quarantined_row_count"),
        Told("mart_release", "quarantined_row_count"),
    ),
}

SUMMED: dict[str, tuple[str, ...]] = {
    "mart_project_scope": (
        "project_count",
        "invested_yi",
        "package_count",
        "ppp_count",
        "signed_count",
        "signed_investment_yi",
        "large_investment_yi",
        "fund_paid_yi",
        "allocated_yi",
        "allocation_paid_yi",
    ),
    "mart_project_funnel": ("reached_count", "planned_investment_yi", "standing_count", "stalled_count"),
    "mart_project_problem": ("open_count", "overdue_count", "closed_count", "opened_count"),
    "mart_innovation_scope": (
        "national_platform_count",
        "new_national_count",
        "provincial_platform_count",
        "high_tech_count",
        "high_tech_certified_count",
        "contract_count",
        "contract_amount_yi",
    ),
    "mart_cluster_scope": (
        "development_plan_count",
        "innovative_plan_count",
        "themed_park_count",
        "planned_revenue_yi",
    ),
    "mart_land_scope": ("parcel_count", "zombie_open_count", "zombie_disposed_count"),
    "mart_land_efficiency": ("enterprise_count",),
    "mart_reform_scope": ("planned_count", "planned_done_count", "overdue_count"),
    "mart_enterprise_risk_scope": ("operating_count", "abnormal_count", "serious_count", "fined_count", "fine_yuan"),
    "mart_revenue_forecast": ("ytd_yi", "forecast_yi", "target_yi"),
}
"""What adds up: the zones of a mart, and its cities with the zones that lie in none, make its province."""

_PARTS = {
    "zones": "scope_type = 'zone'",
    "cities": "(scope_type = 'city' or (scope_type = 'zone' and city_code = '360000'))",
}


def checks() -> list[Check]:
    """One check for each mart that comes first in a line, over all its lines."""
    pairs: dict[str, list[tuple[str, str, str]]] = {}
    for mart, what, one, other in _agreeing():
        pairs.setdefault(mart, []).append((what, one.query, other.query))
    return [_check(mart, listed) for mart, listed in pairs.items()]


def _agreeing() -> Iterator[tuple[str, str, Told, Told]]:
    """Mart of the check, what is compared, and the two places."""
    for what, (first, *others) in NUMBERS.items():
        for other in others:
            yield first.mart, f"{what} against {other.mart}", first, other
    for mart, columns in SUMMED.items():
        for column in columns:
            for parts, where in _PARTS.items():
                yield (
                    mart,
                    f"{column} of the province against its {parts}",
                    of_province(mart, column),
                    Told(mart, column, where),
                )


def _check(mart: str, pairs: Pairs) -> Check:
    return Check("mart", "one_number", f"mart.{mart}", "block", _OWNER, _REASON, agreement("one_number", pairs))
